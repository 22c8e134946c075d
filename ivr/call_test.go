package ivr

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAStateOfANewerReleaseKeepsWhatThisOneDoesNotKnow(t *testing.T) {
	var c Call
	const saved = `{"schema":1,"id":"a-1","seq":3,"visit":{},"row":{},"colour":{"of":"the call"}}`
	if err := json.Unmarshal([]byte(saved), &c); err != nil {
		t.Fatal(err)
	}
	c = c.Clone()
	c.Seq = 4
	again, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(again, &got); err != nil {
		t.Fatal(err)
	}
	if want := map[string]any{"of": "the call"}; !cmp.Equal(got["colour"], any(want)) || got["seq"] != 4.0 {
		t.Errorf("got %s", again)
	}
}

// The golden state is what this release's predecessors may have left in the
// store. A change that breaks it needs a new schema number and a reader for the
// old one.
func TestTheSavedStateOfThisSchemaIsReadWhole(t *testing.T) {
	saved, err := os.ReadFile("testdata/call-schema-1.json")
	if err != nil {
		t.Fatal(err)
	}
	var c Call
	if err := json.Unmarshal(saved, &c); err != nil {
		t.Fatal(err)
	}
	if c.Unknown != nil {
		t.Errorf("fields that no longer have a place: %v", c.Unknown)
	}
	again, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var want, got any
	if err := json.Unmarshal(saved, &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(again, &got); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
