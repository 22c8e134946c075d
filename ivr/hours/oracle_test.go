package hours

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"infolinia/ivr"
)

// watch is the same rules a second time, as a clerk with a clock would follow
// them: minute by minute, turning the sign when the clock says so.
type watch struct {
	h       ivr.Hours
	holiday map[ivr.Day]bool
	day     ivr.Day
	begun   map[ivr.Window]bool // of day
	running []run
}

type run struct {
	special bool
	lastDay ivr.Day // closes when the clock shows minute on this day, or later
	minute  int
}

func (w *watch) tick(at time.Time) ivr.HoursCase {
	local := at.In(w.h.Location)
	day := ivr.Day{Year: local.Year(), Month: local.Month(), Day: local.Day()}
	minute := local.Hour()*60 + local.Minute()
	if day != w.day {
		w.day, w.begun = day, map[ivr.Window]bool{}
	}
	special, isSpecial := w.h.Special[day]
	var due []ivr.Window
	switch {
	case isSpecial:
		due = special
	case !w.holiday[day]:
		due = append(due, w.h.Weekly[local.Weekday()]...)
		for _, m := range w.h.Monthly {
			if m.Weekday == local.Weekday() && nthOfMonth(local) == m.Nth {
				due = append(due, m.Windows...)
			}
		}
	}
	for _, win := range due {
		if minute < win.From || w.begun[win] {
			continue
		}
		w.begun[win] = true
		last, until := day, win.Until
		if win.Until <= win.From || win.Until == 1440 {
			noon := time.Date(day.Year, day.Month, day.Day+1, 12, 0, 0, 0, w.h.Location)
			last, until = ivr.Day{Year: noon.Year(), Month: noon.Month(), Day: noon.Day()}, win.Until%1440
		}
		w.running = append(w.running, run{special: isSpecial, lastDay: last, minute: until})
	}
	return w.sign(day, minute, isSpecial)
}

func (w *watch) sign(day ivr.Day, minute int, isSpecial bool) ivr.HoursCase {
	var left []run
	result := ivr.HoursClosed
	if !isSpecial && w.holiday[day] {
		result = ivr.HoursHoliday
	}
	for _, r := range w.running {
		if after(day, r.lastDay) || day == r.lastDay && minute >= r.minute {
			continue
		}
		left = append(left, r)
		if r.special {
			result = ivr.HoursSpecial
		} else if result != ivr.HoursSpecial {
			result = ivr.HoursOpen
		}
	}
	w.running = left
	return result
}

func after(a, b ivr.Day) bool { return midnightUTC(a).After(midnightUTC(b)) }

func nthOfMonth(t time.Time) int {
	n := 0
	for d := 1; d <= t.Day(); d++ {
		if time.Date(t.Year(), t.Month(), d, 12, 0, 0, 0, time.UTC).Weekday() == t.Weekday() {
			n++
		}
	}
	return n
}

func TestStateAgreesWithAClerkWhoWatchesTheClock(t *testing.T) {
	zones := []*time.Location{warsaw(t), zone(t, "America/New_York"), zone(t, "Australia/Lord_Howe"), time.UTC}
	holidays := map[ivr.Day]bool{}
	for _, s := range []string{"2026-04-05", "2026-04-06", "2026-11-01", "2026-12-24", "2026-12-25", "2026-12-26", "2027-01-01"} {
		d, _ := time.Parse(time.DateOnly, s)
		holidays[ivr.Day{Year: d.Year(), Month: d.Month(), Day: d.Day()}] = true
	}
	// Days around changes of the clock, Easter, All Saints and Christmas.
	mornings := []string{"2026-03-27", "2026-03-06", "2026-04-03", "2026-10-23", "2026-10-30", "2026-12-22"}

	rapid.Check(t, func(t *rapid.T) {
		first, _ := time.Parse(time.DateOnly, rapid.SampledFrom(mornings).Draw(t, "first day"))
		h := drawHours(t, first, rapid.SampledFrom(zones).Draw(t, "zone"))
		start := time.Date(first.Year(), first.Month(), first.Day(), 0, 0, 0, 0, h.Location)
		askAt := start.Add(2*24*time.Hour + time.Duration(rapid.IntRange(0, 3*24*3600).Draw(t, "seconds"))*time.Second)

		w := &watch{h: h}
		if h.Holidays == "pl" {
			w.holiday = holidays
		}
		var want ivr.HoursState
		for at := start; !at.After(askAt); at = at.Add(time.Minute) {
			want.Case = w.tick(at)
		}
		end := start.Add(12 * 24 * time.Hour)
		for at := askAt.Truncate(time.Minute).Add(time.Minute); want.NextOpen.IsZero() && at.Before(end); at = at.Add(time.Minute) {
			if w.tick(at).Open() {
				want.NextOpen = at
			}
		}
		if want.Case.Open() {
			want.NextOpen = askAt
		}
		got := State(h, askAt)
		if !got.NextOpen.Before(end) && want.NextOpen.IsZero() {
			got.NextOpen = time.Time{}
		}
		if got.Case != want.Case || !got.NextOpen.Equal(want.NextOpen) {
			t.Fatalf("at %v of %+v\ngot  %s, next %v\nwant %s, next %v",
				askAt.In(h.Location), h, got.Case, got.NextOpen, want.Case, want.NextOpen)
		}
	})
}

func drawHours(t *rapid.T, first time.Time, loc *time.Location) ivr.Hours {
	minute := rapid.OneOf(rapid.IntRange(0, 1439), rapid.IntRange(90, 210), rapid.SampledFrom([]int{0, 120, 150, 180, 480, 1439}))
	window := rapid.Custom(func(t *rapid.T) ivr.Window {
		until := rapid.OneOf(minute, rapid.Just(1440)).Draw(t, "until")
		return ivr.Window{From: minute.Draw(t, "from"), Until: until}
	})
	windows := rapid.SliceOfNDistinct(window, 0, 3, rapid.ID[ivr.Window])
	h := ivr.Hours{
		Location: loc,
		Holidays: rapid.SampledFrom([]string{"pl", ""}).Draw(t, "holidays"),
		Weekly:   map[time.Weekday][]ivr.Window{},
		Special:  map[ivr.Day][]ivr.Window{},
	}
	for _, d := range rapid.SliceOfDistinct(rapid.IntRange(0, 6), rapid.ID[int]).Draw(t, "weekdays") {
		h.Weekly[time.Weekday(d)] = windows.Draw(t, "weekly")
	}
	if rapid.Bool().Draw(t, "has monthly") {
		h.Monthly = []ivr.MonthlyHours{{
			Nth:     rapid.IntRange(1, 5).Draw(t, "nth"),
			Weekday: time.Weekday(rapid.IntRange(0, 6).Draw(t, "monthly day")),
			Windows: windows.Draw(t, "monthly"),
		}}
	}
	for _, n := range rapid.SliceOfNDistinct(rapid.IntRange(0, 8), 0, 3, rapid.ID[int]).Draw(t, "special days") {
		d := first.AddDate(0, 0, n)
		h.Special[ivr.Day{Year: d.Year(), Month: d.Month(), Day: d.Day()}] = windows.Draw(t, "special")
	}
	return h
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}
