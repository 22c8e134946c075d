package store

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"infolinia/ivr"
)

// OverrideKind says what a switch belongs to.
type OverrideKind string

// The things staff may switch without editing a file.
const (
	OverrideNotice OverrideKind = "notice"
	OverrideHours  OverrideKind = "hours"
)

// Override is a switch turned by staff that wins over the files: a notice on or
// off, hours open (by their own windows or, with Anyway, whatever these say) or
// closed at once. It holds until Until; without one until it is cleared.
type Override struct {
	Kind   OverrideKind `json:"kind"`
	Name   string       `json:"name"`
	On     bool         `json:"on"`
	Anyway bool         `json:"anyway,omitempty"`
	Until  time.Time    `json:"until,omitzero"`
	By     string       `json:"by,omitempty"`
	At     time.Time    `json:"at"`
}

type overrides interface {
	// setOverride writes a field, or removes it where value is empty, and
	// counts the change.
	setOverride(ctx context.Context, field, value string) error
	allOverrides(ctx context.Context) (fields map[string]string, revision int64, err error)
	revision(ctx context.Context) (int64, error)
}

// SetOverride turns a switch.
func (s *Store) SetOverride(ctx context.Context, o Override) error {
	b, err := json.Marshal(o)
	if err != nil {
		return fmt.Errorf("switch %s %s: %w", o.Kind, o.Name, err)
	}
	if err := s.overrides.setOverride(ctx, field(o.Kind, o.Name), string(b)); err != nil {
		return fmt.Errorf("switch %s %s: %w", o.Kind, o.Name, err)
	}
	return nil
}

// ClearOverride gives the word back to the files.
func (s *Store) ClearOverride(ctx context.Context, kind OverrideKind, name string) error {
	if err := s.overrides.setOverride(ctx, field(kind, name), ""); err != nil {
		return fmt.Errorf("clear switch of %s %s: %w", kind, name, err)
	}
	return nil
}

// Overrides are all switches by kind and name, past ones too, and the revision
// they are of.
func (s *Store) Overrides(ctx context.Context) ([]Override, int64, error) {
	fields, revision, err := s.overrides.allOverrides(ctx)
	if err != nil {
		return nil, 0, fmt.Errorf("read switches: %w", err)
	}
	var list []Override
	for f, value := range fields {
		var o Override
		if err := json.Unmarshal([]byte(value), &o); err != nil {
			return nil, 0, fmt.Errorf("read switch %s: %w", f, err)
		}
		list = append(list, o)
	}
	slices.SortFunc(list, func(a, b Override) int {
		return strings.Compare(field(a.Kind, a.Name), field(b.Kind, b.Name))
	})
	return list, revision, nil
}

// OverridesRevision grows with every change of a switch: cheap to poll.
func (s *Store) OverridesRevision(ctx context.Context) (int64, error) {
	return s.overrides.revision(ctx)
}

func field(kind OverrideKind, name string) string { return string(kind) + ":" + name }

// Overlay is the content with the switches in force at now applied. Content
// itself stays as it is; a switch of something that has vanished does nothing.
func Overlay(content ivr.Content, list []Override, now time.Time) ivr.Content {
	content.Notices = maps.Clone(content.Notices)
	content.Hours = maps.Clone(content.Hours)
	for _, o := range list {
		if !o.Until.IsZero() && !now.Before(o.Until) {
			continue
		}
		switch o.Kind {
		case OverrideNotice:
			if n, ok := content.Notices[o.Name]; ok {
				n.Active, n.From, n.Until = o.On, time.Time{}, o.Until
				content.Notices[o.Name] = n
			}
		case OverrideHours:
			if h, ok := content.Hours[o.Name]; ok {
				h.Emergency = !o.On
				if o.On && o.Anyway {
					h = openAllDay(h, now)
				}
				content.Hours[o.Name] = h
			}
		}
	}
	return content
}

// openAllDay makes the day of a moment a special one that is open throughout.
func openAllDay(h ivr.Hours, now time.Time) ivr.Hours {
	if h.Location != nil {
		now = now.In(h.Location)
	}
	h.Special = maps.Clone(h.Special)
	if h.Special == nil {
		h.Special = map[ivr.Day][]ivr.Window{}
	}
	year, month, day := now.Date()
	h.Special[ivr.Day{Year: year, Month: month, Day: day}] = []ivr.Window{{From: 0, Until: 24 * 60}}
	return h
}
