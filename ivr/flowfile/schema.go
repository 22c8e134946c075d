package flowfile

import (
	"encoding/json"
	"fmt"
)

// Kinds are the kinds of file that Schema knows.
var Kinds = [...]string{"flow", "line", "hours", "notices", "lookups", "queues", "article"}

// Schema is the JSON Schema (draft 2020-12) of a kind of file, for editors. It
// is made from the tables that Load checks with, and allows a little more than
// they do: it knows keys and shapes, not what names mean.
func Schema(kind string) ([]byte, error) {
	f := map[string]form{
		"flow": flowForm(), "line": lineForm(), "hours": hoursForm, "notices": noticesForm,
		"lookups": lookupsForm, "queues": queuesForm, "article": articleForm,
	}[kind]
	if f == nil {
		return nil, fmt.Errorf("there is no kind of file %q%s", kind, hint(kind, Kinds[:]))
	}
	out := f.schema()
	out["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	out["title"] = "infolinia: " + kind
	return json.MarshalIndent(out, "", " ")
}
