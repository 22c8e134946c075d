package pbx

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"infolinia/ivr"
	"infolinia/ivr/pbx/fakeari"
)

func TestALostWebsocketIsOpenedAgainAndWhatChangedIsTold(t *testing.T) {
	fake(t, nil, func(t *testing.T, r *rig) {
		stays, id := r.call()
		goes, _ := r.ari.Call(app, "2", "1")
		r.wait(t, "arrived", 2)
		r.ari.Cut(app)
		goes.Vanish()
		r.wait(t, "connected", 2)
		stays.Press("1")
		r.want(t, "connected", "arrived", "arrived", "lost", "hung up", "connected", "key 1")
		r.ok(r.phone.PlayFiles(t.Context(), id, "p1", files("a")))
		r.wait(t, "ended p1", 1)
		if r.aways[0] != 0 || r.aways[1] == 0 || r.aways[1] > time.Second {
			t.Errorf("away: %v", r.aways)
		}
	})
}

func TestAConnectionThatIsOpenButSilentIsFoundWithinTenSeconds(t *testing.T) {
	fake(t, nil, func(t *testing.T, r *rig) {
		time.Sleep(time.Minute) // nothing happens: the heartbeat holds
		r.want(t, "connected")
		begin := time.Now()
		r.ari.Mute(true)
		r.wait(t, "lost", 1)
		if took := time.Since(begin); took > 10*time.Second {
			t.Errorf("found after %s", took)
		}
		r.ari.Mute(false)
		r.wait(t, "connected", 2)
	})
}

func TestAPhoneThatWasReplacedOrdersNothingMore(t *testing.T) {
	fake(t, nil, func(t *testing.T, r *rig) {
		_, id := r.call()
		old := *r
		r.start() // a second process for the same application
		r.wait(t, "connected", 1)
		if err := <-old.over; !errors.Is(err, ErrReplaced) {
			t.Errorf("run: %v", err)
		}
		orders := len(r.ari.Orders())
		if err := old.phone.PlayFiles(t.Context(), id, "p1", files("a")); !errors.Is(err, ErrReplaced) {
			t.Errorf("play: %v", err)
		}
		if n := len(r.ari.Orders()); n != orders {
			t.Error("it ordered all the same")
		}
		old.want(t, "connected", "arrived", "replaced")
		r.want(t, "arrived", "connected")
		want := Channel{CallID: id, ID: id, Number: "+48600100200", Dialled: "243645555", Answered: true, Found: true}
		if diff := cmp.Diff([]Channel{want}, r.arrived); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAnOrderGivenWhileTheWebsocketIsAwayWaitsForIt(t *testing.T) {
	fake(t, nil, func(t *testing.T, r *rig) {
		_, id := r.call()
		r.ari.Cut(app)
		r.wait(t, "lost", 1)
		r.ok(r.phone.PlayFiles(t.Context(), id, "p1", files("a")))
		r.wait(t, "ended p1", 1)
		r.want(t, "connected", "arrived", "lost", "connected", "ended p1")
	})
}

func TestWithoutAsteriskAnOrderGivesUpAndTheLastOneIsKept(t *testing.T) {
	var dead atomic.Bool
	broken := func(s *fakeari.Server) {
		s.Fault = faulty("PUT /ari/applications", func() (f fakeari.Fault) {
			if dead.Load() {
				f.Status = 503
			}
			return f
		})
	}
	fake(t, broken, func(t *testing.T, r *rig) {
		c, id := r.call()
		dead.Store(true)
		r.ari.Cut(app)
		r.wait(t, "lost", 1)
		if err := r.phone.PlayFiles(t.Context(), id, "p1", files("a")); !errors.Is(err, ErrLost) {
			t.Errorf("play: %v", err)
		}
		if err := r.phone.Fallback(t.Context(), id); !errors.Is(err, ErrLost) {
			t.Errorf("fallback: %v", err)
		}
		r.want(t, "connected", "arrived", "lost")
		dead.Store(false)
		r.wait(t, "hung up", 1)
		if got := c.State(); got != "fallback,s" {
			t.Errorf("the caller is at %q", got)
		}
	})
}

func TestAfterARestartOpenEffectsAreFoundOut(t *testing.T) {
	set := func(s *fakeari.Server) {
		s.Length = func(string) time.Duration { return 10 * time.Second }
		s.Far = func(string) fakeari.Far { return fakeari.Far{Rings: time.Second, Talks: time.Minute} }
	}
	long := []File{{Path: "/p/a", Duration: 10 * time.Second}}
	fake(t, set, func(t *testing.T, r *rig) {
		_, id := r.call()
		r.ok(r.phone.PlayFiles(t.Context(), id, "p1", long))
		r.restart()
		r.truth(t, id, Truth{Alive: true, Gone: []string{"x9"}}, Open{ID: "p1", Files: long}, Open{ID: "x9"})
		r.wait(t, "ended p1", 1)
		r.truth(t, id, Truth{Alive: true, Gone: []string{"p1"}}, Open{ID: "p1"})

		r.ok(r.phone.Record(t.Context(), id, "r1", 20*time.Second, 10*time.Second))
		r.restart()
		r.truth(t, id, Truth{Alive: true}, Open{ID: "r1"})
		r.wait(t, "recorded r1 0s", 1)
		r.truth(t, id, Truth{Alive: true, Ended: []ivr.Input{ivr.RecordEnded{ID: "r1"}}}, Open{ID: "r1"})
		if _, ok := r.ari.Call(app, "2", "1"); !ok {
			t.Fatal("nobody listens")
		}
	})
}

func TestAfterARestartATransferGoesOn(t *testing.T) {
	set := far(fakeari.Far{Rings: 2 * time.Second, Talks: 30 * time.Second})
	fake(t, set, func(t *testing.T, r *rig) {
		c, id := r.call()
		r.ok(r.phone.Transfer(t.Context(), id, "t1", "200"))
		time.Sleep(time.Second)
		r.restart()
		r.truth(t, id, Truth{Alive: true}, Open{ID: "t1"})
		r.wait(t, "transfer t1 answered", 1)
		r.restart()
		r.truth(t, id, Truth{Alive: true}, Open{ID: "t1"})
		r.wait(t, "transfer t1 ended", 1)

		r.ok(r.phone.Transfer(t.Context(), id, "t2", "200"))
		r.wait(t, "transfer t2 answered", 1)
		r.stop()
		time.Sleep(2 * time.Minute)
		r.start()
		r.wait(t, "connected", 1)
		r.truth(t, id, Truth{Alive: true, Ended: []ivr.Input{ivr.TransferChanged{ID: "t2", State: ivr.TransferEnded}}}, Open{ID: "t2"})
		c.Vanish()
		r.truth(t, id, Truth{}, Open{ID: "t2"})
	})
}

func (r *rig) truth(t *testing.T, id string, want Truth, open ...Open) {
	t.Helper()
	got, err := r.phone.Truth(t.Context(), id, open)
	r.ok(err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("truth (-want +got):\n%s", diff)
	}
}

func TestALegThatNobodyClaimsAfterARestartIsHungUp(t *testing.T) {
	fake(t, far(fakeari.Far{Rings: time.Second}), func(t *testing.T, r *rig) {
		c, id := r.call()
		r.ok(r.phone.Transfer(t.Context(), id, "t1", "200"))
		r.wait(t, "transfer t1 answered", 1)
		r.stop()
		c.Vanish()
		r.start()
		r.wait(t, "connected", 1)
		time.Sleep(time.Minute)
		r.want(t, "connected")
		if n := r.count("DELETE /channels/leg-t1"); n != 1 {
			t.Errorf("the leg was hung up %d times", n)
		}
	})
}

func TestEventsNobodyKnowsAreCountedAndSkipped(t *testing.T) {
	fake(t, nil, func(t *testing.T, r *rig) {
		c, _ := r.call()
		for _, raw := range []string{`{"type":"ChannelToneDetected"}`, `{"type":"Nobody"}`, `[]`, `no json`, `{"type":"StasisStart","channel":7}`} {
			r.ari.Send(app, raw)
		}
		c.Press("1")
		r.want(t, "connected", "arrived", "key 1")
		reg := prometheus.NewPedanticRegistry()
		r.ok(reg.Register(r.phone))
		families, err := reg.Gather()
		r.ok(err)
		unknown := 0.0
		for _, f := range families {
			if f.GetName() == "infolinia_pbx_unknown_events_total" {
				unknown = f.GetMetric()[0].GetCounter().GetValue()
			}
		}
		if unknown != 5 {
			t.Errorf("%v events counted as unknown", unknown)
		}
	})
}
