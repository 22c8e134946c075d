package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"infolinia/ivr/desk"
	"infolinia/ivr/record"
)

// closes sees that nothing is left at the desk and that each caller was counted
// once.
func (h *hall) closes(ctx context.Context, answered, abandoned int) {
	longest := time.Duration(0)
	for _, g := range h.guests {
		g.hush()
		h.t.must(g.quiet < silence, "%s heard nothing for %.1f s", g.name, g.quiet.Seconds())
		longest = max(longest, g.quiet)
	}
	h.t.saw("the longest silence that a caller heard was %.1f s", longest.Seconds())
	for _, a := range []*agent{h.anna, h.jan} {
		err := a.is(ctx, "available")
		h.t.must(err == nil, "%v", err)
	}
	h.recorded(ctx, answered, abandoned)
	for _, a := range []*agent{h.anna, h.jan} {
		err := a.do(ctx, "logout")
		h.t.must(err == nil, "%s: %v", a.login, err)
		a.close()
	}
	var left []string
	err := await(ctx, 90*time.Second, func() bool {
		left = h.t.leftAtDesk(ctx, h.t.short)
		return len(left) == 0
	})
	h.t.must(err == nil, "left at the desk: %s", strings.Join(left, ", "))
}

// silence is how long a caller of the desk may hear nothing on a busy machine.
const silence = 10 * time.Second

func (b *bed) leftAtDesk(ctx context.Context, short bool) (left []string) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	state, err := b.store.LoadBoard(ctx, 0)
	if err != nil {
		return []string{err.Error()}
	}
	f, err := desk.Read(state)
	if err != nil {
		return []string{err.Error()}
	}
	for id, t := range f.Tasks {
		over := t.State == desk.Completed || t.State == desk.Abandoned || t.State == desk.Exited
		if over && short { // it stays for a minute, for a call that asks again
			continue
		}
		left = append(left, fmt.Sprintf("task %s is %s", id, t.State))
	}
	for login, a := range f.Agents {
		if a.State != desk.Offline {
			left = append(left, fmt.Sprintf("%s is %s", login, a.State))
		}
	}
	return left
}

// recorded waits until the record has each caller once.
func (h *hall) recorded(ctx context.Context, answered, abandoned int) {
	t := h.t
	records, err := record.Open(filepath.Join(t.varDir(), "records.db"))
	if err != nil {
		t.must(false, "%v", err)
		return
	}
	defer records.Close()
	var f record.Figures
	late := await(ctx, patience, func() bool {
		asking, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		now := time.Now()
		day, dayErr := records.Day(asking, now, now, record.Limits{})
		if err = dayErr; err != nil {
			return false
		}
		f = day.Day.All
		return f.Offered == len(h.guests) && f.Answered == answered && f.Abandoned == abandoned && f.Handled >= answered
	})
	t.must(late == nil, "%d callers, %d of them answered, %d gave up; the record has %d, %d and %d, and %d talks: %v",
		len(h.guests), answered, abandoned, f.Offered, f.Answered, f.Abandoned, f.Handled, err)
	if late == nil {
		t.saw("the record has %d callers, %d of them answered, %d gave up, in %d talks", f.Offered, f.Answered, f.Abandoned, f.Handled)
	}
}
