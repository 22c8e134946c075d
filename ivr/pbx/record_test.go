package pbx

import (
	"bytes"
	"testing"
	"time"

	"infolinia/ivr/pbx/fakeari"
)

func TestARecordingTellsHowLongTheCallerSpoke(t *testing.T) {
	fake(t, nil, func(t *testing.T, r *rig) {
		c, id := r.call()
		c.Speak(3400 * time.Millisecond)
		r.ok(r.phone.Record(t.Context(), id, "r1", time.Minute, 5*time.Second))
		r.wait(t, "recorded r1 3.4s", 1)
		var wav bytes.Buffer
		r.ok(r.phone.Recording(t.Context(), "r1", &wav))
		if talk, err := spoken(wav.Bytes()); err != nil || talk != 3400*time.Millisecond {
			t.Errorf("spoken: %s, %v", talk, err)
		}
		if got := r.phone.RecordingPath("r1"); got != "/rec/r1" {
			t.Errorf("path %s", got)
		}
		r.ok(r.phone.DiscardRecording(t.Context(), "r1"))
		r.ok(r.phone.DiscardRecording(t.Context(), "r1"))
		if left := r.ari.Stored(); len(left) != 0 {
			t.Errorf("left: %v", left)
		}
	})
}

func TestARecordingEndsWhenItIsStopped(t *testing.T) {
	fake(t, nil, func(t *testing.T, r *rig) {
		c, id := r.call()
		r.ok(r.phone.Record(t.Context(), id, "r1", time.Minute, 30*time.Second))
		c.Speak(2 * time.Second)
		time.Sleep(2 * time.Second)
		r.ok(r.phone.StopRecord(t.Context(), id, "r1"))
		r.ok(r.phone.StopRecord(t.Context(), id, "r1"))
		r.want(t, "connected", "arrived", "recorded r1 2s")
	})
}

func TestACallerWhoHangsUpWhileRecordedLosesNothing(t *testing.T) {
	fake(t, nil, func(t *testing.T, r *rig) {
		c, id := r.call()
		c.Speak(time.Second)
		r.ok(r.phone.Record(t.Context(), id, "r1", time.Minute, 5*time.Second))
		time.Sleep(2 * time.Second)
		c.Hangup()
		r.want(t, "connected", "arrived", "recorded r1 1s", "hung up")
	})
}

func TestARecordingWhoseEndIsLostIsLookedFor(t *testing.T) {
	fake(t, without("RecordingFinished"), func(t *testing.T, r *rig) {
		c, id := r.call()
		c.Speak(time.Second)
		r.ok(r.phone.Record(t.Context(), id, "r1", 10*time.Second, 5*time.Second))
		begin := time.Now()
		r.wait(t, "recorded r1 1s", 1)
		if took := time.Since(begin); took > 13*time.Second {
			t.Errorf("told after %s", took)
		}
	})
}

func TestAStopThatAsteriskForgetsIsRepeated(t *testing.T) {
	// It does when the stop comes before the recording has begun.
	first := true
	forgetful := func(s *fakeari.Server) {
		s.Fault = faulty("POST /ari/recordings/live/r1/stop", func() (f fakeari.Fault) {
			if first {
				first, f.Status = false, 204
			}
			return f
		})
	}
	fake(t, forgetful, func(t *testing.T, r *rig) {
		_, id := r.call()
		r.ok(r.phone.Record(t.Context(), id, "r1", time.Minute, 30*time.Second))
		r.ok(r.phone.StopRecord(t.Context(), id, "r1"))
		begin := time.Now()
		r.wait(t, "recorded r1 0s", 1)
		if took := time.Since(begin); took > 3*time.Second {
			t.Errorf("told after %s", took)
		}
	})
}

func TestACallerWhoTalksOnAfterARestartIsRecordedToTheEnd(t *testing.T) {
	fake(t, nil, func(t *testing.T, r *rig) {
		c, id := r.call()
		r.ok(r.phone.Record(t.Context(), id, "r1", 2*time.Minute, 10*time.Second))
		c.Speak(40 * time.Second)
		time.Sleep(time.Second)
		r.restart()
		r.truth(t, id, Truth{Alive: true}, Open{ID: "r1"})
		time.Sleep(38 * time.Second)
		r.want(t, "arrived", "connected")
		r.ok(r.phone.StopRecord(t.Context(), id, "r1"))
		r.wait(t, "recorded r1 39s", 1)
	})
}

func TestTheEndOfARecordingTakenUpIsNoticedWithoutItsEvent(t *testing.T) {
	fake(t, without("RecordingFinished"), func(t *testing.T, r *rig) {
		c, id := r.call()
		r.ok(r.phone.Record(t.Context(), id, "r1", 2*time.Minute, 5*time.Second))
		c.Speak(20 * time.Second)
		r.restart()
		r.truth(t, id, Truth{Alive: true}, Open{ID: "r1"})
		r.wait(t, "recorded r1 20s", 1)
	})
}

func TestARecordingThatAsteriskRefusesFails(t *testing.T) {
	fake(t, failing("POST /ari/channels/fake-1700000000.1/record", 1), func(t *testing.T, r *rig) {
		_, id := r.call()
		if err := r.phone.Record(t.Context(), id, "r1", time.Minute, time.Second); code(err) != 500 {
			t.Errorf("error %v", err)
		}
		r.want(t, "connected", "arrived", "recorded r1 0s failed")
	})
}

func TestAClickOnTheLineIsNoMessage(t *testing.T) {
	quiet := make([]byte, 44+16000)
	copy(quiet, "RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data\x80\x3e\x00\x00")
	for i := 8000; i < 8000+320; i++ {
		quiet[i] = 0x40
	}
	if talk, err := spoken(quiet); err != nil || talk != 0 {
		t.Errorf("spoken: %s, %v", talk, err)
	}
	for _, broken := range []string{"", "RIFF", "RIFF....WAVE", "RIFF....WAVEdata", "RIFF....WAVEfmt \xff\xff\xff\xff"} {
		if _, err := spoken([]byte(broken)); err == nil {
			t.Errorf("%q is taken for a recording", broken)
		}
	}
}
