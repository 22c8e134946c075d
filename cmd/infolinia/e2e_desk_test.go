package main

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// deskLine is a line with two agents at their pages: Anna, who serves the queue
// info, and Jan, who serves others.
type deskLine struct {
	*line
	anna, jan *agentPage
}

func startDesk(t *testing.T) *deskLine {
	t.Helper()
	l := startLine(t)
	l.hire(t, "anna", "--queues", "info,hasty,everybody")
	l.hire(t, "jan", "--queues", "everybody")
	return &deskLine{l, l.seat(t, "anna", annaHz).works(), l.seat(t, "jan", janHz).works()}
}

// run runs one call after the other; after one that failed there is no other.
func (d *deskLine) run(t *testing.T, name string, call func(t *testing.T)) {
	t.Helper()
	ok := t.Run(name, func(t *testing.T) {
		d.anna.t, d.jan.t = t, t
		call(t)
	})
	d.anna.t, d.jan.t = t, t
	if !ok {
		t.FailNow()
	}
}

// talk brings a resident to Anna.
func (d *deskLine) talk(t *testing.T) *ear {
	t.Helper()
	e := d.dial(t, "0")
	d.anna.answers()
	e.hums(residentHz)
	d.anna.hears(residentHz)
	e.hearsTone(annaHz)
	return e
}

// atRest waits until nothing is left of any call.
func (d *deskLine) atRest(t *testing.T) {
	t.Helper()
	d.isEmpty(t)
	var report auditReport
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the last audit: %+v", report)
		}
	})
	eventually(t, "the audit finds nothing", func() bool {
		var code int
		report, code = d.audit(t)
		return code == 0
	})
}

func TestAResidentTalksToAPersonInABrowser(t *testing.T) {
	t.Parallel()
	d := startDesk(t)
	anna := d.anna
	var from string
	d.run(t, "who sees what it is about before it rings, hears and is heard", func(t *testing.T) {
		e := d.dial(t, "31")
		from = e.from
		e.hears("article.karta.short")
		e.presses("0")
		anna.shows("offered")
		anna.says("#task .topic", "Karta")
		anna.says("#task .lang", "polski")
		anna.says("#task .heard", "Karta")
		anna.says("#task", "Pierwsza rozmowa z tego numeru")
		anna.says("#article", "Karta jest darmowa.")
		anna.presses(kb.F2)
		anna.shows("connected")
		e.hums(residentHz)
		anna.hears(residentHz)
		e.hearsTone(annaHz)

		anna.presses(kb.F4)
		anna.mode("hold")
		e.hearsMusic()
		anna.hearsNobody()
		anna.presses(kb.F4)
		anna.mode("caller")
		e.hearsTone(annaHz)
		anna.hears(residentHz)

		anna.presses(kb.F8)
		anna.says("#mute", "Wyciszony")
		e.hearsNobody()
		anna.hears(residentHz)
		anna.presses(kb.F8)
		e.hearsTone(annaHz)

		anna.click("#keypad-open")
		for _, key := range []string{"5", "#"} {
			anna.click(`[data-tone="` + key + `"]`)
		}
		ctx, cancel := e.soon()
		defer cancel()
		if keys, err := e.AwaitKeys(ctx, 2); err != nil || keys != "5#" {
			t.Errorf("the resident got the keys %q: %v", keys, err)
		}

		anna.do("write a note", chromedp.SendKeys("#note", "Pytała o kartę."))
		anna.presses(kb.F9)
		e.isHungUp()
		anna.finishes()
		anna.isReady()
	})
	d.run(t, "who sees it again when the same number calls, and misses nothing when that hangs up", func(t *testing.T) {
		e := d.dialFrom(t, from, "0")
		anna.shows("offered")
		anna.says("#task .earlier", "Pytała o kartę.")
		anna.says("#task .earlier", "Anna")
		e.hangsUp()
		anna.isReady()
		anna.says("#owed", "Brak nieodebranych.")
	})
	d.run(t, "who writes after the resident has hung up", func(t *testing.T) {
		e := d.talk(t)
		e.hangsUp()
		anna.finishes()
		anna.isReady()
	})
	d.atRest(t)
	eventually(t, "the report of the day has the calls", func() bool {
		day := strings.Split(d.line.run(t, "report", "day", "--csv"), "\n")
		return len(day) > 1 && strings.Contains(day[1], ",3,2,2,1,1,")
	})
}
