package pbx

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"infolinia/ivr/pbx/fakeari"
)

// waits lets telephones ring until the test does something to them.
func waits(s *fakeari.Server) { far(fakeari.Far{Rings: time.Hour})(s) }

// far end of a leg, once it rings.
func (r *rig) rings(leg string) *fakeari.Telephone {
	r.t.Helper()
	var phone *fakeari.Telephone
	r.ok(r.ari.Wait(r.t.Context(), func() bool {
		p, ok := r.ari.Telephone("leg-" + leg)
		phone = p
		return ok && p.State() == "Ringing"
	}))
	return phone
}

func TestALegOfTheDeskSaysHowItEnded(t *testing.T) {
	for name, tc := range map[string]struct {
		far  fakeari.Far
		want []string
	}{
		"hung up":          {fakeari.Far{Rings: time.Second, Talks: time.Minute}, []string{"leg a up", "leg a hungup"}},
		"busy":             {fakeari.Far{Rings: time.Second, Cause: 17}, []string{"leg a busy"}},
		"declined":         {fakeari.Far{Rings: time.Second, Cause: 21}, []string{"leg a busy"}},
		"no answer":        {fakeari.Far{Rings: time.Second, Cause: 19}, []string{"leg a no_answer"}},
		"rings too long":   {fakeari.Far{Rings: time.Hour}, []string{"leg a no_answer"}},
		"is not reachable": {fakeari.Far{Cause: 20}, []string{"leg a failed"}},
	} {
		t.Run(name, func(t *testing.T) {
			fake(t, far(tc.far), func(t *testing.T, r *rig) {
				_, id := r.call()
				r.ok(r.phone.RingLeg(t.Context(), Leg{ID: "a", Task: "t", Call: id, Endpoint: "PJSIP/200", Ring: 20 * time.Second}))
				r.wait(t, tc.want[len(tc.want)-1], 1)
				r.want(t, append([]string{"connected", "arrived"}, tc.want...)...)
			})
		})
	}
}

func TestALegThatIsNotHungUpButEndsIsLost(t *testing.T) {
	fake(t, far(fakeari.Far{Rings: time.Second}), func(t *testing.T, r *rig) {
		_, id := r.call()
		r.ok(r.phone.RingLeg(t.Context(), Leg{ID: "a", Task: "t", Call: id, Endpoint: "PJSIP/agent-anna"}))
		r.wait(t, "leg a up", 1)
		phone, _ := r.ari.Telephone("leg-a")
		phone.Hangup(44) // no audio any more
		r.wait(t, "leg a lost", 1)
	})
}

func TestATelephoneThatIsNotRegisteredFailsAtOnce(t *testing.T) {
	fake(t, far(fakeari.Far{Refused: true}), func(t *testing.T, r *rig) {
		_, id := r.call()
		if err := r.phone.RingLeg(t.Context(), Leg{ID: "a", Task: "t", Call: id, Endpoint: "PJSIP/200"}); code(err) != 500 {
			t.Errorf("error %v", err)
		}
		r.want(t, "connected", "arrived", "leg a failed")
	})
}

// Errors go to the log, where nobody's number belongs.
func TestAnErrorNamesNoNumber(t *testing.T) {
	const number = "600100200"
	for name, fault := range map[string]func(*fakeari.Server){
		"refused": far(fakeari.Far{Refused: true}),
		"unanswered": func(s *fakeari.Server) {
			s.SetFault(faulty("POST /ari/channels/create", func() fakeari.Fault { return fakeari.Fault{Lost: true} }))
		},
	} {
		t.Run(name, func(t *testing.T) {
			fake(t, fault, func(t *testing.T, r *rig) {
				err := r.phone.RingLeg(t.Context(), Leg{ID: "a", Task: "t", Endpoint: "Local/" + number + "@office/n"})
				if err == nil || strings.Contains(err.Error(), number) {
					t.Errorf("error %v", err)
				}
			})
		})
	}
}

func TestALegIsRungOnceHoweverOftenItIsAskedFor(t *testing.T) {
	fake(t, far(fakeari.Far{Rings: time.Second, Cause: 17}), func(t *testing.T, r *rig) {
		_, id := r.call()
		l := Leg{ID: "a", Task: "t", Call: id, Endpoint: "PJSIP/200"}
		for range 3 {
			r.ok(r.phone.RingLeg(t.Context(), l))
		}
		r.wait(t, "leg a busy", 1)
		r.ok(r.phone.RingLeg(t.Context(), l)) // by somebody who has not heard yet
		r.want(t, "connected", "arrived", "leg a busy", "leg a busy")
		if n := r.count("POST /channels/create"); n != 1 {
			t.Errorf("called %d times", n)
		}
	})
}

func TestALegIsTakenOverAtEveryStage(t *testing.T) {
	for name, tc := range map[string]struct {
		before func(r *rig) // the process dies
		after  func(r *rig)
		want   []string
	}{
		"ringing": {
			func(r *rig) { r.rings("a") },
			func(r *rig) { r.rings("a").Answer() },
			[]string{"leg a up", "leg a hungup"}},
		"talking": {
			func(r *rig) { r.rings("a").Answer(); r.wait(r.t, "leg a up", 1) },
			func(*rig) {},
			[]string{"leg a up", "leg a hungup"}},
		"made and not dialled": {
			func(r *rig) {
				_ = r.ari.Wait(r.t.Context(), func() bool { _, made := r.ari.Telephone("leg-a"); return made })
			},
			func(r *rig) { r.rings("a").Answer() },
			[]string{"leg a up", "leg a hungup"}},
	} {
		t.Run(name, func(t *testing.T) {
			fake(t, waits, func(t *testing.T, r *rig) {
				c, id := r.call()
				if strings.HasPrefix(name, "made") {
					r.ari.SetFault(faulty("POST /ari/channels/leg-a/dial", func() fakeari.Fault { return fakeari.Fault{Delay: time.Hour} }))
				}
				l := Leg{ID: "a", Task: "t", Call: id, Endpoint: "PJSIP/200"}
				r.ok(r.phone.RingLeg(t.Context(), l))
				tc.before(r)
				r.stop()
				r.ari.SetFault(nil)
				r.start()
				r.wait(t, "connected", 1)
				r.ok(r.phone.RingLeg(t.Context(), l))
				tc.after(r)
				r.wait(t, "leg a up", 1)
				phone, _ := r.ari.Telephone("leg-a")
				phone.Hangup(16)
				r.wait(t, "leg a hungup", 1)
				r.want(t, append([]string{"arrived", "connected"}, tc.want...)...)
				c.Hangup()
			})
		})
	}
}

func TestAfterARestartLegsAreFoundAndFollowed(t *testing.T) {
	fake(t, waits, func(t *testing.T, r *rig) {
		_, id := r.call()
		for _, leg := range []string{"a", "b", "c"} {
			r.ok(r.phone.RingLeg(t.Context(), Leg{ID: leg, Task: "t", Call: id, Endpoint: "PJSIP/200"}))
			r.rings(leg)
		}
		r.rings("a").Answer()
		r.rings("c").Hangup(16)
		r.wait(t, "leg a up", 1)
		r.restart()
		there, err := r.phone.Legs(t.Context(), "t", []string{"a", "b", "c"})
		r.ok(err)
		if diff := cmp.Diff(map[string]string{"a": "up", "b": "ringing"}, there); diff != "" {
			t.Error(diff)
		}
		r.wait(t, "leg a up", 1)
		r.rings("b").Hangup(21)
		r.wait(t, "leg b busy", 1)
	})
}

func TestALegWhoseEventsAreLostIsLookedAfter(t *testing.T) {
	deaf := func(s *fakeari.Server) {
		far(fakeari.Far{Rings: time.Second, Talks: time.Minute})(s)
		without("Dial", "ChannelStateChange", "ChannelDestroyed")(s)
	}
	fake(t, deaf, func(t *testing.T, r *rig) {
		_, id := r.call()
		r.ok(r.phone.RingLeg(t.Context(), Leg{ID: "a", Task: "t", Call: id, Endpoint: "PJSIP/200"}))
		r.wait(t, "leg a lost", 1)
		r.want(t, "connected", "arrived", "leg a up", "leg a lost")
	})
}

func TestALoserIsToldThatAnotherOneAnswered(t *testing.T) {
	fake(t, waits, func(t *testing.T, r *rig) {
		_, id := r.call()
		for _, leg := range []string{"a", "b"} {
			r.ok(r.phone.RingLeg(t.Context(), Leg{ID: leg, Task: "t", Call: id, Endpoint: "PJSIP/200"}))
			r.rings(leg)
		}
		r.ok(r.phone.DropLeg(t.Context(), "b", true))
		r.wait(t, "leg b hungup", 1)
		if cause, _ := r.ari.Cause("leg-b"); cause != 26 {
			t.Errorf("ended with cause %d", cause)
		}
		r.ok(r.phone.DropLeg(t.Context(), "b", true)) // gone
		r.ok(r.phone.DropLeg(t.Context(), "x", false))
		r.want(t, "connected", "arrived", "leg b hungup")
	})
}

func TestALegThatIsDroppedWhileItIsBeingMadeDoesNotRing(t *testing.T) {
	slow := func(s *fakeari.Server) {
		waits(s)
		s.Fault = faulty("POST /ari/channels/create", func() fakeari.Fault { return fakeari.Fault{Delay: time.Second} })
	}
	fake(t, slow, func(t *testing.T, r *rig) {
		_, id := r.call()
		made := make(chan error, 1)
		go func() {
			made <- r.phone.RingLeg(t.Context(), Leg{ID: "a", Task: "t", Call: id, Endpoint: "PJSIP/200"})
		}()
		synctest.Wait()
		r.ok(r.phone.DropLeg(t.Context(), "a", false))
		r.ok(<-made)
		r.wait(t, "leg a hungup", 1)
		if n := r.count("POST /channels/leg-a/dial"); n != 0 {
			t.Error("it rang")
		}
		if legs := r.ari.Legs(); len(legs) > 0 {
			t.Errorf("left over: %q", legs)
		}
	})
}

func TestALegThatSomebodyCountsOnIsNotLeftOver(t *testing.T) {
	fake(t, waits, func(t *testing.T, r *rig) {
		_, id := r.call()
		for _, leg := range []string{"claimed", "nobody's"} {
			r.ok(r.phone.RingLeg(t.Context(), Leg{ID: leg, Task: "t", Call: id, Endpoint: "PJSIP/200", Ring: time.Hour}))
			r.rings(leg)
		}
		r.claims = func(id string) bool { return id == "claimed" }
		r.restart()
		time.Sleep(2 * time.Minute)
		if diff := cmp.Diff([]string{"leg-claimed"}, r.ari.Legs()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestTheTelephoneLearnsWhoCallsAndWhatFor(t *testing.T) {
	fake(t, waits, func(t *testing.T, r *rig) {
		_, id := r.call()
		r.ok(r.phone.RingLeg(t.Context(), Leg{ID: "a", Task: "t\r\nEvil: x", Call: id, Endpoint: "PJSIP/agent-anna", Auto: true,
			Number: "600100200", Name: `Łucja "Ły" Żak`}))
		want := map[string]string{
			"CONNECTEDLINE(num,i)": "600100200", "CONNECTEDLINE(name,i)": "Łucja Ły Żak",
			"PJSIP_HEADER(add,X-Infolinia-Task)": "tEvil: x", "PJSIP_HEADER(add,X-Infolinia-Auto)": "yes",
			"PJSIP_HEADER(add,Call-Info)": "<sip:infolinia>;answer-after=0",
		}
		if diff := cmp.Diff(want, r.rings("a").Variables()); diff != "" {
			t.Error(diff)
		}
		// By way of the dialplan there are no headers.
		r.ok(r.phone.RingLeg(t.Context(), Leg{ID: "b", Task: "t", Endpoint: "Local/22123@office/n"}))
		if v := r.rings("b").Variables(); len(v) > 0 {
			t.Errorf("headers: %v", v)
		}
	})
}

func TestWhatIsLongOverIsForgotten(t *testing.T) {
	fake(t, far(fakeari.Far{Rings: time.Second, Cause: 17}), func(t *testing.T, r *rig) {
		_, id := r.call()
		r.ok(r.phone.RingLeg(t.Context(), Leg{ID: "a", Task: "t", Call: id, Endpoint: "PJSIP/200"}))
		r.ok(r.phone.Arrange(t.Context(), Arrangement{Task: "t", Call: id, Ring: []string{TheCaller}}))
		time.Sleep(2 * keepEnded)
		r.phone.mu.Lock()
		defer r.phone.mu.Unlock()
		if n := len(r.phone.desk) + len(r.phone.scenes) + len(r.phone.legs); n > 0 {
			t.Errorf("%d things are remembered", n)
		}
	})
}

func TestTheNumberOfACallerIsKnownWhileHeIsThere(t *testing.T) {
	fake(t, nil, func(t *testing.T, r *rig) {
		c, id := r.call()
		if number, err := r.phone.Number(t.Context(), id); number != "+48600100200" || err != nil {
			t.Errorf("%q, %v", number, err)
		}
		c.Hangup()
		r.wait(t, "hung up", 1)
		if _, err := r.phone.Number(t.Context(), id); err != ErrGone {
			t.Errorf("error %v", err)
		}
	})
}

func TestADeviceIsEnrolledByAPhoneThatServesNoApplication(t *testing.T) {
	fake(t, nil, func(t *testing.T, r *rig) {
		p := New(Config{URL: r.ari.URL, Dial: r.ari.Dial, App: app, Ours: func() bool { return false }}, newEar())
		defer p.close()
		anna := Device{"agent-anna", "first"}
		r.ok(p.Enrol(t.Context(), anna))
		anna.Secret = "second"
		r.ok(p.Enrol(t.Context(), anna))
		if secret, enrolled := r.ari.Device(anna.Name); secret != "second" || !enrolled {
			t.Errorf("enrolled: %v, %q", enrolled, secret)
		}
		names, err := p.Enrolled(t.Context())
		if diff := cmp.Diff([]string{anna.Name}, names); diff != "" || err != nil {
			t.Error(diff, err)
		}
		r.ari.Forget() // Asterisk started again
		if names, err = p.Enrolled(t.Context()); len(names) > 0 || err != nil {
			t.Error(names, err)
		}
		r.ok(p.Enrol(t.Context(), anna))
		r.ok(p.Expel(t.Context(), anna.Name))
		if left := r.count(http.MethodDelete + " /asterisk"); left != 3 {
			t.Errorf("%d objects removed", left)
		}
	})
}

func TestALegThatIsAnsweredWhileNobodyListensIsKnownAtTheNextConnection(t *testing.T) {
	fake(t, waits, func(t *testing.T, r *rig) {
		_, id := r.call()
		r.ok(r.phone.RingLeg(t.Context(), Leg{ID: "a", Task: "t", Call: id, Endpoint: "PJSIP/201"}))
		phone := r.rings("a")
		r.ari.Cut(app)
		phone.Answer()
		r.wait(t, "connected", 2)
		begun := time.Now()
		r.wait(t, "leg a up", 1)
		if took := time.Since(begun); took > lookAgain/5 {
			t.Errorf("known %s after the connection is back", took)
		}
	})
}

func TestATelephoneThatIsGoneWithoutAWordIsLost(t *testing.T) {
	for name, tc := range map[string]struct {
		endpoint string
		silent   bool
		away     bool
		lost     bool
	}{
		"it is cut off":                     {"PJSIP/201", true, true, true},
		"it sends no silence":               {"PJSIP/201", true, false, false},
		"it talks, and cannot be reached":   {"PJSIP/201", false, true, false},
		"a browser, which Asterisk sees to": {"PJSIP/agent-anna", true, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			fake(t, far(fakeari.Far{Rings: time.Second}), func(t *testing.T, r *rig) {
				_, id := r.call()
				r.ok(r.phone.RingLeg(t.Context(), Leg{ID: "a", Task: "t", Call: id, Endpoint: tc.endpoint}))
				r.wait(t, "leg a up", 1)
				phone, _ := r.ari.Telephone("leg-a")
				if tc.silent {
					phone.FallSilent()
				}
				if tc.away {
					phone.Leave()
				}
				time.Sleep(time.Minute)
				want := []string{"connected", "arrived", "leg a up"}
				if tc.lost {
					want = append(want, "leg a lost")
				}
				r.want(t, want...)
				if gone := phone.State() == ""; gone != tc.lost {
					t.Errorf("its channel is gone: %v", gone)
				}
			})
		})
	}
}
