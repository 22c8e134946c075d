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

var choiceForm = regexp.MustCompile(`^([a-z0-9-]+)\s*=\s*([^|]*[^|\s])\s*(?:\|\s*(.*\S)\s*)?$`)

// UnmarshalText reads an entry. Without English words the Polish ones serve.
func (c *Choice) UnmarshalText(text []byte) error {
	m := choiceForm.FindStringSubmatch(strings.TrimSpace(string(text)))
	if m == nil {
		return fmt.Errorf(`%q: write an entry as "code = Polish words | English words"; the code has a-z, 0-9 and dashes`, text)
	}
	*c = Choice{Code: m[1], PL: m[2], EN: m[3]}
	if c.EN == "" {
		c.EN = c.PL
	}
	return nil
}

// String is the entry as it is written.
func (c Choice) String() string { return fmt.Sprintf("%s = %s | %s", c.Code, c.PL, c.EN) }

// MarshalText is what infolinia config prints.
func (c Choice) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// checkDesk checks the lists that agents choose from.
func (c *Config) checkDesk(p *problems) {
	for name, list := range map[string][]Choice{
		"desk.breaks": c.Desk.Breaks, "desk.codes": c.Desk.Codes, "desk.closings": c.Desk.Closings,
	} {
		if len(list) == 0 {
			p.add(name, `the list is empty: give at least one entry, as "other = Inne | Other"`)
		}
		for i, entry := range list {
			if slices.ContainsFunc(list[:i], func(e Choice) bool { return e.Code == entry.Code }) {
				p.add(name, "the code %q stands twice; give each entry its own", entry.Code)
			}
		}
	}
}
