package pbx

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"infolinia/asterisk"
	"infolinia/ivr"
	"infolinia/ivr/caller"
)

func TestTheRealAsterisk(t *testing.T) {
	o := openOffice(t, time.Hour)
	d := o.desk(t, 2*time.Second)
	ctx := t.Context()
	if missing, err := d.phone.Check(ctx); err != nil || len(missing) > 0 {
		t.Errorf("missing: %v, %v", missing, err)
	}
	t.Run("plays a list without gaps, takes keys and tells of the hang-up", func(t *testing.T) { realPrompts(t, o, d) })
	t.Run("skips what is missing and fails what is missing alone", func(t *testing.T) { realMissing(t, o, d) })
	t.Run("records, plays back and discards", func(t *testing.T) { realRecording(t, o, d) })
	t.Run("ends a recording before it tells of the hang-up", func(t *testing.T) { realHangupInRecording(t, o, d) })
	t.Run("transfers, and has the caller back", func(t *testing.T) { realTransfer(t, o, d) })
	t.Run("says why a transfer failed", func(t *testing.T) { realRefusals(t, o, d) })
	t.Run("hangs the far side up with the caller", func(t *testing.T) { realCallerLeaves(t, o, d) })
	t.Run("gives a caller to the last net", func(t *testing.T) {
		c, id := o.call(t, d)
		d.ok(d.phone.Fallback(ctx, id))
		hears(t, c, "apology", true)
		d.wait(t, "hung up", d.seen)
	})
	t.Run("hangs up", func(t *testing.T) {
		c, id := o.call(t, d)
		d.ok(d.phone.MusicOnHold(ctx, id, true, "default"))
		d.ok(d.phone.MusicOnHold(ctx, id, false, ""))
		d.ok(d.phone.Hangup(ctx, id))
		if end := c.End(); end.ByUs || end.Err != nil {
			t.Errorf("end: %+v", end)
		}
		d.wait(t, "hung up", d.seen)
	})
	d.onlyWanted(t)
	t.Run("is taken over in the middle of a prompt", func(t *testing.T) { realTakeover(t, o, d) })
}

func TestAnAsteriskThatDiesTakesItsCallsAlongAndIsFoundAgain(t *testing.T) {
	o := openOffice(t, time.Hour)
	d := o.desk(t, time.Second)
	o.call(t, d)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := o.process.Stop(ctx); err != nil {
		t.Fatal(err)
	}
	d.wait(t, "lost", 1)
	again, err := asterisk.Start(ctx, o.process.Settings)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { d.ok(again.Stop(context.WithoutCancel(ctx))) }()
	d.wait(t, "connected", 2)
	if n := strings.Count(d.since(0), "hung up"); n != 1 {
		t.Errorf("told: %q", d.all())
	}
	c, id := o.call(t, d)
	d.ok(d.phone.PlayFiles(ctx, id, id+".p1", o.files("one")))
	hears(t, c, "one", true)
	d.ok(d.phone.Hangup(ctx, id))
	d.wait(t, "hung up", 2)
}

func TestTheTimeLimitOfACallIsForTheMachineAndNotForATalk(t *testing.T) {
	const limit = 3 * time.Second
	o := openOffice(t, limit)
	d := o.desk(t, 2*time.Second)
	agent := o.agent(t, caller.PickUp)
	talks, id := o.call(t, d)
	waits, _ := o.call(t, d)
	d.ok(d.phone.Transfer(t.Context(), id, id+".t1", "200"))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if _, err := agent.Next(ctx); err != nil {
		t.Fatal(err)
	}
	d.wait(t, "transfer "+id+".t1 answered", 1)
	hears(t, waits, "apology", true) // nobody cared for him: the last net did
	if told := d.since(0); strings.Contains(told, "ended") || strings.Count(told, "hung up") != 1 {
		t.Errorf("told: %s", told)
	}
	d.ok(talks.Hangup())
	d.wait(t, "hung up", 2)
}

func realPrompts(t *testing.T, o *office, d *desk) {
	c, id := o.call(t, d)
	n := len(d.all())
	d.ok(d.phone.PlayFiles(t.Context(), id, id+".p1", o.files("one", "two", "three")))
	d.wait(t, "ended "+id+".p1", 1)
	for _, name := range []string{"one", "two", "three"} {
		hears(t, c, name, true)
	}
	heard := c.Heard()
	for i := 1; i < len(heard); i++ {
		if gap := heard[i].At.Sub(heard[i-1].Until); gap > 60*time.Millisecond {
			t.Errorf("a gap of %s before %s", gap, heard[i].Name)
		}
	}
	d.ok(d.phone.PlayFiles(t.Context(), id, id+".p2", o.files("long")))
	if _, err := c.Hear(t.Context(), "long"); err != nil {
		t.Fatal(err)
	}
	if err := c.Press(t.Context(), "5"); err != nil {
		t.Fatal(err)
	}
	d.wait(t, "key 5", 1)
	d.ok(d.phone.StopPlay(t.Context(), id, id+".p2"))
	hears(t, c, "long", false)
	if err := c.Hangup(); err != nil {
		t.Fatal(err)
	}
	d.wait(t, "hung up", d.seen)
	want := strings.ReplaceAll("mark ID.p1 0, mark ID.p1 1, ended ID.p1, key 5, hung up", "ID", id)
	if got := d.since(n); got != want {
		t.Errorf("told: %s\nwant: %s", got, want)
	}
}

func realMissing(t *testing.T, o *office, d *desk) {
	c, id := o.call(t, d)
	n := len(d.all())
	fs := o.files("one", "nothing", "two")
	fs[1].Duration = time.Second
	d.ok(d.phone.PlayFiles(t.Context(), id, "m1", fs))
	d.wait(t, "ended m1", 1)
	hears(t, c, "one", true)
	hears(t, c, "two", true)
	d.ok(d.phone.PlayFiles(t.Context(), id, "m2", fs[1:2]))
	d.wait(t, "ended m2 failed", 1)
	// A stop right behind its order, before Asterisk has opened the file.
	for i := range 20 {
		play := fmt.Sprintf("s%d", i)
		d.ok(d.phone.PlayFiles(t.Context(), id, play, o.files("long")))
		d.ok(d.phone.StopPlay(t.Context(), id, play))
	}
	d.ok(d.phone.PlayFiles(t.Context(), id, "m3", o.files("three")))
	d.wait(t, "ended m3", 1)
	hears(t, c, "three", true)
	d.ok(c.Hangup())
	d.wait(t, "hung up", d.seen)
	want := "mark m1 0, mark m1 1, ended m1, ended m2 failed, ended m3, hung up"
	if got := d.since(n); got != want {
		t.Errorf("told: %s\nwant: %s", got, want)
	}
}

func realRecording(t *testing.T, o *office, d *desk) {
	c, id := o.call(t, d)
	d.ok(d.phone.Record(t.Context(), id, id+".r1", 10*time.Second, 5*time.Second))
	if err := c.Speak(t.Context(), o.sounds["voice"]); err != nil {
		t.Fatal(err)
	}
	if err := c.Press(t.Context(), "#"); err != nil {
		t.Fatal(err)
	}
	d.ok(d.phone.StopRecord(t.Context(), id, id+".r1"))
	talk := d.talk(t, id+".r1")
	if talk < 900*time.Millisecond || talk > 1300*time.Millisecond {
		t.Errorf("spoke for %s", talk)
	}
	if _, err := os.Stat(d.phone.RecordingPath(id+".r1") + ".wav"); err != nil {
		t.Error(err)
	}
	d.ok(d.phone.PlayFiles(t.Context(), id, "back", []File{{Path: d.phone.RecordingPath(id + ".r1"), Duration: talk}}))
	d.wait(t, "ended back", 1)
	var wav bytes.Buffer
	d.ok(d.phone.Recording(t.Context(), id+".r1", &wav))
	d.ok(d.phone.DiscardRecording(t.Context(), id+".r1"))
	if _, err := os.Stat(d.phone.RecordingPath(id+".r1") + ".wav"); err == nil {
		t.Error("the recording is still there")
	}
	// A stop right behind the order, which Asterisk may forget.
	d.ok(d.phone.Record(t.Context(), id, id+".r2", 10*time.Second, 5*time.Second))
	d.ok(d.phone.StopRecord(t.Context(), id, id+".r2"))
	begin := time.Now()
	if talk := d.talk(t, id+".r2"); talk != 0 || time.Since(begin) > 4*time.Second {
		t.Errorf("spoke for %s, told after %s", talk, time.Since(begin))
	}
	d.ok(c.Hangup())
	d.wait(t, "hung up", d.seen)
}

func realHangupInRecording(t *testing.T, o *office, d *desk) {
	c, id := o.call(t, d)
	n := len(d.all())
	d.ok(d.phone.Record(t.Context(), id, id+".r1", 10*time.Second, 5*time.Second))
	if err := c.Speak(t.Context(), o.sounds["voice"]); err != nil {
		t.Fatal(err)
	}
	d.ok(c.Hangup())
	d.wait(t, "hung up", d.seen)
	told := d.all()[n:]
	if len(told) != 2 || !strings.HasPrefix(told[0], "recorded ") || strings.Contains(told[0], "failed") || strings.Contains(told[0], " 0s") {
		t.Errorf("told: %q", told)
	}
}

func realTransfer(t *testing.T, o *office, d *desk) {
	agent := o.agent(t, caller.PickUp)
	c, id := o.call(t, d)
	n := len(d.all())
	d.ok(d.phone.Transfer(t.Context(), id, id+".t1", "200"))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	taken, err := agent.Next(ctx)
	if err != nil {
		t.Fatal(err)
	}
	d.wait(t, "transfer "+id+".t1 answered", 1)
	if err := c.Speak(ctx, append(bytes.Repeat([]byte{0xD5}, 4000), o.sounds["voice"]...)); err != nil {
		t.Fatal(err)
	}
	hearsSome(t, taken, "voice")
	if err := taken.Speak(ctx, o.sounds["agent"]); err != nil {
		t.Fatal(err)
	}
	hearsSome(t, c, "agent")
	if err := c.Press(ctx, "42"); err != nil {
		t.Fatal(err)
	}
	if keys, err := taken.AwaitKeys(ctx, 2); err != nil || keys != "42" {
		t.Errorf("keys at the agent: %q, %v", keys, err)
	}
	d.ok(taken.Hangup())
	d.wait(t, "transfer "+id+".t1 ended", 1)
	d.ok(d.phone.PlayFiles(ctx, id, id+".p1", o.files("one", "two")))
	hearsSome(t, c, "two")
	d.wait(t, "ended "+id+".p1", 1)
	d.ok(c.Hangup())
	d.wait(t, "hung up", d.seen)
	want := strings.ReplaceAll("transfer ID.t1 answered, transfer ID.t1 ended, mark ID.p1 0, ended ID.p1, hung up", "ID", id)
	if got := d.since(n); got != want {
		t.Errorf("told: %s\nwant: %s", got, want)
	}
}

func realRefusals(t *testing.T, o *office, d *desk) {
	c, id := o.call(t, d)
	for _, tc := range []struct {
		phone caller.Behaviour
		want  ivr.TransferState
	}{
		{"", ivr.TransferFailed}, {caller.SayBusy, ivr.TransferBusy},
		{caller.KeepRing, ivr.TransferNoAnswer},
	} {
		if tc.phone != "" {
			defer o.agent(t, tc.phone).Close()
		}
		d.ok(d.phone.Transfer(t.Context(), id, "t-"+string(tc.phone), "200"))
		d.wait(t, fmt.Sprintf("transfer t-%s %s", tc.phone, tc.want), 1)
	}
	if ringing := c.Heard(); len(ringing) == 0 {
		t.Error("the caller did not hear it ring")
	}
	d.ok(c.Hangup())
	d.wait(t, "hung up", d.seen)
}

func realCallerLeaves(t *testing.T, o *office, d *desk) {
	agent := o.agent(t, caller.PickUp)
	c, id := o.call(t, d)
	d.ok(d.phone.Transfer(t.Context(), id, id+".t1", "200"))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	taken, err := agent.Next(ctx)
	if err != nil {
		t.Fatal(err)
	}
	d.wait(t, "transfer "+id+".t1 answered", 1)
	d.ok(c.Hangup())
	d.wait(t, "hung up", d.seen)
	if end := taken.End(); end.ByUs || end.Err != nil {
		t.Errorf("the agent's end: %+v", end)
	}
}

func realTakeover(t *testing.T, o *office, old *desk) {
	c, id := o.call(t, old)
	old.ok(old.phone.PlayFiles(t.Context(), id, id+".p1", o.files("long")))
	if _, err := c.Hear(t.Context(), "long"); err != nil {
		t.Fatal(err)
	}
	d := o.desk(t, 2*time.Second)
	if err := <-old.over; !errors.Is(err, ErrReplaced) {
		t.Errorf("run: %v", err)
	}
	old.over <- nil
	want := Channel{CallID: id, ID: id, Number: "600100200", Dialled: "243645555", Answered: true, Found: true}
	if diff := cmp.Diff([]Channel{want}, d.arrived); diff != "" {
		t.Fatal(diff)
	}
	truth, err := d.phone.Truth(t.Context(), id, []Open{{ID: id + ".p1", Files: o.files("long")}, {ID: "x9"}})
	if err != nil || !truth.Alive || len(truth.Gone) != 1 || len(truth.Ended) != 0 {
		t.Errorf("truth: %+v, %v", truth, err)
	}
	if err := c.Press(t.Context(), "7"); err != nil {
		t.Fatal(err)
	}
	d.wait(t, "key 7", 1)
	d.wait(t, "ended "+id+".p1", 1)
	hears(t, c, "long", true)
	d.ok(c.Hangup())
	d.wait(t, "hung up", 1)
}
