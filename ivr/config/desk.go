package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Choice is one entry of a list that agents choose from, written
// "code = Polish words | English words". The code is what the record keeps.
type Choice struct{ Code, PL, EN string }

// choiceWritten is the form of an entry, as errors show it.
const choiceWritten = `"code = Polish words | English words"`

var choiceForm = regexp.MustCompile(`^([a-z0-9-]+)\s*=\s*([^|]*[^|\s])\s*(?:\|\s*(.*\S)\s*)?$`)

// UnmarshalText reads an entry. Without English words the Polish ones serve.
func (c *Choice) UnmarshalText(text []byte) error {
	m := choiceForm.FindStringSubmatch(strings.TrimSpace(string(text)))
	if m == nil {
		return fmt.Errorf("%q: write an entry as %s; the code has a-z, 0-9 and dashes", text, choiceWritten)
	}
	*c = Choice{Code: m[1], PL: m[2], EN: m[3]}
	if c.EN == "" {
		c.EN = c.PL
	}
	return nil
}

// whyNoChoices says which entry of a list is none; empty: all are. A text alone is
// a list of one.
func whyNoChoices(raw any) string {
	var list []any
	switch raw := raw.(type) {
	case []any:
		list = raw
	case []string: // of the environment
		for _, text := range raw {
			list = append(list, text)
		}
	default:
		list = []any{raw}
	}
	for _, entry := range list {
		text, ok := entry.(string)
		if !ok {
			return fmt.Sprintf("%v is no entry: write %s without a colon, or put it in quotes", entry, choiceWritten)
		}
		if err := new(Choice).UnmarshalText([]byte(text)); err != nil {
			return err.Error() + "; an entry with a comma is put in quotes, or on a line of its own after a dash"
		}
	}
	return ""
}

// String is the entry as it is written.
func (c Choice) String() string { return fmt.Sprintf("%s = %s | %s", c.Code, c.PL, c.EN) }

// MarshalText is what infolinia config prints.
func (c Choice) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// ownBreaks are those that the rules of the desk give, not the agent.
var ownBreaks = []string{"missed", "wrap-up", "away", "start"}

// checkDesk checks what the desk goes by.
func (c *Config) checkDesk(p *problems) {
	if _, err := regexp.Compile(c.Desk.CallbackNumbers); err != nil || c.Desk.CallbackNumbers == "" {
		p.add("desk.callback_numbers", "%q is no regular expression (%v): write what a number must be like, such as '^(48)?[1-9][0-9]{8}$'", c.Desk.CallbackNumbers, err)
	}
	for name, list := range map[string][]Choice{
		"desk.breaks": c.Desk.Breaks, "desk.codes": c.Desk.Codes, "desk.closings": c.Desk.Closings,
	} {
		if len(list) == 0 {
			p.add(name, `the list is empty: give at least one entry, as "other = Inne | Other"`)
		}
		for i, entry := range list {
			if name == "desk.breaks" && slices.Contains(ownBreaks, entry.Code) {
				p.add(name, "%q is a break that the desk itself gives: choose another code", entry.Code)
			}
			if slices.ContainsFunc(list[:i], func(e Choice) bool { return e.Code == entry.Code }) {
				p.add(name, "the code %q stands twice; give each entry its own", entry.Code)
			}
		}
	}
}
