package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"infolinia/ivr"
)

// Enqueue puts a call of a slot into a queue; QueueChanged follows. Again, it only
// makes the desk say once more where the call stands. An error: it is not in the
// queue, and nothing follows.
func (d *Desk) Enqueue(ctx context.Context, slot string, c *ivr.Call, e ivr.Enqueue) error {
	if d.Floor().Tasks[e.ID] == nil {
		return d.ask(ctx, slot, Enter{ID: e.ID, Call: c.ID, Slot: slot, Queue: e.Queue, Lang: c.Lang, Caller: c.Caller})
	}
	d.inbox.post(&job{do: func() {
		s, t := d.stays[e.ID], d.shown.Tasks[e.ID]
		if s != nil && t != nil {
			s.sayAgain(placeOf(d.shown, d.worldNow(), t))
		}
	}})
	return nil
}

// patience is how long a caller is not refused for a store that is away: most often it
// only stumbles.
const patience = time.Second

// ask is do for what is refused while the store is away.
func (d *Desk) ask(ctx context.Context, slot string, in Input) error {
	enough := time.After(patience)
	for {
		err := d.do(ctx, slot, in)
		if !errors.Is(err, RefusedDetached) {
			return err
		}
		select {
		case <-time.After(pollEvery):
		case <-enough:
			return err
		case <-ctx.Done():
			return err
		case <-d.over:
			return err
		}
	}
}

// LeaveQueue takes a task out; nothing follows.
func (d *Desk) LeaveQueue(ctx context.Context, id string, why ivr.LeaveReason) error {
	slot := ""
	if t := d.Floor().Tasks[id]; t != nil {
		slot = t.Slot
	}
	return d.do(ctx, slot, Leave{ID: id, Reason: why})
}

// Callback asks that the caller of a slot is called back; ServiceDone follows. An
// error: he is not going to be, as ErrNoNumber, or a Refusal.
func (d *Desk) Callback(ctx context.Context, slot string, c *ivr.Call, e ivr.Callback) error {
	number, err := d.numberOf(ctx, slot, c.ID, e.Number)
	if err != nil {
		return err
	}
	err = d.ask(ctx, slot, AskCallback{
		ID: e.ID, Slot: slot, Queue: e.Queue, Lang: c.Lang, Number: number, Place: e.Place, Caller: c.Caller,
	})
	if err != nil {
		return err
	}
	d.tell(slot, c.ID, ivr.ServiceDone{ID: e.ID})
	return nil
}

// numberOf is the number given, else the caller's own.
func (d *Desk) numberOf(ctx context.Context, slot, call, given string) (string, error) {
	if given != "" {
		return given, nil
	}
	phone := d.phone(slot)
	if phone == nil {
		return "", ErrNoNumber
	}
	number, err := phone.Number(ctx, call)
	if err != nil {
		return "", fmt.Errorf("ask for the number of %s: %w", call, err)
	}
	if number == "" {
		return "", ErrNoNumber
	}
	return number, nil
}
