package call

import (
	"context"
	"sync"
	"time"

	"infolinia/ivr"
)

// How long the desk has for an order, and how long a call's leaving is ordered
// again when it has not taken it.
const (
	deskTime  = 2 * time.Second
	leaveFor  = time.Minute
	deskPause = 2 * time.Second
)

// errands are what a call orders of the desk. They are carried out beside the
// call, which never waits for them, but one after the other: who leaves a queue
// must not overtake himself as he enters it.
type errands struct {
	mu   sync.Mutex
	todo []errand
	busy bool
	over bool // the call is not here any more
}

// errand is an order with the call as it stood.
type errand struct {
	call  ivr.Call
	order ivr.Effect
}

// toDesk orders something of the desk.
func (a *actor) toDesk(order ivr.Effect) {
	if a.line.desk == nil {
		a.refuse(order)
		return
	}
	a.errands.mu.Lock()
	defer a.errands.mu.Unlock()
	a.errands.todo = append(a.errands.todo, errand{a.call, order})
	if !a.errands.busy {
		a.errands.busy = true
		a.line.beside(a.runErrands)
	}
}

func (a *actor) runErrands() {
	for {
		e, ok := a.errands.next()
		if !ok {
			return
		}
		a.carryOut(e)
	}
}

func (x *errands) next() (errand, bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.todo) == 0 {
		x.busy = false
		return errand{}, false
	}
	e := x.todo[0]
	x.todo = x.todo[1:]
	return e, true
}

// superseded tells whether it does not matter any more where the call stands.
func (x *errands) superseded() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.over || len(x.todo) > 0
}

func (x *errands) end() {
	x.mu.Lock()
	x.over = true
	x.mu.Unlock()
}

// carryOut gives one order to the desk. A caller whom the desk does not let in is
// told at once. One who has his place already keeps it, and is asked about again;
// one who leaves is not to be rung for, so that is said again too.
func (a *actor) carryOut(e errand) {
	switch order := e.order.(type) {
	case ivr.Enqueue:
		if !e.call.Visit.Queued {
			if a.tell(e) != nil {
				a.mail.post(ivr.QueueChanged{ID: order.ID, State: ivr.QueueFailed})
			}
			return
		}
		a.insist(e, a.errands.superseded)
	case ivr.Callback:
		if a.tell(e) != nil {
			a.mail.post(ivr.ServiceDone{ID: order.ID, Refused: true})
		}
	case ivr.LeaveQueue:
		until := time.Now().Add(leaveFor)
		a.insist(e, func() bool { return time.Now().After(until) })
	}
}

// insist repeats an order until the desk takes it, or it is enough.
func (a *actor) insist(e errand, enough func() bool) {
	for a.tell(e) != nil && !enough() {
		select {
		case <-a.line.life.Done(): // whoever takes the call up orders it again
			return
		case <-time.After(deskPause):
		}
	}
}

func (a *actor) tell(e errand) error {
	ctx, cancel := context.WithTimeout(a.line.life, deskTime)
	defer cancel()
	err := a.line.order(ctx, &e.call, e.order)
	if err != nil {
		log := a.log.Sample(&a.line.told.orders)
		log.Warn().Err(err).Str("node", e.call.Node).Type("order", e.order).Msg("the desk did not take an order")
	}
	return err
}

// order gives an order to the desk.
func (l *Line) order(ctx context.Context, c *ivr.Call, order ivr.Effect) error {
	switch e := order.(type) {
	case ivr.Enqueue:
		return l.desk.Enqueue(ctx, c, e)
	case ivr.LeaveQueue:
		return l.desk.LeaveQueue(ctx, e.ID, e.Reason)
	case ivr.Callback:
		return l.desk.Callback(ctx, c, e)
	}
	return nil
}

// leaveAgain repeats that a call which has ended left its queue: its process may
// have died before it could say so.
func (l *Line) leaveAgain(ended ivr.Call) {
	if l.desk == nil || ended.Left.ID == "" {
		return
	}
	l.beside(func() {
		ctx, cancel := context.WithTimeout(l.life, deskTime)
		defer cancel()
		if err := l.order(ctx, &ended, ended.Left); err != nil {
			l.log.Warn().Err(err).Str("call", ended.ID).Msg("the desk was not told that a call had left its queue")
		}
	})
}
