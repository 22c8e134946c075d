package main

import (
	"testing"

	"github.com/chromedp/chromedp"
)

func TestACallerKeepsHisPlaceWhateverAgentsDo(t *testing.T) {
	t.Parallel()
	d := startDesk(t)
	anna, jan := d.anna, d.jan
	d.run(t, "an agent who rejects twice is on a break, and the caller waits", func(t *testing.T) {
		e := d.dial(t, "71")
		for range 2 {
			anna.shows("offered")
			anna.click("[data-do=reject]")
		}
		anna.onBreak("nieodebrane połączenia")
		anna.says("#owed", "Brak nieodebranych.")
		e.hearsMusic()
		anna.resumes()
		anna.answers()
		e.hearsTone(annaHz)
		anna.click("[data-do=hangup]")
		e.isHungUp()
		anna.finishes()
	})
	d.run(t, "an agent who misses two is on a break, and the first caller is still the first", func(t *testing.T) {
		first := d.dial(t, "71")
		first.hearsMusic()
		second := d.dial(t, "71")
		anna.onBreak("nieodebrane połączenia")
		anna.sees(`document.querySelectorAll("#owed .badge").length === 1`)
		first.hearsMusic()
		second.hearsMusic()
		anna.resumes()
		anna.answers()
		first.hearsTone(annaHz)
		second.hearsMusic()
		anna.click("[data-do=hangup]")
		first.isHungUp()
		anna.finishes()
		anna.answers()
		second.hearsTone(annaHz)
		second.hangsUp()
		anna.finishes()
	})
	d.run(t, "of two who ring and answer at once one has the call, and the other has missed nothing", func(t *testing.T) {
		e := d.dial(t, "72")
		anna.shows("offered")
		jan.shows("offered")
		answer := chromedp.Evaluate(`document.querySelector("[data-act=answer]").click()`, nil)
		done := make(chan error, 1)
		go func() { done <- chromedp.Run(jan.ctx, answer) }()
		anna.do("answer", answer)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		winner, loser, hz := anna, jan, float64(annaHz)
		eventually(t, "one of two has the call", func() bool {
			if jan.view() == "connected" {
				winner, loser, hz = jan, anna, janHz
			}
			return winner.view() == "connected" && loser.view() == "idle"
		})
		e.hearsTone(hz)
		loser.isReady()
		if loser == jan {
			jan.says("#owed", "Brak nieodebranych.")
		}
		e.hangsUp()
		winner.finishes()
	})
	d.atRest(t)
}

func TestAPlaceIsAnnouncedUntilSomebodyAnswers(t *testing.T) {
	t.Parallel()
	l := startLine(t)
	l.hire(t, "anna", "--queues", "patient")
	d := &deskLine{line: l, anna: l.seat(t, "anna", annaHz).works()}
	d.anna.rests()
	first := d.dial(t, "73")
	first.hears("phrase.queue_next")
	first.hearsMusic()
	second := d.dial(t, "73")
	second.hears("phrase.queue_position")
	d.anna.resumes()
	d.anna.answers()
	first.hearsTone(annaHz)
	second.hears("phrase.queue_next")
	d.anna.click("[data-do=hangup]")
	first.isHungUp()
	d.anna.finishes()
	d.anna.answers()
	if h := second.hearsEnd("phrase.queue_next"); h.Complete {
		t.Errorf("the announcement goes on although somebody has answered: %s", h)
	}
	second.hearsTone(annaHz)
	second.hangsUp()
	d.anna.finishes()
	d.atRest(t)
}
