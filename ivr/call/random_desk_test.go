package call_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"infolinia/ivr"
)

var errRefused = errors.New("the desk refuses")

// desk is the desk of a run. It outlives the processes, as the real one's board
// does, answers, ends, loses and offers again at random, and tells whoever holds
// the slot. What a call orders of it goes through deskOf.
type desk struct {
	w      *world
	mu     sync.Mutex
	places map[string]*place
	owed   map[string]string // calls back taken, by id: the call
	over   chan struct{}
	silent bool // it does not answer
	still  bool // nothing happens by itself
}

// place is a caller's place in a queue.
type place struct {
	id, call string
	state    ivr.QueueState
	position int
	left     ivr.LeaveReason // of who has left
	talks    int             // times he was connected
	again    bool            // he was let in again after he had left
}

// What a place comes to without an agent, beyond the states that calls are told.
const (
	placeLeft   ivr.QueueState = "left"
	placeCalled ivr.QueueState = "called back"
)

func (p *place) open() bool { return p.state == ivr.QueueWaiting || p.state == ivr.QueueConnected }

// tell tells a call where it stands.
func (d *desk) tell(call string, in ivr.Input) {
	d.w.mu.Lock()
	holder := d.w.holding
	d.w.mu.Unlock()
	d.w.tracef("the desk tells %s: %+v", call, in)
	if holder == nil || holder.gate.killed() {
		return // whoever takes the call up asks
	}
	if line := holder.calls(); line != nil {
		line.Input(call, in)
	}
}

func (d *desk) say(p *place) {
	in := ivr.QueueChanged{ID: p.id, State: p.state, Position: p.position, Wait: time.Duration(p.position) * time.Minute}
	if p.state == placeLeft || p.state == placeCalled {
		in.State = ivr.QueueFailed
	}
	d.tell(p.call, in)
}

// enter lets a caller in, or says again where he stands.
func (d *desk) enter(call, id string) {
	d.mu.Lock()
	p := d.places[id]
	fresh := p == nil
	r := d.w.trouble.dice.of("place " + id)
	if fresh {
		p = &place{id: id, call: call, state: ivr.QueueWaiting, position: 1 + r.IntN(4)}
		if r.IntN(10) == 0 && !d.still {
			p.state = []ivr.QueueState{ivr.QueueClosed, ivr.QueueFull, ivr.QueueUnavailable}[r.IntN(3)]
		}
		d.places[id] = p
	}
	p.again = p.again || p.state == placeLeft
	d.say(p)
	d.mu.Unlock()
	if fresh && !d.still {
		go d.live(p, r)
	}
}

// live is what happens to a place, until a talk has come to its end or nobody is
// there any more. A place whose call does not name it stays as it is: it is to be
// left.
func (d *desk) live(p *place, r *rand.Rand) {
	const changes, patience = 6, 60
	for n, forgotten := 0, 0; forgotten < patience; {
		select {
		case <-d.over:
			return
		case <-time.After(time.Duration(r.ExpFloat64() * float64(6*time.Second))):
		}
		if !d.names(p) {
			forgotten++
			continue
		}
		d.mu.Lock()
		talks := p.state == ivr.QueueConnected
		switch {
		case n < changes && p.open():
			d.change(p, r)
		case talks:
			p.state = ivr.QueueEnded
			d.say(p)
		}
		n++
		over := !p.open() || n > changes && !talks // then he waits until he leaves
		d.mu.Unlock()
		if over {
			return
		}
	}
}

// names tells whether the saved call says that it has the place. A store that was
// flushed says nothing.
func (d *desk) names(p *place) bool {
	mem, _ := d.w.store()
	saved, err := mem.Load(context.Background(), p.call)
	return err != nil || saved == nil || !saved.Ended && saved.Visit.Stay.ID == p.id
}

func (d *desk) change(p *place, r *rand.Rand) {
	chance := r.IntN(10)
	switch {
	case p.state == ivr.QueueConnected && chance < 2: // said again, as after a takeover
	case p.state == ivr.QueueConnected && chance < 5: // the agent's leg is lost
		p.state, p.position = ivr.QueueWaiting, 1
	case p.state == ivr.QueueConnected:
		p.state = ivr.QueueEnded
	case chance < 4:
		p.position = max(1, p.position-1)
	case chance < 8:
		p.state = ivr.QueueConnected
		p.talks++
	case chance < 9:
		p.state = ivr.QueueUnavailable
	default: // it closes, and offers a call back
		d.tell(p.call, ivr.QueueChanged{ID: p.id, State: ivr.QueueCallback})
		return
	}
	d.say(p)
}

// deskOf is the desk as a process reaches it.
type deskOf struct{ p *process }

func (d deskOf) Enqueue(ctx context.Context, c *ivr.Call, e ivr.Enqueue) error {
	d.p.w.ordered(d.p, c.ID, e.ID)
	return d.faulty(ctx, c.ID, e.ID, func(x *desk) error { x.enter(c.ID, e.ID); return nil })
}

func (d deskOf) LeaveQueue(ctx context.Context, id string, why ivr.LeaveReason) error {
	call, _ := callOf(id)
	return d.faulty(ctx, call, "leave "+id, func(x *desk) error {
		x.mu.Lock()
		defer x.mu.Unlock()
		if p := x.places[id]; p != nil && p.open() {
			p.state, p.left = placeLeft, why
		}
		return nil
	})
}

func (d deskOf) Callback(ctx context.Context, c *ivr.Call, e ivr.Callback) error {
	d.p.w.ordered(d.p, c.ID, e.ID)
	return d.faulty(ctx, c.ID, e.ID, func(x *desk) error {
		x.mu.Lock()
		defer x.mu.Unlock()
		if _, taken := x.owed[e.ID]; !taken {
			p := x.places[e.Place]
			if p == nil || p.state != ivr.QueueWaiting || x.w.trouble.dice.of("refuse "+e.ID).IntN(5) == 0 {
				return errRefused
			}
			p.state = placeCalled
			x.owed[e.ID] = c.ID
		}
		x.tell(c.ID, ivr.ServiceDone{ID: e.ID})
		return nil
	})
}

// faulty is an order through everything that can be in its way. One of a process
// that has lost the slot is not taken.
func (d deskOf) faulty(ctx context.Context, call, what string, do func(*desk) error) error {
	p, w := d.p, d.p.w
	if err := p.gate.pass(); err != nil {
		return err
	}
	w.desk.mu.Lock()
	silent := w.desk.silent
	w.desk.mu.Unlock()
	if silent || !w.storeAnswers() {
		w.blame(call)
		<-ctx.Done()
		return errAway
	}
	w.mu.Lock()
	fenced := w.holding != p
	w.mu.Unlock()
	if fenced {
		return errRefused
	}
	w.tracef("%s asks the desk: %s", p.name, what)
	roll, x := w.trouble.dice.of("desk "+what), w.trouble
	if x.lasts() {
		switch chance := roll.Float64(); {
		case chance < x.saveFails:
			w.blame(call)
			return errAway
		case chance < x.saveFails+x.saveLost: // done, but nobody hears of it
			w.blame(call)
			_ = do(w.desk)
			<-ctx.Done()
			return errAway
		case chance < x.saveFails+x.saveLost+x.saveSlow:
			time.Sleep(time.Duration(roll.ExpFloat64() * float64(100*time.Millisecond)))
		}
	}
	return do(w.desk)
}

// judgePlaces: nobody who has gone is left in a queue or in a talk.
func (w *world) judgePlaces() {
	w.desk.mu.Lock()
	defer w.desk.mu.Unlock()
	for _, p := range w.desk.places {
		if c := w.byID[p.call]; p.open() && !c.lost && !c.flushed {
			w.wrong("%s: the desk still has its place %s, %s", p.call, p.id, p.state)
		}
	}
}

// judgeDesk: what the call says of its talks and calls back is what the desk has
// done, and who has left said why.
func (w *world) judgeDesk(c *caller, path []ivr.Event) {
	counts := map[string]int{}
	byCaller, pressedStar := false, false
	for _, e := range path {
		counts[e.Event]++
		byCaller = byCaller || e.Event == "end" && e.By == "caller"
		pressedStar = pressedStar || e.Event == "key" && e.Digit == "*"
	}
	talks, owed := 0, 0
	for _, call := range w.desk.owed {
		if call == c.ID {
			owed++
		}
	}
	for _, p := range w.desk.places {
		if p.call != c.ID {
			continue
		}
		talks += p.talks
		wrongly := p.left == ivr.LeftByHangup && !byCaller || p.left == ivr.LeftByKey && !pressedStar
		switch {
		case p.again:
			w.wrong("%s: let in again by %s, after it had left", c.ID, p.id)
		case wrongly, p.state == placeLeft && !slices.Contains(leaveReasons, p.left):
			w.wrong("%s: left %s for %q", c.ID, p.id, p.left)
		}
	}
	if counts["connect"] > talks || counts["callback"] > owed {
		w.wrong("%s: %d talks and %d calls back on the path, the desk knows of %d and %d", c.ID, counts["connect"], counts["callback"], talks, owed)
	}
}

var leaveReasons = []ivr.LeaveReason{ivr.LeftByHangup, ivr.LeftByKey, ivr.LeftByTimeout, ivr.LeftForFailure}
