package main

import (
	"context"
	"net"
	"path/filepath"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"infolinia/ivr/console"
	"infolinia/ivr/publish"
	"infolinia/ivr/store"
)

// publishes has a real publisher behind the control socket until the test ends.
func (l staffLine) publishes() {
	l.t.Helper()
	c := l.config()
	speaker, err := newSpeaker(c)
	if err != nil {
		l.t.Fatal(err)
	}
	kept := store.NewMemory()
	p, err := publish.Open(l.t.Context(), publish.Settings{
		Dir: c.Line, Kept: filepath.Join(c.Var, "versions"), Manual: true,
		Renderer: renderer{speaker, zerolog.Nop()}, Archive: archive{kept}, Log: zerolog.Nop(),
	})
	if err != nil {
		l.t.Fatal(err)
	}
	d := &daemon{config: c, publisher: p, store: kept, metrics: prometheus.NewRegistry()}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- d.control(ctx) }()
	l.t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			l.t.Error(err)
		}
		speaker.Close()
	})
	for {
		if conn, err := net.Dial("unix", controlSocket(c)); err == nil {
			conn.Close()
			return
		}
		select {
		case err := <-done:
			l.t.Fatal(err)
		default:
		}
	}
}

func TestPublishMakesSavedFilesLiveAndRollbackTheOnesBefore(t *testing.T) {
	l := newStaffLine(t)
	l.publishes()
	l.refuses("rollback", "no other version is kept")
	first := l.says("publish", "live for new calls: version ")
	l.edit("callflows/main.yaml", "Do wyboru są dwa tematy.", "Mamy dwa tematy.")
	second := l.says("publish", "live for new calls: version ")
	back := l.says("rollback", "live for new calls: version ")
	version := func(s string) string { return s[len("live for new calls: version "):][:12] }
	if version(first) == version(second) || version(back) != version(first) {
		t.Errorf("%s, then %s, then back to %s", version(first), version(second), version(back))
	}
}

func TestPublishOfWrongFilesListsThemAndChangesNothing(t *testing.T) {
	l := newStaffLine(t)
	l.publishes()
	before := l.says("publish")
	l.edit("callflows/main.yaml", "goto: id_card", "goto: id_crad")
	l.refuses("publish", filepath.Join(l.dir, "callflows/main.yaml")+":", `did you mean "id_card"?`, "the old version stays live")
	l.edit("callflows/main.yaml", "goto: id_crad", "goto: id_card")
	if after := l.says("publish"); after[:40] != before[:40] {
		t.Errorf("%q, was %q", after, before)
	}
}

func TestWithoutADaemonPublishSaysHowToStartIt(t *testing.T) {
	l := newStaffLine(t)
	l.refuses("publish", console.ErrAbsent.Error(), "make run", "infolinia.sock")
	l.refuses("rollback", console.ErrAbsent.Error(), "make run")
}
