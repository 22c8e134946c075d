package main

import (
	"net/netip"
	"strings"
	"testing"

	"infolinia/asterisk"
	"infolinia/ivr/caller"
)

// startTrunkLine is a line whose trunk leads to a telephone: whatever number is
// dialled outside, it rings there.
func startTrunkLine(t *testing.T) (*line, *caller.Phone) {
	t.Helper()
	home, err := caller.Answer(t.Context(), caller.PhoneOptions{Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(home.Close)
	at := netip.MustParseAddrPort(home.URI()[strings.Index(home.URI(), "@")+1:])
	l := newLineOn(t, func(s *asterisk.Settings) {
		// Who calls from this machine is no call of the operator's.
		s.Trunk = &asterisk.Trunk{Host: at.Addr().String(), Port: int(at.Port()), Protocol: "udp", Addresses: []string{"127.0.0.2"}}
		s.RingSeconds = 20
	})
	l.start()
	return l, home
}

func TestWhoLeavesACallbackIsCalledByAnAgentWhoIsThere(t *testing.T) {
	t.Parallel()
	l, home := startTrunkLine(t)
	l.hire(t, "anna", "--queues", "patient")
	anna := l.seat(t, "anna", annaHz).works()
	d := &deskLine{line: l, anna: anna}
	anna.rests()

	e := l.dial(t, "73")
	e.hearsAll("phrase.queue_callback")
	e.presses("1")
	e.hears("phrase.callback_taken", "people.kept_place.prompt")
	e.isHungUp()
	anna.sees(`document.querySelectorAll("#owed .badge").length === 1`)
	again := l.dialFrom(t, e.from, "73")
	again.hears("phrase.queue_callback")
	again.presses("1")
	again.hears("phrase.callback_taken")
	again.isHungUp()
	anna.says("#owed .badge", "1")

	anna.resumes()
	anna.shows("offered")
	anna.says("#task", "Oddzwaniamy")
	anna.answers()
	resident := d.takes(t, home, residentHz)
	resident.hearsTone(annaHz)
	anna.hears(residentHz)
	anna.click("[data-do=hold]")
	resident.hearsMusic()
	anna.click("[data-do=resume]")
	resident.hearsTone(annaHz)
	anna.click("[data-do=hangup]")
	<-resident.Ended()
	anna.finishes()
	anna.isReady()
	anna.says("#owed", "Nikt nie czeka na oddzwonienie.")
	d.atRest(t)
}
