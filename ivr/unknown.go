package ivr

import (
	"encoding/json"
	"maps"
	"reflect"
	"strings"
)

// plainCall is Call without its own JSON.
type plainCall Call

// MarshalJSON writes the state as Saved does.
func (c Call) MarshalJSON() ([]byte, error) { return c.Saved() }

// Saved is the state as JSON, with the fields of a newer release that it was
// read with. It is what json.Marshal gives, in one pass instead of two: each step
// of each call is saved.
func (c *Call) Saved() ([]byte, error) {
	own, err := json.Marshal((*plainCall)(c))
	if err != nil || len(c.Unknown) == 0 {
		return own, err
	}
	fields := maps.Clone(c.Unknown)
	if err := json.Unmarshal(own, &fields); err != nil {
		return nil, err
	}
	return json.Marshal(fields)
}

// UnmarshalJSON reads a saved state and keeps the fields it does not know.
func (c *Call) UnmarshalJSON(b []byte) error {
	if err := json.Unmarshal(b, (*plainCall)(c)); err != nil {
		return err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(b, &fields); err != nil {
		return err
	}
	t := reflect.TypeFor[Call]()
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		delete(fields, name)
	}
	c.Unknown = nil
	if len(fields) > 0 {
		c.Unknown = fields
	}
	return nil
}
