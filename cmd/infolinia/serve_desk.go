package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/call"
	"infolinia/ivr/desk"
	"infolinia/ivr/pbx"
)

// newDesk makes the desk of this process: the floor is shared with the other
// instances by the store.
func (d *daemon) newDesk() *desk.Desk {
	metrics := desk.NewMetrics()
	d.metrics.MustRegister(metrics.All()...)
	return desk.New(desk.Needs{
		Board: d.store, Phone: d.deskPhone, World: d.deskWorld, Tell: d.tellCall, Metrics: metrics,
		Log: d.log.With().Str("room", "desk").Logger(),
	})
}

// deskWorld is what the rules of distribution may know at a moment.
func (d *daemon) deskWorld(now time.Time) desk.World {
	w := d.publisher.World(now)
	places := map[string]bool{}
	for name := range d.publisher.Current().Destinations {
		places[name] = true
	}
	return desk.World{Now: now, Queues: w.Queues, Hours: w.Hours, Destinations: places}
}

// deskPhone orders the Asterisk of a slot; nil while the slot is not ours.
func (d *daemon) deskPhone(slot string) desk.Phone {
	t := d.tenancyOf(slot)
	if t == nil {
		return nil
	}
	return legs{t}
}

// tenancyOf is the tenancy of a slot that is ours.
func (d *daemon) tenancyOf(slot string) *tenancy {
	for _, t := range d.tenancies() {
		if d.slotName(t.app) == slot && t.held() != nil {
			return t
		}
	}
	return nil
}

// tellCall hands a call of a slot what became of its place in a queue.
func (d *daemon) tellCall(slot, id string, in ivr.Input) {
	if t := d.tenancyOf(slot); t != nil {
		t.calls().Input(id, in)
	}
}

// legs is the telephone of one slot as the desk orders it.
type legs struct{ t *tenancy }

func (l legs) Ring(ctx context.Context, o desk.LegOrder) error {
	endpoint, err := l.endpoint(o)
	if err != nil {
		return err
	}
	return l.t.phone.RingLeg(ctx, pbx.Leg{
		ID: o.ID, Task: o.Task, Call: o.Call, Endpoint: endpoint, Ring: o.Ring, Auto: o.Auto, Name: o.Display,
	})
}

// endpoint is what is dialled. Whatever is no agent's own telephone goes the only
// way out of the dialplan.
func (l legs) endpoint(o desk.LegOrder) (string, error) {
	var number string
	var err error
	switch {
	case o.Endpoint != "":
		return o.Endpoint, nil
	case o.Destination != "":
		if number = l.t.d.publisher.Current().Destinations[o.Destination]; number == "" {
			return "", fmt.Errorf("the destination %q is no longer in line.yaml", o.Destination)
		}
	default:
		if number, err = envelope(l.t.d.config.HMAC).open(o.Number); err == nil {
			err = callable(l.t.d.config, number) // the settings may have changed
		}
	}
	return fmt.Sprintf(wayOut, number), err
}

func (l legs) Drop(ctx context.Context, leg string, elsewhere bool) error {
	return l.t.phone.DropLeg(ctx, leg, elsewhere)
}

func (l legs) Arrange(ctx context.Context, a desk.Arrangement) error {
	return l.t.phone.Arrange(ctx, pbx.Arrangement{
		Task: a.Task, Call: a.Call, Together: a.Together, Music: a.Music, Ring: a.Ring, Class: a.Class,
	})
}

// Number is sealed: the board keeps it until it is dialled.
func (l legs) Number(ctx context.Context, id string) (string, error) {
	number, err := l.t.phone.Number(ctx, id)
	if err != nil {
		return "", err
	}
	return sealCallable(l.t.d.config, number)
}

func (l legs) Known(ctx context.Context, task string, ids []string) (map[string]desk.LegState, error) {
	found, err := l.t.phone.Legs(ctx, task, ids)
	states := make(map[string]desk.LegState, len(found))
	for id, state := range found {
		states[id] = desk.LegState(state)
	}
	return states, err
}

// legChanged brings what happened to a leg to the desk.
func (t *tenancy) legChanged(e pbx.LegEvent) {
	t.d.desk.LegChanged(t.d.slotName(t.app), desk.LegEvent{
		ID: e.ID, Task: e.Task, Up: e.Up, Ended: e.Ended, Cause: desk.LegCause(e.Cause),
	})
}

// claimsLeg tells whether a leg belongs to a task, so that it is no orphan.
func (t *tenancy) claimsLeg(leg string) bool {
	for id := range t.d.desk.Floor().Tasks {
		if strings.HasPrefix(leg, id+"-") {
			return true
		}
	}
	return false
}

// waitingRoom is the desk as the calls of a slot see it.
type waitingRoom struct{ t *tenancy }

func (w waitingRoom) slot() string { return w.t.d.slotName(w.t.app) }

func (w waitingRoom) Enqueue(ctx context.Context, c *ivr.Call, e ivr.Enqueue) error {
	err := w.t.d.desk.Enqueue(ctx, w.slot(), c, e)
	if err == nil && !c.Visit.Queued {
		wait := w.t.d.publisher.World(time.Now()).Queues[e.Queue].MaxWait
		w.t.phone.Limit(c.ID, wait+w.t.d.config.Asterisk.AbsoluteTimeout)
	}
	return err
}

func (w waitingRoom) LeaveQueue(ctx context.Context, id string, why ivr.LeaveReason) error {
	return w.t.d.desk.LeaveQueue(ctx, id, why)
}

func (w waitingRoom) Callback(ctx context.Context, c *ivr.Call, e ivr.Callback) error {
	sealed, err := sealCallable(w.t.d.config, e.Number)
	if err != nil {
		return err
	}
	e.Number = sealed
	return w.t.d.desk.Callback(ctx, w.slot(), c, e)
}

var _ call.Desk = waitingRoom{}
