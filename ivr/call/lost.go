package call

import (
	"fmt"
	"time"

	"github.com/rs/zerolog"

	"infolinia/ivr"
)

// Lost is what a live call comes to whose machine is lost: nobody saw the caller
// go. Nothing is ordered. A recording counts as kept: it is on that machine, which
// stores it if it comes back.
func Lost(v Versions, c ivr.Call) (ended ivr.Call, events []ivr.Event, err error) {
	now := time.Now()
	l := &Line{versions: v, log: zerolog.Nop()}
	a := &actor{line: l, program: l.programOf(c), call: c}
	for _, happened := range []func() ivr.Input{
		func() ivr.Input { return ivr.HungUp{Lost: true} },
		func() ivr.Input { return ivr.RecordEnded{ID: a.call.Await, Failed: true} },
	} {
		next, effects, err := a.compute(happened(), now)
		if err != nil {
			return c, nil, fmt.Errorf("end lost call %s: %w", c.ID, err)
		}
		a.call = next
		events = append(events, a.events(effects, now)...)
		if a.call.Ended {
			return a.call, events, nil
		}
	}
	return c, nil, fmt.Errorf("end lost call %s: it goes on at %s", c.ID, a.call.Node)
}
