package hours

import (
	"time"

	"infolinia/ivr"
)

// clock is the first moment at which a clock in loc shows the minute of the
// day or, where the clock jumps over it, the first moment after the jump: in
// the missing hour of spring 02:30 is 03:00 summer time, in the doubled hour
// of autumn it is the first 02:30. Minutes from 1440 on are the next day's.
//
// time.Date alone does not promise which of two moments it takes.
func clock(d ivr.Day, minute int, loc *time.Location) time.Time {
	guess := time.Date(d.Year, d.Month, d.Day, 0, minute, 0, 0, loc)
	const beyond = 26 * time.Hour // any day's length and any zone's offset
	before, after := offset(guess.Add(-beyond)), offset(guess.Add(beyond))
	if before == after {
		return guess
	}
	shown := time.Date(d.Year, d.Month, d.Day, 0, minute, 0, 0, time.UTC)
	first := shown.Add(-max(before, after)).In(loc)
	second := shown.Add(-min(before, after)).In(loc)
	for _, t := range []time.Time{first, second} {
		if offset(t) == shown.Sub(t) {
			return t
		}
	}
	_, jump := first.ZoneBounds()
	return jump
}

func offset(t time.Time) time.Duration {
	_, s := t.Zone()
	return time.Duration(s) * time.Second
}
