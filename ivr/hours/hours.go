// Package hours tells whether named opening hours are open and when they open
// next, and builds the snapshot a step decides by. It keeps nothing: each
// answer is computed afresh from the hours and the moment, in microseconds.
//
// A window belongs to the day on which it starts, and that day alone decides
// whether it starts at all. Once begun it runs on, into a holiday or a special
// day too; only an emergency ends it. Windows that overlap or touch are one.
package hours

import (
	"time"

	"infolinia/ivr"
)

// horizon is how many days ahead an opening is looked for.
const horizon = 400

// State tells the case of h at now, and when it opens next: now when it is
// open; zero in an emergency and when no window starts today or within the 400
// days that follow.
//
// A special window wins over an ordinary one that runs at the same time.
func State(h ivr.Hours, now time.Time) ivr.HoursState {
	if h.Emergency {
		return ivr.HoursState{Case: ivr.HoursEmergency}
	}
	p := newPlan(h, now)
	today := p.dayOf(now)
	c := p.at(today, now)
	if c.Open() {
		return ivr.HoursState{Case: c, NextOpen: now}
	}
	return ivr.HoursState{Case: c, NextOpen: p.nextStart(today, now)}
}

// World builds the snapshot of one step. It shares the maps of content, which
// nobody may change any more.
func World(content ivr.Content, loc *time.Location, now time.Time, services ivr.Services) *ivr.World {
	states := make(map[string]ivr.HoursState, len(content.Hours))
	for name, h := range content.Hours {
		states[name] = State(h, now)
	}
	return &ivr.World{
		Now:      now,
		Location: loc,
		Hours:    states,
		Notices:  content.Notices,
		Articles: content.Articles,
		Queues:   content.Queues,
		Services: services,
	}
}

// plan answers for the days of one set of hours.
type plan struct {
	h   ivr.Hours
	loc *time.Location
}

func newPlan(h ivr.Hours, now time.Time) *plan {
	loc := h.Location
	if loc == nil {
		loc = now.Location()
	}
	return &plan{h: h, loc: loc}
}

func (p *plan) dayOf(t time.Time) ivr.Day {
	y, m, d := t.In(p.loc).Date()
	return ivr.Day{Year: y, Month: m, Day: d}
}

// at is the case at now, a moment of the day today.
func (p *plan) at(today ivr.Day, now time.Time) ivr.HoursCase {
	running := map[ivr.HoursCase]bool{}
	for _, day := range []ivr.Day{shift(today, -1), today} {
		windows, kind := p.windows(day)
		for _, w := range windows {
			if from, until := p.span(day, w); !now.Before(from) && now.Before(until) {
				running[kind] = true
			}
		}
	}
	_, special := p.h.Special[today]
	switch {
	case running[ivr.HoursSpecial]:
		return ivr.HoursSpecial
	case running[ivr.HoursOpen]:
		return ivr.HoursOpen
	case !special && p.holiday(today):
		return ivr.HoursHoliday
	}
	return ivr.HoursClosed
}

// nextStart is the first moment after now at which a window starts.
func (p *plan) nextStart(today ivr.Day, now time.Time) time.Time {
	var next time.Time
	for i := 0; i <= horizon && next.IsZero(); i++ {
		day := shift(today, i)
		windows, _ := p.windows(day)
		for _, w := range windows {
			from, until := p.span(day, w)
			if from.After(now) && from.Before(until) && (next.IsZero() || from.Before(next)) {
				next = from
			}
		}
	}
	return next
}

// windows are those that start on the day, and the case while one of them runs.
func (p *plan) windows(day ivr.Day) ([]ivr.Window, ivr.HoursCase) {
	if special, ok := p.h.Special[day]; ok {
		return special, ivr.HoursSpecial
	}
	weekday := midnightUTC(day).Weekday()
	windows := p.h.Weekly[weekday]
	for _, m := range p.h.Monthly {
		if m.Weekday == weekday && m.Nth == (day.Day-1)/7+1 {
			windows = append(windows[:len(windows):len(windows)], m.Windows...)
		}
	}
	if len(windows) > 0 && p.holiday(day) {
		return nil, ivr.HoursOpen
	}
	return windows, ivr.HoursOpen
}

// span is when a window of the day opens and closes. It is empty when all of
// the window falls into an hour the clock skips.
func (p *plan) span(day ivr.Day, w ivr.Window) (from, until time.Time) {
	end := w.Until
	if w.Until <= w.From {
		end += 24 * 60
	}
	return clock(day, w.From, p.loc), clock(day, end, p.loc)
}

func shift(d ivr.Day, days int) ivr.Day {
	y, m, day := midnightUTC(d).AddDate(0, 0, days).Date()
	return ivr.Day{Year: y, Month: m, Day: day}
}

func midnightUTC(d ivr.Day) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
}
