package sim

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"time"

	"infolinia/ivr"
)

// Event is one thing the caller experiences: its fields in the order they are
// written, "t" (seconds since the call came in) and "event" first.
type Event struct {
	T      float64
	Name   string
	Fields []Field
}

// Field is one further field of an Event. A withheld value is nil.
type Field struct {
	Name  string
	Value any
}

// Get is the value of a field, nil without it.
func (e Event) Get(name string) any {
	for _, f := range e.Fields {
		if f.Name == name {
			return f.Value
		}
	}
	return nil
}

// MarshalJSON writes one object.
func (e Event) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	fields := append([]Field{{"t", e.T}, {"event", e.Name}}, e.Fields...)
	for i, f := range fields {
		if i > 0 {
			b.WriteByte(',')
		}
		value, err := plainJSON(f.Value)
		if err != nil {
			return nil, err
		}
		b.WriteString(`"` + f.Name + `":`)
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// plainJSON leaves <, > and & as they are.
func plainJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(b.Bytes()), nil
}

func (s *Session) event(name string, fields ...Field) {
	t := math.Round(s.clock.now.Sub(s.started).Seconds()*1000) / 1000
	s.Emit(Event{t, name, fields})
}

func (s *Session) sayEvent(p ivr.Play, r run, length time.Duration) {
	var text any
	if !p.Secret {
		text = strings.Join(r.texts, " ")
	}
	s.event("say", Field{"lang", r.lang}, Field{"text", text}, Field{"node", p.Node}, Field{"ms", length.Milliseconds()})
}

// emit tells of a note, if it is something the caller experiences.
func (s *Session) emit(n ivr.Note) {
	switch n.Event {
	case "answer", "resume", "sms", "hush":
		s.event(n.Event)
	case "enter", "cut":
		s.event(n.Event, Field{"node", n.Node})
	case "key":
		s.event("key", Field{"dtmf", withheld(n.Secret, n.Digit)})
	case "no_input", "no_match":
		s.event(n.Event, Field{"node", n.Node}, Field{"count", n.Count})
	case "queue", "connect", "callback":
		s.event(n.Event, Field{"queue", n.Queue})
	case "transfer":
		s.event("transfer", Field{"to", n.To})
	case "record":
		s.event("record", Field{"box", n.Box})
	case "set":
		s.event("set", Field{"var", n.Var}, Field{"value", withheld(n.Secret, n.Value)})
	case "end":
		s.event("end", Field{"by", n.By}, Field{"node", n.Node}, Field{"outcome", n.Outcome})
	}
}

func withheld(secret bool, v any) any {
	if secret {
		return nil
	}
	return v
}
