package call

import (
	"context"
	"slices"
	"strings"
)

// Report is how a live call stands.
type Report struct {
	ID    string
	Seq   uint64
	Ended bool
	Dirty bool // its saved state is behind
	// Open are the effects whose end it waits for.
	Open []string
	// Armed are its timers that run, Due those that its state waits for.
	Armed, Due int
	// Mute: it did not answer in time; nothing else is known of it.
	Mute bool
}

// report asks a call for its Report.
type report struct{ to chan<- Report }

func (a *actor) report() Report {
	return Report{
		ID: a.call.ID, Seq: a.call.Seq, Ended: a.call.Ended, Dirty: a.dirty.Load(),
		Open: a.open(), Armed: len(a.timers), Due: len(a.call.Timers),
	}
}

// Report tells how all calls stand. Those that do not answer before ctx ends are
// mute.
func (l *Line) Report(ctx context.Context) []Report {
	l.mu.Lock()
	asked := make(map[string]*actor, len(l.calls))
	for id, a := range l.calls {
		asked[id] = a
	}
	l.mu.Unlock()
	answers := make(chan Report, len(asked))
	for _, a := range asked {
		a.mail.post(report{answers})
	}
	all := make([]Report, 0, len(asked))
	told := map[string]bool{}
	for len(told) < len(asked) && ctx.Err() == nil {
		select {
		case r := <-answers:
			told[r.ID] = true
			all = append(all, r)
		case <-ctx.Done():
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for id, a := range asked {
		if !told[id] && l.calls[id] == a { // it has not just ended
			all = append(all, Report{ID: id, Mute: true})
		}
	}
	slices.SortFunc(all, func(a, b Report) int { return strings.Compare(a.ID, b.ID) })
	return all
}
