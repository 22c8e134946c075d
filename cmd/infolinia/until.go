package main

import (
	"fmt"
	"strings"
	"time"

	"infolinia/ivr"
)

// parseUntil reads the end of a switch: a day and time in Warsaw, one with its
// own zone, or +3h from now. Empty is no end.
func parseUntil(s string, now time.Time) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	until, err := readMoment(s, now)
	if err != nil {
		return until, fmt.Errorf("--until %q is no moment: write 2026-12-01T12:00 or +3h", s)
	}
	if !until.After(now) {
		return until, fmt.Errorf("--until %q is past: it is %s now", s, now.In(ivr.Warsaw()).Format(polishTime))
	}
	return until, nil
}

func readMoment(s string, now time.Time) (time.Time, error) {
	if after, ok := strings.CutPrefix(s, "+"); ok {
		d, err := time.ParseDuration(after)
		return now.Add(d), err
	}
	if at, err := time.Parse(time.RFC3339, s); err == nil {
		return at, nil
	}
	return time.ParseInLocation("2006-01-02T15:04", s, ivr.Warsaw())
}

// untilWords is " until …" for people, nothing without an end.
func untilWords(until time.Time) string {
	if until.IsZero() {
		return ""
	}
	return " until " + until.In(ivr.Warsaw()).Format(polishTime)
}
