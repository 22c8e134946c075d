package flow

import (
	"fmt"
	"strconv"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/speech/spoken"
)

// helpers are the functions that texts and expressions may call, in one
// language and at one moment.
type helpers struct {
	lang  string
	world *ivr.World
}

// HelperNames are the names no variable may have.
func HelperNames() []string {
	var names []string
	for name := range (helpers{}).functions() {
		names = append(names, name)
	}
	return append(names, Builtins[:]...)
}

func (h helpers) functions() map[string]any {
	return map[string]any{
		"digits": h.text(spoken.Digits),
		"number": h.text(spoken.Number),
		"date":   h.moment(spoken.Date),
		"time":   h.moment(spoken.Time),
		"money":  h.text(spoken.Money),
		"spell":  h.text(spoken.Spell),
		"plural": func(n any, one, few, many string) (string, error) {
			s, err := plainText(n)
			if err != nil {
				return "", err
			}
			return spoken.Plural(h.lang, s, one, few, many)
		},
		"next_open": func(name string) (time.Time, error) {
			state, ok := h.world.Hours[name]
			if !ok {
				return time.Time{}, nil // hours that vanished: when is not known
			}
			return state.NextOpen, nil
		},
		"when": func(t time.Time) (string, error) {
			return spoken.When(h.lang, h.local(t), h.local(h.world.Now))
		},
	}
}

// moment is text for a helper that reads a day or a time of day: one that is
// written with its offset is told in the line's zone.
func (h helpers) moment(say func(lang, s string) (string, error)) func(any) (string, error) {
	tell := h.text(say)
	return func(x any) (string, error) {
		if s, ok := x.(string); ok {
			if t, err := time.Parse(time.RFC3339, s); err == nil {
				x = t
			}
		}
		return tell(x)
	}
}

func (h helpers) text(say func(lang, s string) (string, error)) func(any) (string, error) {
	return func(x any) (string, error) {
		if t, ok := x.(time.Time); ok {
			x = h.local(t).Format(time.RFC3339)
		}
		s, err := plainText(x)
		if err != nil {
			return "", err
		}
		return say(h.lang, s)
	}
}

func (h helpers) local(t time.Time) time.Time {
	if t.IsZero() || h.world.Location == nil {
		return t
	}
	return t.In(h.world.Location)
}

// plainText is a value as a helper takes it.
func plainText(x any) (string, error) {
	switch x := x.(type) {
	case string:
		return x, nil
	case int:
		return strconv.Itoa(x), nil
	case int64:
		return strconv.FormatInt(x, 10), nil
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64), nil
	}
	return "", fmt.Errorf("a helper cannot read %T", x)
}

// spokenValue is a value as it is spoken without a helper.
func spokenValue(x any) (string, error) {
	v, ok := ivr.ValueOf(x)
	if !ok {
		return "", fmt.Errorf("%T cannot be spoken", x)
	}
	return v.String(), nil
}
