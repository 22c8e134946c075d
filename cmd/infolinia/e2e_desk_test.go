package main

import "testing"

// The tones of whom one hears.
const (
	annaHz     = 1000
	janHz      = 1400
	residentHz = 600
)

func TestAResidentPressesZeroAndTalksToAPersonInABrowser(t *testing.T) {
	t.Parallel()
	l := startLine(t)
	l.hire(t, "anna")
	anna := l.seat(t, "anna", annaHz).works()
	e := l.dial(t, "0")
	anna.answers()
	e.hums(residentHz)
	anna.hears(residentHz)
	e.hearsTone(annaHz)
	anna.click("[data-do=hangup]")
	e.isHungUp()
	anna.finishes()
	l.isEmpty(t)
}
