package pbx

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"infolinia/ivr/pbx/fakeari"
)

func far(f fakeari.Far) func(*fakeari.Server) {
	return func(s *fakeari.Server) { s.Far = func(string) fakeari.Far { return f } }
}

func TestATransferRingsIsAnsweredAndEndsByTheAgent(t *testing.T) {
	fake(t, far(fakeari.Far{Rings: 2 * time.Second, Talks: time.Minute}), func(t *testing.T, r *rig) {
		c, id := r.call()
		r.ok(r.phone.Transfer(t.Context(), id, "t1", "200"))
		time.Sleep(time.Second)
		if _, ringing := c.Hears(); !ringing {
			t.Error("the caller does not hear it ring")
		}
		r.wait(t, "transfer t1 answered", 1)
		if _, ringing := c.Hears(); ringing {
			t.Error("it rings on")
		}
		if diff := cmp.Diff([]string{id, "leg-t1"}, r.ari.Bridged("t1")); diff != "" {
			t.Error(diff)
		}
		c.Press("5") // belongs to the talk
		r.wait(t, "transfer t1 ended", 1)
		c.Press("6")
		r.want(t, "connected", "arrived", "transfer t1 answered", "transfer t1 ended", "key 6")
		if n := r.count("DELETE /bridges/t1"); n != 1 {
			t.Errorf("bridge removed %d times", n)
		}
	})
}

func TestATransferSaysWhyNobodyAnswered(t *testing.T) {
	for name, tc := range map[string]struct {
		far  fakeari.Far
		want string
	}{
		"busy":            {fakeari.Far{Rings: time.Second, Cause: 17}, "busy"},
		"rejected":        {fakeari.Far{Rings: time.Second, Cause: 21}, "busy"},
		"no answer":       {fakeari.Far{Rings: time.Second, Cause: 19}, "no_answer"},
		"rings too long":  {fakeari.Far{Rings: time.Hour}, "no_answer"},
		"no such phone":   {fakeari.Far{Rings: 0, Cause: 20}, "failed"},
		"network is down": {fakeari.Far{Rings: 0, Cause: 38}, "failed"},
	} {
		t.Run(name, func(t *testing.T) {
			fake(t, far(tc.far), func(t *testing.T, r *rig) {
				c, id := r.call()
				r.ok(r.phone.Transfer(t.Context(), id, "t1", "200"))
				r.wait(t, "transfer t1 "+tc.want, 1)
				if _, ringing := c.Hears(); ringing {
					t.Error("it rings on")
				}
				c.Hangup()
				r.want(t, "connected", "arrived", "transfer t1 "+tc.want, "hung up")
			})
		})
	}
}

func TestATransferToAnEndpointThatCannotBeMadeFails(t *testing.T) {
	fake(t, far(fakeari.Far{Refused: true}), func(t *testing.T, r *rig) {
		_, id := r.call()
		if err := r.phone.Transfer(t.Context(), id, "t1", "200"); code(err) != 500 {
			t.Errorf("error %v", err)
		}
		r.want(t, "connected", "arrived", "transfer t1 failed")
	})
}

func TestACallerWhoHangsUpTakesTheFarSideAlong(t *testing.T) {
	for name, after := range map[string]time.Duration{"ringing": time.Second, "talking": 5 * time.Second} {
		t.Run(name, func(t *testing.T) {
			fake(t, far(fakeari.Far{Rings: 2 * time.Second}), func(t *testing.T, r *rig) {
				c, id := r.call()
				r.ok(r.phone.Transfer(t.Context(), id, "t1", "200"))
				time.Sleep(after)
				c.Hangup()
				r.wait(t, "hung up", 1)
				time.Sleep(time.Second)
				if n := r.count("DELETE /channels/leg-t1"); n != 1 {
					t.Errorf("the far side was hung up %d times", n)
				}
			})
		})
	}
}

func TestATransferIsGivenUp(t *testing.T) {
	fake(t, far(fakeari.Far{Rings: 10 * time.Second}), func(t *testing.T, r *rig) {
		c, id := r.call()
		r.ok(r.phone.Transfer(t.Context(), id, "t1", "200"))
		time.Sleep(time.Second)
		r.ok(r.phone.CancelTransfer(t.Context(), id, "t1"))
		time.Sleep(time.Minute)
		r.want(t, "connected", "arrived")
		if _, ringing := c.Hears(); ringing {
			t.Error("it rings on")
		}
		if n := r.count("DELETE /channels/leg-t1"); n != 1 {
			t.Errorf("the far side was hung up %d times", n)
		}
	})
}

func TestATransferWhoseEventsAreLostIsLookedAfter(t *testing.T) {
	deaf := func(s *fakeari.Server) {
		far(fakeari.Far{Rings: time.Second, Talks: time.Minute})(s)
		without("Dial", "ChannelStateChange", "ChannelDestroyed")(s)
	}
	fake(t, deaf, func(t *testing.T, r *rig) {
		_, id := r.call()
		r.ok(r.phone.Transfer(t.Context(), id, "t1", "200"))
		r.wait(t, "transfer t1 ended", 1)
		r.want(t, "connected", "arrived", "transfer t1 answered", "transfer t1 ended")
	})
}

func TestALegThatAsteriskDidNotKnowWhenItWasGivenUpIsHungUpLater(t *testing.T) {
	unknown := func(s *fakeari.Server) {
		asked := 0
		s.Fault = func(r *http.Request) (f fakeari.Fault) {
			if strings.HasPrefix(r.URL.Path, "/ari/channels/leg-t1") {
				if asked++; asked <= 2 { // dialled, hung up
					f.Status, f.Message = http.StatusNotFound, "Channel not found"
				}
			}
			return f
		}
	}
	fake(t, unknown, func(t *testing.T, r *rig) {
		_, id := r.call()
		r.ok(r.phone.Transfer(t.Context(), id, "t1", "200"))
		r.wait(t, "transfer t1 failed", 1)
		if diff := cmp.Diff([]string{"leg-t1"}, r.ari.Legs()); diff != "" {
			t.Fatal(diff)
		}
		time.Sleep(time.Minute)
		if legs := r.ari.Legs(); len(legs) > 0 {
			t.Errorf("left over: %q", legs)
		}
	})
}
