package main

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

func TestATalkOutlivesWhatHappensToItsPage(t *testing.T) {
	t.Parallel()
	l := startLine(t)
	l.hire(t, "anna", "--queues", "info")
	l.hire(t, "jan", "--queues", "info")
	way := newPassage(t, l.http)
	d := &deskLine{line: l}
	d.anna, d.jan = l.seatAt(t, way.listener.Addr().String(), "anna", annaHz).works(), l.seat(t, "jan", janHz).works()
	anna, jan := d.anna, d.jan
	jan.rests()
	d.run(t, "it is reloaded", func(t *testing.T) {
		e := d.talk(t)
		anna.do("write a note", chromedp.SendKeys("#note", "Niedokończone zda"))
		anna.do("reload", chromedp.Reload())
		anna.shows("connected")
		anna.hears(residentHz)
		e.hearsTone(annaHz)
		anna.sees(`document.getElementById("note").value === "Niedokończone zda"`)
		anna.click("[data-do=hangup]")
		e.isHungUp()
		anna.finishes()
		anna.isReady()
	})
	d.run(t, "another tab takes over, when it is told to", func(t *testing.T) {
		e := d.talk(t)
		other := anna.tab()
		other.shows("elsewhere")
		anna.hears(residentHz)
		e.hearsTone(annaHz)
		other.click("[data-act=takeover]")
		other.shows("connected")
		anna.shows("elsewhere")
		other.hears(residentHz)
		e.hearsTone(annaHz)
		other.click("[data-do=hangup]")
		e.isHungUp()
		other.finishes()
		anna.do("go on in the first tab", chromedp.Evaluate(`document.querySelector("[data-act=takeover]").click()`, nil))
		anna.isReady()
		other.shows("elsewhere")
	})
	d.run(t, "its connections are gone for ten seconds", func(t *testing.T) {
		e := d.talk(t)
		way.close(true)
		anna.sees(`!document.getElementById("lost").hidden`)
		back := time.After(10 * time.Second)
		for cut := true; cut; {
			select {
			case <-back:
				cut = false
			default:
				anna.hears(residentHz)
				e.hearsTone(annaHz)
			}
		}
		way.close(false)
		anna.sees(`document.getElementById("lost").hidden`)
		anna.says("#phone", "Telefon: gotowy")
		anna.hears(residentHz)
		e.hearsTone(annaHz)
		anna.click("[data-do=hold]")
		e.hearsMusic()
		anna.click("[data-do=resume]")
		e.hearsTone(annaHz)
		anna.click("[data-do=hangup]")
		e.isHungUp()
		anna.finishes()
		anna.isReady()
	})
	d.run(t, "its browser dies: music, and then the next agent", func(t *testing.T) {
		e := d.talk(t)
		if err := chromedp.FromContext(anna.ctx).Browser.Process().Kill(); err != nil {
			t.Fatal(err)
		}
		e.hearsMusic()
		jan.resumes()
		jan.answers()
		jan.hears(residentHz)
		e.hearsTone(janHz)
		jan.click("[data-do=hangup]")
		e.isHungUp()
		jan.finishes()
	})
	d.atRest(t)
}

func TestATalkOutlivesItsDaemon(t *testing.T) {
	t.Parallel()
	l, first, second := startInstances(t)
	l.hire(t, "anna")
	d := &deskLine{line: l, anna: l.seat(t, "anna", annaHz).works()}
	anna := d.anna
	e := d.talk(t)
	first.Kill()
	l.daemon = second
	l.logged(t, "taking up the calls of the last process")
	anna.hears(residentHz)
	e.hearsTone(annaHz)
	anna.do("open the page at the other instance", chromedp.Navigate("http://"+second.http+"/desk"))
	anna.shows("elsewhere")
	anna.click("[data-act=takeover]")
	anna.shows("connected")
	anna.hears(residentHz)
	e.hearsTone(annaHz)
	anna.click("[data-do=hold]")
	e.hearsMusic()
	anna.click("[data-do=resume]")
	e.hearsTone(annaHz)
	anna.click("[data-do=hangup]")
	e.isHungUp()
	anna.finishes()
	anna.isReady()
	l.start()
	l.logged(t, "the slot is ours")
	e = d.talk(t)
	second.Kill()
	anna.sees(`!document.getElementById("lost").hidden`)
	anna.hears(residentHz)
	e.hearsTone(annaHz)
	anna.click("[data-do=hangup]") // by its telephone: the page's server is away
	e.isHungUp()
	l.startInstance(2)
	anna.finishes()
	anna.isReady()
	d.atRest(t)
}
