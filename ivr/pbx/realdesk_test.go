package pbx

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"infolinia/ivr/caller"
)

func TestTheDeskAtARealAsterisk(t *testing.T) {
	o := openOffice(t, time.Hour)
	d := o.desk(t, 2*time.Second)
	t.Run("rings, connects both ways, holds with music and takes back", func(t *testing.T) { deskHold(t, o, d) })
	t.Run("says why nobody answered", func(t *testing.T) { deskRefusals(t, o, d) })
	t.Run("consults, swaps, completes and confers", func(t *testing.T) { deskConsult(t, o, d) })
	t.Run("connects as soon as the prompt of a caller is stopped", func(t *testing.T) { deskPrompt(t, o, d) })
	t.Run("is taken over in the middle of a talk", func(t *testing.T) { deskTakeover(t, o, d) })
}

// rings calls a telephone for the desk and gives the answered call.
func (d *desk) rings(t *testing.T, p *caller.Phone, l Leg) *caller.Call {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	d.ok(d.phone.RingLeg(ctx, l))
	taken, err := p.Next(ctx)
	if err != nil {
		t.Fatal(err)
	}
	d.wait(t, "leg "+l.ID+" up", 1)
	return taken
}

// says has one speak, and all the others hear it.
func (o *office) says(t *testing.T, who *caller.Call, name string, ears ...*caller.Call) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := who.Speak(ctx, append(bytes.Repeat([]byte{0xD5}, 2000), o.sounds[name]...)); err != nil {
		t.Fatal(err)
	}
	for _, ear := range ears {
		hearsSome(t, ear, name)
	}
}

// deaf fails when a call has heard a sound.
func deaf(t *testing.T, c *caller.Call, name string) {
	t.Helper()
	for _, h := range c.Heard() {
		if h.Is(name) {
			t.Errorf("%s was heard", name)
		}
	}
}

func (d *desk) arrange(t *testing.T, a Arrangement) {
	t.Helper()
	d.ok(d.phone.Arrange(t.Context(), a))
}

func deskHold(t *testing.T, o *office, d *desk) {
	agent := o.agent(t, caller.PickUp)
	c, id := o.call(t, d)
	n := len(d.all())
	d.arrange(t, Arrangement{Task: "t1", Call: id, Ring: []string{TheCaller}})
	taken := d.rings(t, agent, Leg{ID: "t1.1", Task: "t1", Call: id, Endpoint: "PJSIP/200", Ring: 10 * time.Second})
	d.arrange(t, Arrangement{Task: "t1", Call: id, Together: []string{TheCaller, "t1.1"}})
	o.says(t, c, "voice", taken)
	o.says(t, taken, "agent", c)
	if err := c.Press(t.Context(), "42"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if keys, err := taken.AwaitKeys(ctx, 2); err != nil || keys != "42" {
		t.Errorf("keys at the agent: %q, %v", keys, err)
	}
	o.says(t, taken, "three", c)
	d.arrange(t, Arrangement{Task: "t1", Call: id, Music: []string{TheCaller}})
	before := len(c.Heard())
	o.says(t, taken, "one")
	deaf(t, c, "one")
	d.arrange(t, Arrangement{Task: "t1", Call: id, Together: []string{TheCaller, "t1.1"}})
	o.says(t, taken, "two", c)
	if h := c.Heard()[before]; h.Name != "" {
		t.Errorf("on hold the caller heard %s, no music", h)
	}
	d.arrange(t, Arrangement{Task: "t1", Call: id, Music: []string{TheCaller}})
	if err := c.Press(ctx, "7"); err != nil {
		t.Fatal(err)
	}
	d.wait(t, "key 7", 1)
	d.ok(taken.Hangup())
	d.wait(t, "leg t1.1 hungup", 1)
	d.arrange(t, Arrangement{Task: "t1", Call: id})
	d.ok(c.Hangup())
	d.wait(t, "hung up", d.seen)
	if got := d.since(n); got != "leg t1.1 up, key 7, leg t1.1 hungup, hung up" {
		t.Errorf("told: %s", got)
	}
	d.empty(t)
}

// empty waits until Asterisk has nothing left over; its lists lag behind a little.
func (d *desk) empty(t *testing.T) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for {
		inv, err := d.phone.Inventory(t.Context(), []string{d.phone.cfg.App})
		if err == nil && len(inv.Bridges)+len(inv.Legs) == 0 {
			return
		}
		select {
		case <-deadline:
			t.Fatalf("left over: %+v, %v", inv, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func deskRefusals(t *testing.T, o *office, d *desk) {
	c, id := o.call(t, d)
	for b, want := range map[caller.Behaviour]string{
		caller.SayBusy: LegBusy, caller.Decline: LegBusy, caller.KeepRing: LegNoAnswer,
	} {
		phone := o.telephone(t, "201", b)
		d.ok(d.phone.RingLeg(t.Context(), Leg{ID: "r-" + string(b), Task: "t2", Call: id, Endpoint: "PJSIP/201", Ring: time.Second}))
		d.wait(t, "leg r-"+string(b)+" "+want, 1)
		phone.Close()
	}
	if err := d.phone.RingLeg(t.Context(), Leg{ID: "r-none", Task: "t2", Call: id, Endpoint: "PJSIP/202"}); code(err) != 500 {
		t.Errorf("a telephone that is not registered: %v", err)
	}
	d.wait(t, "leg r-none failed", 1)
	o.telephone(t, "202", caller.KeepRing)
	d.ok(d.phone.RingLeg(t.Context(), Leg{ID: "r-drop", Task: "t2", Call: id, Endpoint: "PJSIP/202"}))
	d.ok(d.phone.RingLeg(t.Context(), Leg{ID: "r-drop", Task: "t2", Call: id, Endpoint: "PJSIP/202"})) // again
	there, err := d.phone.Legs(t.Context(), "t2", []string{"r-drop", "r-none"})
	if diff := cmp.Diff(map[string]string{"r-drop": "ringing"}, there); diff != "" || err != nil {
		t.Errorf("legs: %s, %v", diff, err)
	}
	d.ok(d.phone.DropLeg(t.Context(), "r-drop", true))
	d.wait(t, "leg r-drop hungup", 1)
	if number, err := d.phone.Number(t.Context(), id); number != "600100200" || err != nil {
		t.Errorf("number %q, %v", number, err)
	}
	d.ok(c.Hangup())
	d.wait(t, "hung up", d.seen)
	d.empty(t)
}

func deskConsult(t *testing.T, o *office, d *desk) {
	first, second := o.telephone(t, "200", caller.PickUp), o.telephone(t, "201", caller.PickUp)
	c, id := o.call(t, d)
	a := d.rings(t, first, Leg{ID: "t3.1", Task: "t3", Call: id, Endpoint: "PJSIP/200"})
	set := func(together, music, ring []string) {
		t.Helper()
		d.arrange(t, Arrangement{Task: "t3", Call: id, Together: together, Music: music, Ring: ring})
	}
	set([]string{TheCaller, "t3.1"}, nil, nil)
	o.says(t, a, "agent", c)
	// The agent hears the third party ring; the caller hears music.
	set(nil, []string{TheCaller}, []string{"t3.1"})
	b := d.rings(t, second, Leg{ID: "t3.2", Task: "t3", Call: id, Endpoint: "PJSIP/201"})
	set([]string{"t3.1", "t3.2"}, []string{TheCaller}, nil)
	o.says(t, b, "one", a)
	deaf(t, c, "one")
	set([]string{TheCaller, "t3.1"}, []string{"t3.2"}, nil) // swapped
	o.says(t, a, "two", c)
	deaf(t, b, "two")
	set([]string{TheCaller, "t3.1", "t3.2"}, nil, nil) // conference
	o.says(t, c, "voice")
	set([]string{TheCaller, "t3.2"}, nil, nil) // completed
	d.ok(d.phone.DropLeg(t.Context(), "t3.1", false))
	d.wait(t, "leg t3.1 hungup", 1)
	o.says(t, b, "three", c)
	d.ok(c.Hangup())
	d.wait(t, "hung up", d.seen)
	d.ok(d.phone.DropLeg(t.Context(), "t3.2", false))
	d.wait(t, "leg t3.2 hungup", 1)
	set(nil, nil, nil)
	d.empty(t)
}

func deskPrompt(t *testing.T, o *office, d *desk) {
	agent := o.agent(t, caller.PickUp)
	c, id := o.call(t, d)
	taken := d.rings(t, agent, Leg{ID: "t4.1", Task: "t4", Call: id, Endpoint: "PJSIP/200"})
	d.ok(d.phone.PlayFiles(t.Context(), id, "t4.p", o.files("long")))
	if _, err := c.Hear(t.Context(), "long"); err != nil {
		t.Fatal(err)
	}
	arranged := make(chan error, 1)
	go func() {
		arranged <- d.phone.Arrange(t.Context(), Arrangement{Task: "t4", Call: id, Together: []string{TheCaller, "t4.1"}})
	}()
	d.ok(d.phone.StopPlay(t.Context(), id, "t4.p"))
	d.ok(<-arranged)
	hears(t, c, "long", false)
	o.says(t, taken, "agent", c)
	d.ok(c.Hangup())
	d.wait(t, "hung up", d.seen)
	d.ok(d.phone.DropLeg(t.Context(), "t4.1", false))
	d.wait(t, "leg t4.1 hungup", 1)
	d.arrange(t, Arrangement{Task: "t4", Call: id})
}

func deskTakeover(t *testing.T, o *office, old *desk) {
	agent := o.agent(t, caller.PickUp)
	c, id := o.call(t, old)
	taken := old.rings(t, agent, Leg{ID: "t5.1", Task: "t5", Call: id, Endpoint: "PJSIP/200"})
	talk := Arrangement{Task: "t5", Call: id, Together: []string{TheCaller, "t5.1"}}
	old.arrange(t, talk)
	o.says(t, c, "voice", taken)
	d := o.desk(t, 2*time.Second)
	there, err := d.phone.Legs(t.Context(), "t5", []string{"t5.1", "t5.9"})
	if diff := cmp.Diff(map[string]string{"t5.1": "up"}, there); diff != "" || err != nil {
		t.Errorf("legs: %s, %v", diff, err)
	}
	d.wait(t, "leg t5.1 up", 1)
	d.arrange(t, talk)
	o.says(t, taken, "agent", c)
	d.arrange(t, Arrangement{Task: "t5", Call: id, Music: []string{TheCaller}})
	o.says(t, taken, "one")
	deaf(t, c, "one")
	d.arrange(t, talk)
	o.says(t, taken, "two", c)
	d.ok(taken.Hangup())
	d.wait(t, "leg t5.1 hungup", 1)
	d.ok(c.Hangup())
	d.wait(t, "hung up", 1)
	d.arrange(t, Arrangement{Task: "t5", Call: id})
	d.empty(t)
}
