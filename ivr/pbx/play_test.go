package pbx

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"infolinia/ivr/pbx/fakeari"
)

// without drops events of these types.
func without(types ...string) func(*fakeari.Server) {
	return func(s *fakeari.Server) {
		s.Mangle = func(e fakeari.Event) []fakeari.Event {
			for _, t := range types {
				if e.Type() == t {
					return nil
				}
			}
			return []fakeari.Event{e}
		}
	}
}

func TestAPromptIsCutAndNotAnswered(t *testing.T) {
	long := func(s *fakeari.Server) { s.Length = func(string) time.Duration { return time.Hour } }
	fake(t, long, func(t *testing.T, r *rig) {
		_, id := r.call()
		r.ok(r.phone.PlayFiles(t.Context(), id, "p1", []File{{Path: "/p/a", Duration: time.Hour}}))
		r.ok(r.phone.StopPlay(t.Context(), id, "p1"))
		r.ok(r.phone.PlayFiles(t.Context(), id, "p2", []File{{Path: "/p/b", Duration: time.Hour}}))
		r.ok(r.phone.StopPlay(t.Context(), id, "p2"))
		r.ok(r.phone.StopPlay(t.Context(), id, "p2"))
		r.want(t, "connected", "arrived")
	})
}

func TestAStopThatAsteriskRefusesAtFirstIsTriedAgain(t *testing.T) {
	stubborn := func(s *fakeari.Server) {
		s.Length = func(string) time.Duration { return time.Hour }
		failing("DELETE /ari/playbacks/", 3)(s)
	}
	fake(t, stubborn, func(t *testing.T, r *rig) {
		_, id := r.call()
		r.ok(r.phone.PlayFiles(t.Context(), id, "p1", []File{{Path: "/p/a", Duration: time.Hour}}))
		r.ok(r.phone.StopPlay(t.Context(), id, "p1"))
		stopped := func() bool { return r.count("DELETE /playbacks/p1") == 1 }
		if err := r.ari.Wait(t.Context(), stopped); err != nil {
			t.Errorf("the stop does not get through: %v", err)
		}
	})
}

func TestAPromptWhoseEventsAreLostIsAnsweredInTime(t *testing.T) {
	fake(t, without("PlaybackStarted", "PlaybackContinuing", "PlaybackFinished"), func(t *testing.T, r *rig) {
		_, id := r.call()
		begin := time.Now()
		r.ok(r.phone.PlayFiles(t.Context(), id, "p1", files("a", "b", "c")))
		r.wait(t, "ended p1", 1)
		if took := time.Since(begin); took > 300*time.Millisecond+3*time.Second {
			t.Errorf("answered after %s", took)
		}
		r.want(t, "connected", "arrived", "mark p1 0", "mark p1 1", "ended p1")
	})
}

func TestAMarkThatIsLostIsMadeUpForByTheNext(t *testing.T) {
	first := true
	lose := func(s *fakeari.Server) {
		s.Mangle = func(e fakeari.Event) []fakeari.Event {
			if e.Type() == "PlaybackContinuing" && first {
				first = false
				return nil
			}
			return []fakeari.Event{e}
		}
	}
	fake(t, lose, func(t *testing.T, r *rig) {
		_, id := r.call()
		r.ok(r.phone.PlayFiles(t.Context(), id, "p1", files("a", "b", "c")))
		r.wait(t, "ended p1", 1)
		r.want(t, "connected", "arrived", "mark p1 0", "mark p1 1", "ended p1")
	})
}

func TestAPromptThatRunsLateIsHeardToItsEnd(t *testing.T) {
	slow := func(s *fakeari.Server) { s.Length = func(string) time.Duration { return 11 * time.Second } }
	fake(t, slow, func(t *testing.T, r *rig) {
		_, id := r.call()
		r.ok(r.phone.PlayFiles(t.Context(), id, "p1", files("a"))) // of 100 ms
		r.wait(t, "ended p1", 1)
		r.want(t, "connected", "arrived", "ended p1")
	})
}

func TestAPromptThatAsteriskSaysNothingAboutIsCutAndFailed(t *testing.T) {
	silent := func(s *fakeari.Server) {
		s.Length = func(string) time.Duration { return time.Hour }
		s.Fault = faulty("GET /ari/playbacks/p1", func() fakeari.Fault { return fakeari.Fault{Lost: true} })
	}
	fake(t, silent, func(t *testing.T, r *rig) {
		_, id := r.call()
		begin := time.Now()
		r.ok(r.phone.PlayFiles(t.Context(), id, "p1", files("a")))
		r.wait(t, "ended p1 failed", 1)
		if took := time.Since(begin); took > 100*time.Millisecond+12*time.Second {
			t.Errorf("answered after %s", took)
		}
		r.want(t, "connected", "arrived", "ended p1 failed")
		synctest.Wait() // the cut is not waited for
		if n := r.count("DELETE /playbacks/p1"); n != 1 {
			t.Errorf("cut %d times", n)
		}
	})
}

func TestAPromptOfUnknownLengthIsLookedAfter(t *testing.T) {
	deaf := func(s *fakeari.Server) {
		s.Length = func(string) time.Duration { return 12 * time.Second }
		without("PlaybackFinished")(s)
	}
	fake(t, deaf, func(t *testing.T, r *rig) {
		_, id := r.call()
		begin := time.Now()
		r.ok(r.phone.PlayFiles(t.Context(), id, "p1", []File{{Path: "/p/a"}}))
		r.wait(t, "ended p1", 1)
		if took := time.Since(begin); took < 12*time.Second || took > 18*time.Second {
			t.Errorf("answered after %s", took)
		}
	})
}

func TestAFileThatIsMissingIsSkippedAndTheLastOneFails(t *testing.T) {
	missing := func(s *fakeari.Server) {
		s.Length = func(media string) time.Duration {
			if strings.Contains(media, "missing") {
				return -1
			}
			return 100 * time.Millisecond
		}
	}
	fake(t, missing, func(t *testing.T, r *rig) {
		_, id := r.call()
		r.ok(r.phone.PlayFiles(t.Context(), id, "p1", files("a", "missing", "b")))
		r.wait(t, "ended p1", 1)
		r.ok(r.phone.PlayFiles(t.Context(), id, "p2", files("missing")))
		r.wait(t, "ended p2 failed", 1)
		if err := r.phone.PlayFiles(t.Context(), id, "p3", nil); err == nil {
			t.Error("nothing was played without a word")
		}
		r.want(t, "connected", "arrived", "mark p1 0", "mark p1 1", "ended p1", "ended p2 failed", "ended p3 failed")
	})
}

func TestAPlayThatAsteriskRefusesFails(t *testing.T) {
	fake(t, failing("POST /ari/channels/fake-1700000000.1/play", 1), func(t *testing.T, r *rig) {
		_, id := r.call()
		if err := r.phone.PlayFiles(t.Context(), id, "p1", files("a")); code(err) != 500 {
			t.Errorf("error %v", err)
		}
		r.want(t, "connected", "arrived", "ended p1 failed")
	})
}

func TestAPlayWhoseAnswerIsLostIsNotOrderedAgain(t *testing.T) {
	lost := func(s *fakeari.Server) {
		s.Length = func(string) time.Duration { return 10 * time.Second }
		s.Fault = faulty("POST /ari/channels/fake-1700000000.1/play", func() fakeari.Fault { return fakeari.Fault{Lost: true} })
	}
	fake(t, lost, func(t *testing.T, r *rig) {
		c, id := r.call()
		r.ok(r.phone.PlayFiles(t.Context(), id, "p1", []File{{Path: "/p/a", Duration: 10 * time.Second}}))
		r.wait(t, "ended p1", 1)
		r.want(t, "connected", "arrived", "ended p1")
		if n := len(c.Heard()); n != 1 {
			t.Errorf("heard %d times", n)
		}
	})
}

func TestAPlayThatNeverReachesAsteriskFails(t *testing.T) {
	never := func(s *fakeari.Server) {
		s.Fault = faulty("POST /ari/channels/fake-1700000000.1/play", func() fakeari.Fault { return fakeari.Fault{Delay: time.Hour} })
	}
	fake(t, never, func(t *testing.T, r *rig) {
		_, id := r.call()
		if err := r.phone.PlayFiles(t.Context(), id, "p1", []File{{Path: "/p/a", Duration: time.Minute}}); err == nil {
			t.Error("no error")
		}
		r.want(t, "connected", "arrived", "ended p1 failed")
	})
}

func TestASlowOrderOfOneCallHoldsUpNoOther(t *testing.T) {
	slow := func(s *fakeari.Server) {
		s.Fault = faulty("POST /ari/channels/fake-1700000000.1/moh", func() fakeari.Fault { return fakeari.Fault{Delay: 4 * time.Second} })
	}
	fake(t, slow, func(t *testing.T, r *rig) {
		_, one := r.call()
		r.ari.Call(app, "2", "1")
		r.wait(t, "arrived", 2)
		done := make(chan error)
		go func() { done <- r.phone.MusicOnHold(t.Context(), one, true, "") }()
		begin := time.Now()
		r.ok(r.phone.PlayFiles(t.Context(), "fake-1700000000.2", "p2", files("a")))
		r.wait(t, "ended p2", 1)
		if took := time.Since(begin); took > 200*time.Millisecond {
			t.Errorf("the other call waited %s", took)
		}
		r.ok(<-done)
	})
}
