package main

import (
	"testing"

	"infolinia/ivr/caller"
)

// clerk is a telephone in the office that is always picked up.
func (d *deskLine) clerk(t testing.TB) *caller.Phone {
	t.Helper()
	return d.phone(t, "204", caller.PickUp, nil)
}

// takes waits until a telephone of the office has been picked up, and hums into it.
func (d *deskLine) takes(t testing.TB, phone *caller.Phone, hz float64) *ear {
	t.Helper()
	e := &ear{t: t, line: d.line, from: "the office"}
	ctx, cancel := e.soon()
	defer cancel()
	var err error
	if e.Call, err = phone.Next(ctx); err != nil {
		t.Fatal(err)
	}
	e.hums(hz)
	return e
}

// asks lets an agent consult somebody: [data-agent=jan], [data-destination=clerk].
func (p *agentPage) asks(whom string) {
	p.t.Helper()
	p.click("[data-do=consult]" + whom)
	p.mode("consult")
}

// sends lets an agent send the caller on without a word.
func (p *agentPage) sends(where string) {
	p.t.Helper()
	p.click("[data-do=transfer]" + where)
}

func TestACallIsTransferredToWhoeverItIsFor(t *testing.T) {
	t.Parallel()
	d := startDesk(t)
	anna, jan := d.anna, d.jan
	d.phone(t, "202", caller.KeepRing, nil)
	clerk := d.clerk(t)
	d.run(t, "blind, to another agent's browser", func(t *testing.T) {
		e := d.talk(t)
		anna.sends("[data-agent=jan]")
		anna.finishes()
		jan.answers()
		jan.hears(residentHz)
		e.hearsTone(janHz)
		jan.click("[data-do=hangup]")
		e.isHungUp()
		jan.finishes()
	})
	d.run(t, "blind, to another queue, where who is free takes it", func(t *testing.T) {
		e := d.talk(t)
		anna.sends("[data-queue=everybody]")
		jan.answers()
		jan.hears(residentHz)
		e.hearsTone(janHz)
		anna.finishes()
		jan.click("[data-do=hangup]")
		e.isHungUp()
		jan.finishes()
	})
	d.run(t, "blind, to a department", func(t *testing.T) {
		e := d.talk(t)
		anna.sends("[data-destination=clerk]")
		office := d.takes(t, clerk, clerkHz)
		anna.finishes()
		anna.isReady()
		e.hearsTone(clerkHz)
		office.hearsTone(residentHz)
		e.hangsUp()
		<-office.Ended()
	})
	d.run(t, "blind, to an agent who does not take it: it comes back", func(t *testing.T) {
		e := d.talk(t)
		anna.sends("[data-agent=jan]")
		jan.shows("offered")
		jan.click("[data-do=reject]")
		anna.answers()
		anna.hears(residentHz)
		e.hearsTone(annaHz)
		anna.click("[data-do=hangup]")
		e.isHungUp()
		anna.finishes()
		jan.isReady()
	})
	d.run(t, "blind, to a department where nobody answers: it comes back", func(t *testing.T) {
		e := d.talk(t)
		anna.sends("[data-destination=unheard]")
		e.hearsTone(ringingHz)
		anna.answers()
		anna.hears(residentHz)
		e.hearsTone(annaHz)
		e.hangsUp()
		anna.finishes()
	})
	d.run(t, "attended, back and forth, called off, and then completed", func(t *testing.T) {
		e := d.talk(t)
		anna.asks("[data-agent=jan]")
		e.hearsMusic()
		jan.answers()
		jan.says("#task", "Anna")
		jan.hears(annaHz)
		anna.hears(janHz)

		anna.click("[data-do=swap]")
		anna.mode("caller")
		e.hearsTone(annaHz)
		anna.hears(residentHz)
		anna.click("[data-do=swap]")
		anna.mode("consult")
		e.hearsMusic()
		anna.hears(janHz)

		anna.click("[data-do=cancel]")
		anna.mode("caller")
		e.hearsTone(annaHz)
		anna.hears(residentHz)
		jan.isReady()

		anna.asks("[data-agent=jan]")
		jan.answers()
		anna.click("[data-do=complete]")
		anna.finishes()
		e.hearsTone(janHz)
		jan.hears(residentHz)
		jan.click("[data-do=hangup]")
		e.isHungUp()
		jan.finishes()
	})
	d.run(t, "a department's telephone is asked, three talk, and the agent leaves", func(t *testing.T) {
		e := d.talk(t)
		anna.asks("[data-destination=clerk]")
		office := d.takes(t, clerk, clerkHz)
		anna.hears(clerkHz)
		office.hearsTone(annaHz)
		e.hearsMusic()
		anna.click("[data-do=conference]")
		anna.mode("conference")
		for _, hz := range []float64{annaHz, clerkHz} {
			e.hearsIn(hz)
		}
		for _, hz := range []float64{annaHz, residentHz} {
			office.hearsIn(hz)
		}
		anna.click("[data-do=complete]")
		anna.finishes()
		e.hearsTone(clerkHz)
		office.hearsTone(residentHz)
		if err := office.Hangup(); err != nil {
			t.Fatal(err)
		}
		e.isHungUp()
	})
	d.atRest(t)
}

func TestAnAgentMayWorkWithATelephoneOnTheTable(t *testing.T) {
	t.Parallel()
	l := startLine(t)
	phone := l.phone(t, "204", caller.PickUp, nil)
	l.hire(t, "ola", "--queues", "info", "--extension", "204")
	ola := l.seat(t, "ola", annaHz)
	ola.click("[data-act=extension]")
	ola.is("available")
	d := &deskLine{line: l}

	e := l.dial(t, "0")
	desk := d.takes(t, phone, clerkHz)
	ola.shows("connected")
	e.hums(residentHz)
	e.hearsTone(clerkHz)
	desk.hearsTone(residentHz)
	ola.click("[data-do=hold]")
	e.hearsMusic()
	ola.click("[data-do=resume]")
	e.hearsTone(clerkHz)
	if err := desk.Hangup(); err != nil { // puts it down
		t.Fatal(err)
	}
	e.isHungUp()
	ola.finishes()
	ola.is("available")

	e = l.dial(t, "0")
	desk = d.takes(t, phone, clerkHz)
	ola.click("[data-do=hangup]")
	e.isHungUp()
	<-desk.Ended()
	ola.finishes()
	d.atRest(t)
}
