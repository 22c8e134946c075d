package hours

import (
	"testing"
	"time"

	"infolinia/ivr"
)

func warsaw(t testing.TB) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Warsaw")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// hotline are the hours of the line: Monday to Wednesday 8:00-15:30, Thursday
// to 16:30, Friday to 14:30, the second Saturday 9:00-13:00.
func hotline(loc *time.Location) ivr.Hours {
	short := []ivr.Window{{From: 480, Until: 930}}
	return ivr.Hours{
		Name:     "hotline",
		Location: loc,
		Weekly: map[time.Weekday][]ivr.Window{
			time.Monday: short, time.Tuesday: short, time.Wednesday: short,
			time.Thursday: {{From: 480, Until: 990}},
			time.Friday:   {{From: 480, Until: 870}},
		},
		Monthly:  []ivr.MonthlyHours{{Nth: 2, Weekday: time.Saturday, Windows: []ivr.Window{{From: 540, Until: 780}}}},
		Holidays: "pl",
		Special: map[ivr.Day][]ivr.Window{
			{Year: 2026, Month: time.November, Day: 10}: {{From: 600, Until: 720}},
			{Year: 2026, Month: time.December, Day: 25}: {{From: 600, Until: 720}},
			{Year: 2026, Month: time.December, Day: 31}: {},
		},
	}
}

func TestCasesFollowTheirPriorityAndNameTheNextOpening(t *testing.T) {
	for _, tc := range []struct {
		name, now string
		want      ivr.HoursCase
		next      string // "" is now
	}{
		{"an ordinary Tuesday", "2026-06-09T10:00:00+02:00", "open", ""},
		{"the opening minute", "2026-06-09T08:00:00+02:00", "open", ""},
		{"just before opening", "2026-06-09T07:59:59+02:00", "closed", "2026-06-09T08:00:00+02:00"},
		{"the last second", "2026-06-09T15:29:59+02:00", "open", ""},
		{"the closing minute", "2026-06-09T15:30:00+02:00", "closed", "2026-06-10T08:00:00+02:00"},
		{"the second Saturday", "2026-06-13T09:00:00+02:00", "open", ""},
		{"any other Saturday", "2026-06-20T09:00:00+02:00", "closed", "2026-06-22T08:00:00+02:00"},
		{"a holiday", "2026-06-04T10:00:00+02:00", "holiday", "2026-06-05T08:00:00+02:00"},
		{"a special day, in its window", "2026-11-10T10:00:00+01:00", "special", ""},
		{"a special day, outside", "2026-11-10T09:59:00+01:00", "closed", "2026-11-10T10:00:00+01:00"},
		{"a special day before a holiday", "2026-11-10T12:00:00+01:00", "closed", "2026-11-12T08:00:00+01:00"},
		{"a special day that opens a holiday", "2026-12-25T11:00:00+01:00", "special", ""},
		{"a special day that is a holiday, outside", "2026-12-25T13:00:00+01:00", "closed", "2026-12-28T08:00:00+01:00"},
		{"a special day that closes", "2026-12-31T10:00:00+01:00", "closed", "2027-01-04T08:00:00+01:00"},
		{"a clock in another zone", "2026-06-09T06:00:00Z", "open", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			now := moment(t, tc.now)
			want := ivr.HoursState{Case: tc.want, NextOpen: now}
			if tc.next != "" {
				want.NextOpen = moment(t, tc.next)
			}
			assertState(t, State(hotline(warsaw(t)), now), want)
		})
	}
}

func TestAnEmergencyClosesAndPromisesNoOpening(t *testing.T) {
	h := hotline(warsaw(t))
	h.Emergency = true
	assertState(t, State(h, moment(t, "2026-06-09T10:00:00+02:00")), ivr.HoursState{Case: ivr.HoursEmergency})
}

func TestHoursWithoutAWindowNeverOpen(t *testing.T) {
	h := ivr.Hours{Location: warsaw(t), Holidays: "pl"}
	assertState(t, State(h, moment(t, "2026-06-09T10:00:00+02:00")), ivr.HoursState{Case: ivr.HoursClosed})
}

func TestAnOpeningIsLookedForWithinFourHundredDays(t *testing.T) {
	now := moment(t, "2026-06-09T10:00:00+02:00")
	h := ivr.Hours{Location: warsaw(t)}
	at := func(days int) map[ivr.Day][]ivr.Window {
		y, m, d := now.AddDate(0, 0, days).Date()
		return map[ivr.Day][]ivr.Window{{Year: y, Month: m, Day: d}: {{From: 480, Until: 600}}}
	}
	h.Special = at(400)
	assertState(t, State(h, now), ivr.HoursState{Case: ivr.HoursClosed, NextOpen: moment(t, "2027-07-14T08:00:00+02:00")})
	h.Special = at(401)
	assertState(t, State(h, now), ivr.HoursState{Case: ivr.HoursClosed})
}

func TestAWindowOnceBegunRunsOnPastMidnight(t *testing.T) {
	night := []ivr.Window{{From: 22 * 60, Until: 6 * 60}}
	h := ivr.Hours{
		Location: warsaw(t),
		Holidays: "pl",
		Weekly:   map[time.Weekday][]ivr.Window{time.Tuesday: night, time.Wednesday: night},
		Special:  map[ivr.Day][]ivr.Window{{Year: 2026, Month: time.June, Day: 17}: {{From: 5 * 60, Until: 7 * 60}}},
	}
	for _, tc := range []struct {
		name, now string
		want      ivr.HoursCase
	}{
		{"into a holiday", "2026-11-11T05:59:00+01:00", "open"},
		{"and then it is the holiday", "2026-11-11T06:00:00+01:00", "holiday"},
		{"no window begins on the holiday", "2026-11-11T23:00:00+01:00", "holiday"},
		{"nor runs on from it", "2026-11-12T01:00:00+01:00", "closed"},
		{"into a special day", "2026-06-17T04:59:00+02:00", "open"},
		{"whose own window wins", "2026-06-17T05:00:00+02:00", "special"},
		{"and lasts to its own end", "2026-06-17T06:59:00+02:00", "special"},
		{"the special day has no ordinary window", "2026-06-17T22:30:00+02:00", "closed"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := State(h, moment(t, tc.now)).Case; got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

func TestWindowsKeepTheClockOnTheDaysTheClockChanges(t *testing.T) {
	sunday := func(from, until int) ivr.Hours {
		return ivr.Hours{Location: warsaw(t), Weekly: map[time.Weekday][]ivr.Window{time.Sunday: {{From: from, Until: until}}}}
	}
	for _, tc := range []struct {
		name, now   string
		from, until int
		want        ivr.HoursCase
		next        string
	}{
		{"a window that starts in the missing hour starts after it", "2026-03-29T01:59:00+01:00", 150, 300, "closed", "2026-03-29T03:00:00+02:00"},
		{"and is open then", "2026-03-29T03:00:00+02:00", 150, 300, "open", ""},
		{"a window that ends in the missing hour ends with it", "2026-03-29T03:00:00+02:00", 60, 150, "closed", "2026-04-05T01:00:00+02:00"},
		{"a window within the missing hour does not happen", "2026-03-29T01:00:00+01:00", 130, 170, "closed", "2026-04-05T02:10:00+02:00"},
		{"the doubled hour is open both times", "2026-10-25T02:30:00+01:00", 120, 180, "open", ""},
		{"a window that starts in the doubled hour starts the first time", "2026-10-25T02:30:00+02:00", 150, 300, "open", ""},
		{"a window that ends in the doubled hour ends the first time", "2026-10-25T02:15:00+01:00", 60, 150, "closed", "2026-11-01T01:00:00+01:00"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			now := moment(t, tc.now)
			want := ivr.HoursState{Case: tc.want, NextOpen: now}
			if tc.next != "" {
				want.NextOpen = moment(t, tc.next)
			}
			assertState(t, State(sunday(tc.from, tc.until), now), want)
		})
	}
}

func TestPolishHolidaysAreRightForTheirYear(t *testing.T) {
	for day, want := range map[string]bool{
		"2024-04-01": true, "2025-04-21": true, "2026-04-06": true, "2027-03-29": true, // Easter Monday
		"2024-03-31": true, "2026-04-05": true, // Easter
		"2024-05-19": true, "2026-05-24": true, // Pentecost
		"2024-05-30": true, "2025-06-19": true, "2026-06-04": true, "2027-05-27": true, // Corpus Christi
		"2026-01-01": true, "2026-01-06": true, "2026-05-01": true, "2026-05-03": true, "2026-08-15": true,
		"2026-11-01": true, "2024-11-11": true, "2026-11-11": true, "2026-12-25": true, "2026-12-26": true,
		"2024-12-24": false, "2025-12-24": true, "2026-12-24": true,
		"2026-04-03": false, "2026-05-02": false, "2026-11-02": false, "2026-12-31": false,
	} {
		d, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		noon := time.Date(d.Year(), d.Month(), d.Day(), 12, 0, 0, 0, warsaw(t))
		got := State(ivr.Hours{Location: warsaw(t), Holidays: "pl"}, noon).Case == ivr.HoursHoliday
		if got != want {
			t.Errorf("%s: holiday is %v, want %v", day, got, want)
		}
	}
}

func TestTheWorldHoldsTheStateOfEveryHours(t *testing.T) {
	loc := warsaw(t)
	now := moment(t, "2026-06-09T10:00:00+02:00")
	content := ivr.Content{
		Hours:    map[string]ivr.Hours{"hotline": hotline(loc), "never": {Location: loc}},
		Notices:  map[string]ivr.Notice{"alert": {Name: "alert"}},
		Articles: map[string]ivr.Article{"a": {ID: "a"}},
		Queues:   map[string]ivr.Queue{"info": {Name: "info"}},
	}
	w := World(content, loc, now, ivr.Services{SMS: true})
	assertState(t, w.Hours["hotline"], ivr.HoursState{Case: ivr.HoursOpen, NextOpen: now})
	assertState(t, w.Hours["never"], ivr.HoursState{Case: ivr.HoursClosed})
	if !w.Now.Equal(now) || w.Location != loc || !w.Services.SMS ||
		len(w.Notices) != 1 || len(w.Articles) != 1 || len(w.Queues) != 1 {
		t.Errorf("incomplete world: %+v", w)
	}
}

func BenchmarkStateOfAClosedLine(b *testing.B) {
	h := hotline(warsaw(b))
	now := time.Date(2026, 12, 24, 12, 0, 0, 0, h.Location)
	for b.Loop() {
		State(h, now)
	}
}

func moment(t testing.TB, s string) time.Time {
	t.Helper()
	m, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func assertState(t testing.TB, got, want ivr.HoursState) {
	t.Helper()
	if got.Case != want.Case || !got.NextOpen.Equal(want.NextOpen) {
		t.Errorf("got %s, next %v; want %s, next %v", got.Case, got.NextOpen, want.Case, want.NextOpen)
	}
}
