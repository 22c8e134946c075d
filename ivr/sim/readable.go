package sim

import (
	"fmt"
	"strings"
)

// Readable is an event as a person reads it in a transcript.
func (e Event) Readable() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%8.1f  ", e.T)
	if e.Name == "say" {
		fmt.Fprintf(&b, "say %s  %s", e.Get("lang"), aloud(e.Get("text")))
		return b.String()
	}
	b.WriteString(e.Name)
	for _, f := range e.Fields {
		switch f.Name {
		case "node", "queue", "to", "box", "dtmf", "var", "outcome":
			fmt.Fprintf(&b, " %s", shown(f.Value))
		case "count":
			fmt.Fprintf(&b, " (%v)", f.Value)
		case "by":
			fmt.Fprintf(&b, " by %v", f.Value)
		case "value":
			fmt.Fprintf(&b, " = %s", shown(f.Value))
		}
	}
	return b.String()
}

func aloud(text any) string {
	if text == nil {
		return "(withheld)"
	}
	return strings.Join(strings.Fields(fmt.Sprint(text)), " ")
}

func shown(v any) string {
	if v == nil {
		return "(withheld)"
	}
	return fmt.Sprint(v)
}
