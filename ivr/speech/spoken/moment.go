package spoken

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Date says the day of an ISO 8601 date or date and time: "4 stycznia 2027",
// "4 січня 2027 року", "4 January 2027". The day is the one that is written;
// moving it into another zone is the caller's part.
func Date(lang, s string) (string, error) {
	t, ok := parseMoment(s, "2006-01-02")
	if !ok {
		return "", fmt.Errorf("date: %q is not an ISO 8601 date", s)
	}
	return DateOf(lang, t), nil
}

// DateOf is [Date] for a moment, in the moment's own zone.
func DateOf(lang string, t time.Time) string {
	g := grammarOf(lang)
	return g.date(t.Day(), g.months[t.Month()-1], t.Year())
}

// Time says a time of day, "14:30" or the one in an ISO 8601 date and time, in
// the nominative: "czternasta trzydzieści", "ósma", "ósma zero pięć", "восьма
// нуль п'ять", "2:30 p.m.". Seconds are left out. "24:00" is understood.
func Time(lang, s string) (string, error) {
	clock := strings.TrimSpace(s)
	if clock == "24:00" || clock == "24:00:00" {
		return grammarOf(lang).clock(24, 0), nil
	}
	t, ok := parseMoment(s, "15:04", "15:04:05")
	if !ok {
		return "", fmt.Errorf("time: %q is not a time of day", s)
	}
	return TimeOf(lang, t), nil
}

// TimeOf is [Time] for a moment, in the moment's own zone.
func TimeOf(lang string, t time.Time) string {
	return grammarOf(lang).clock(t.Hour(), t.Minute())
}

// parseMoment tries the given layouts and then ISO 8601 date with time, whose
// zone is optional.
func parseMoment(s string, layouts ...string) (time.Time, bool) {
	s = strings.TrimSpace(s)
	layouts = append(layouts, time.RFC3339, "2006-01-02T15:04Z07:00",
		"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04")
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// When says a moment as seen from now, both in the zone they come in: "dzisiaj
// o czternastej", "jutro o ósmej", "w poniedziałek, 4 stycznia, o ósmej";
// "today at 2 p.m.", "on Monday, 4 January, at 8 a.m.". The zero time is
// not known: "w terminie, którego jeszcze nie znamy".
func When(lang string, t, now time.Time) (string, error) {
	g := grammarOf(lang)
	if t.IsZero() {
		return g.unknown, nil
	}
	at := g.atClock(t.Hour(), t.Minute())
	switch daysBetween(now, t) {
	case 0:
		return join(g.today, at), nil
	case 1:
		return join(g.tomorrow, at), nil
	}
	day := strconv.Itoa(t.Day()) + " " + g.months[t.Month()-1]
	return g.onDay[t.Weekday()] + ", " + day + ", " + at, nil
}

// daysBetween counts calendar days, so that a day of 23 or 25 hours is a day.
func daysBetween(from, to time.Time) int {
	midnight := func(t time.Time) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	}
	return int(midnight(to).Sub(midnight(from)) / (24 * time.Hour))
}

// monthIn finds a month by its word in a table, 1..12, or 0.
func monthIn(months [12]string, word string) int {
	for i, m := range months {
		if strings.EqualFold(m, word) {
			return i + 1
		}
	}
	return 0
}
