package pbx

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"infolinia/ivr/pbx/fakeari"
)

// hour is a server whose sounds last, and whose requests go wrong as fault says.
func hour(fault func(r *http.Request) fakeari.Fault) func(*fakeari.Server) {
	return func(s *fakeari.Server) {
		s.Length = func(string) time.Duration { return time.Hour }
		s.Fault = fault
	}
}

// wired tells a request of the wire from one by HTTP.
func wired(r *http.Request) bool { return r.RemoteAddr == "" }

func TestStopAndPlayGoOneAfterTheOtherWithoutWaiting(t *testing.T) {
	slowly := func(r *http.Request) (f fakeari.Fault) {
		if wired(r) {
			f.Delay = 100 * time.Millisecond
		}
		return f
	}
	fake(t, hour(slowly), func(t *testing.T, r *rig) {
		_, id := r.call()
		r.ok(r.phone.PlayFiles(t.Context(), id, "p1", files("a")))
		begin := time.Now()
		r.ok(r.phone.StopPlay(t.Context(), id, "p1"))
		if took := time.Since(begin); took > 50*time.Millisecond {
			t.Errorf("the stop waited for %s", took)
		}
		r.ok(r.phone.PlayFiles(t.Context(), id, "p2", files("b")))
		if took := time.Since(begin); took > 250*time.Millisecond {
			t.Errorf("both took %s", took)
		}
		orders := r.ari.Orders()
		stop := slices.Index(orders, "DELETE /playbacks/p1")
		if play := slices.IndexFunc(orders, func(o string) bool { return strings.HasSuffix(o, "/play/p2") }); stop < 0 || play < stop {
			t.Errorf("orders: %q", orders)
		}
	})
}

func TestWhileOneOrderIsStuckOthersGoByHTTP(t *testing.T) {
	stuck := func(r *http.Request) (f fakeari.Fault) {
		if wired(r) && strings.HasSuffix(r.URL.Path, "/play/p1") {
			f.Delay = time.Minute
		}
		return f
	}
	fake(t, hour(stuck), func(t *testing.T, r *rig) {
		_, first := r.call()
		_, second := r.call()
		r.wait(t, "arrived", 2)
		if err := r.phone.PlayFiles(t.Context(), first, "p1", files("a")); err == nil {
			t.Error("a prompt that Asterisk never began was no error")
		}
		begin := time.Now()
		r.ok(r.phone.PlayFiles(t.Context(), second, "p2", files("b")))
		r.ok(r.phone.StopPlay(t.Context(), second, "p2"))
		if took := time.Since(begin); took > time.Second || r.count("DELETE /playbacks/p2") != 1 {
			t.Errorf("the others took %s: %q", took, r.ari.Orders())
		}
	})
}

func TestAWebsocketLostUnderAnOrderLosesNoHangUpAndLeavesAPromptToTheTruth(t *testing.T) {
	silent := func(r *http.Request) (f fakeari.Fault) {
		f.Lost = wired(r)
		return f
	}
	fake(t, hour(silent), func(t *testing.T, r *rig) {
		_, listens := r.call()
		_, leaves := r.call()
		r.wait(t, "arrived", 2)
		time.AfterFunc(100*time.Millisecond, func() { r.ari.Cut(app) })
		played := make(chan error, 1)
		go func() { played <- r.phone.PlayFiles(t.Context(), listens, "p1", files("a")) }()
		r.ok(r.phone.Hangup(t.Context(), leaves))
		if err := <-played; !errors.Is(err, ErrLost) {
			t.Errorf("the prompt: %v", err)
		}
		r.wait(t, "hung up", 1)
	})
}
