package console

import (
	"context"
	"slices"
	"sync"
	"time"
)

// checkTime is how long all checks together may take.
const checkTime = 2 * time.Second

// Check looks at one thing the line needs.
type Check struct {
	Name string
	// Run returns what is wrong now, nothing when all is well. It ends with ctx.
	Run func(ctx context.Context) []Problem
}

// Problem is something in the way, and what to do about it.
type Problem struct {
	Check    string   `json:"check"` // its name; filled in by the console
	Severity Severity `json:"severity"`
	What     Text     `json:"problem"`
	Remedy   Text     `json:"remedy"`
}

// Severity is how bad a problem is.
type Severity string

// The severities.
const (
	Fatal   Severity = "fatal"   // calls cannot be answered
	Idle    Severity = "idle"    // they are answered, but not by this process
	Warning Severity = "warning" // somebody should do something
	Note    Severity = "note"    // it is so, and known to be so
)

// Text is said in English to operators and their programs, in Polish to staff.
type Text struct{ EN, PL string }

// MarshalText writes the English text.
func (t Text) MarshalText() ([]byte, error) { return []byte(t.EN), nil }

// run runs the checks side by side.
func run(ctx context.Context, checks []Check) []Problem {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	found := make([][]Problem, len(checks))
	var running sync.WaitGroup
	for i, c := range checks {
		running.Go(func() {
			found[i] = c.Run(ctx)
			for n := range found[i] {
				found[i][n].Check = c.Name
			}
		})
	}
	running.Wait()
	all := slices.Concat(found...)
	return all
}

// worstFirst sorts what is fatal before what is not; the rest keeps its order.
func worstFirst(all []Problem) {
	rank := map[Severity]int{Fatal: 0, Idle: 1, Warning: 2, Note: 3}
	slices.SortStableFunc(all, func(a, b Problem) int { return rank[a.Severity] - rank[b.Severity] })
}
