package call_test

import (
	"slices"
	"testing"
)

// The takeover protocol as a state machine: two processes, one slot, one call
// whose steps each order one effect. Time passes in ticks; whatever may happen
// next is an action, and the search below tries all of them in all orders.
//
//	step -> save -> look -> request -> done at Asterisk
//
// A process can crash or be stopped between any two of these, for any time, and
// goes on where it was. What it knows of the lease ages meanwhile. The store is
// there for both or for nobody; against one that is away for its holder alone,
// the holder's websocket must have spoken, which is not part of the model.

const (
	leaseTicks = 2 // a lease, and how long the store must have answered before a takeover
	effects    = 2
)

type phase uint8

const (
	idle phase = iota
	saving
	looking // may I order?
	sent    // the request is on its way and cannot be taken back
)

// owner is a process. Ages are ticks, up to leaseTicks.
type owner struct {
	crashed, paused bool
	serves          bool // has the calls in memory
	epoch, seq      uint8
	phase           phase
	unsaved         bool // the step at hand was not saved: the store was away

	lease    uint8 // age of the renewal granted last, from its asking
	vain     uint8 // age of the renewal that was not answered last
	asked    renewal
	askedAge uint8
	replaced bool // the word of it waits in the socket
}

type renewal uint8

const (
	none renewal = iota
	granted
	refused
	unanswered
)

// house is everything.
type house struct {
	owners    [2]owner
	away      bool  // the store does not answer
	answered  uint8 // how long it has, without a break
	holder    uint8
	left      uint8 // of the lease, in the store
	epoch     uint8
	saved     uint8             // steps
	done      [effects + 1]bool // effects Asterisk has performed, by id
	crashes   uint8             // what may still happen
	pauses    uint8
	aways     uint8
	takeovers uint8
}

// rules are what keeps the promise; each can be left out.
type rules struct {
	lookBeforeOrder   bool // an order needs the lease, or a store that does not answer
	countFromAsking   bool // a lease is as old as the asking for it, not as its answer
	silenceGrowsOld   bool // "the store does not answer" holds for the time of a lease
	unbroken          bool // and only when it was asked while the slot was ours
	answeredThatLong  bool // takeover needs a store that has answered for a lease
	saveChecksEpoch   bool
	saveBeforePerform bool
}

var allRules = rules{true, true, true, true, true, true, true}

func (r rules) ours(o owner) bool {
	return !r.lookBeforeOrder || o.lease < leaseTicks || o.vain < leaseTicks || !r.silenceGrowsOld && o.vain != never
}

const never = 255

// next are all houses that can follow, with what happened; broken says which
// promise did not hold on the way.
func (r rules) next(h house, visit func(what string, h house, broken string)) {
	r.surroundings(h, visit)
	for i := range h.owners {
		o := h.owners[i]
		if o.crashed {
			continue
		}
		if h.crashes > 0 {
			n := h
			n.crashes--
			n.owners[i] = owner{crashed: true}
			visit("crash", n, "")
		}
		if o.paused {
			n := h
			n.owners[i].paused = false
			visit("revive", n, "")
			continue
		}
		if h.pauses > 0 {
			n := h
			n.pauses--
			n.owners[i].paused = true
			visit("pause", n, "")
		}
		r.lease(h, i, visit)
		if o.serves {
			r.work(h, i, visit)
		}
	}
}

func (r rules) surroundings(h house, visit func(string, house, string)) {
	n := h
	n.answered = min(n.answered+1, leaseTicks)
	n.left -= min(n.left, 1)
	for i := range n.owners {
		o := &n.owners[i]
		if !o.serves {
			continue
		}
		for _, age := range []*uint8{&o.lease, &o.vain, &o.askedAge} {
			if *age != never && (age != &o.askedAge || o.asked != none) {
				*age = min(*age+1, leaseTicks)
			}
		}
	}
	if h.away {
		n.answered = 0
	}
	visit("tick", n, "")
	n = h
	if h.away {
		n.away, n.answered = false, 0
		visit("the store is back", n, "")
	} else if h.aways > 0 {
		n.away, n.answered = true, 0
		n.aways--
		visit("the store is away", n, "")
	}
}

// lease is what a process does about the slot and its websocket.
func (r rules) lease(h house, i int, visit func(string, house, string)) {
	o, n := h.owners[i], h
	p := &n.owners[i]
	switch {
	case o.asked != none:
		switch o.asked {
		case granted:
			p.lease = o.askedAge
			if !r.countFromAsking {
				p.lease = 0
			}
		case refused:
			*p = owner{}
		case unanswered:
			p.vain = o.askedAge
		}
		p.asked, p.askedAge = none, 0
		visit("a renewal comes back", n, "")
	case o.serves:
		p.askedAge, p.asked = 0, refused
		if h.away && (r.ours(o) || !r.unbroken) {
			p.asked = unanswered
		} else if h.away {
			p.asked = none
		} else if int(h.holder) == i && h.epoch == o.epoch {
			p.asked, n.left = granted, leaseTicks
		}
		visit("asks for a renewal", n, "")
	case !h.away && h.left == 0 && h.takeovers > 0 && (h.answered == leaseTicks || !r.answeredThatLong):
		n.holder, n.left = uint8(i), leaseTicks
		n.epoch++
		n.takeovers--
		if other := &n.owners[1-i]; other.serves {
			other.replaced = true
		}
		n.owners[i] = owner{serves: true, epoch: n.epoch, seq: h.saved, vain: never}
		if h.saved > 0 && !h.done[h.saved] { // by its id Asterisk does not know it
			n.owners[i].phase = looking
		}
		visit("takes over", n, "")
	}
	if o.serves && o.replaced {
		n = h
		p = &n.owners[i]
		*p = owner{}
		visit("reads that it is replaced", n, "")
	}
}

// work takes a call a phase further.
func (r rules) work(h house, i int, visit func(string, house, string)) {
	o, n, broken := h.owners[i], h, ""
	p := &n.owners[i]
	switch o.phase {
	case idle:
		if o.seq == effects {
			return
		}
		p.seq++
		p.phase, p.unsaved = saving, false
		if !r.saveBeforePerform {
			p.phase = looking
		}
	case saving:
		p.phase = looking
		switch {
		case h.away:
			p.unsaved = true
		case r.saveChecksEpoch && h.epoch > o.epoch:
			*p = owner{}
		default:
			if h.epoch != o.epoch {
				broken = "a fenced owner writes"
			}
			n.saved = max(h.saved, o.seq)
		}
	case looking:
		if !r.ours(o) {
			return
		}
		switch {
		case !o.unsaved && h.saved < o.seq:
			broken = "performed before it was saved"
		case h.epoch > o.epoch:
			broken = "an order is decided on after another process took over"
		}
		p.phase = sent
	case sent:
		p.phase = idle
		n.done[o.seq] = true // one that is known by its id is refused
	}
	visit("works", n, broken)
}

// search tries everything; it gives the way to the first broken promise.
func (r rules) search() (states int, broken string, way []string) {
	type step struct {
		from house
		what string
	}
	first := house{answered: leaseTicks, left: leaseTicks, epoch: 1, crashes: 1, pauses: 1, aways: 1, takeovers: 2}
	first.owners[0] = owner{serves: true, epoch: 1, vain: never}
	seen := map[house]step{first: {}}
	queue := []house{first}
	for len(queue) > 0 && broken == "" {
		h := queue[0]
		queue = queue[1:]
		r.next(h, func(what string, n house, problem string) {
			if broken != "" {
				return
			}
			if problem != "" {
				broken = problem
				for at := h; at != first; at = seen[at].from {
					way = append(way, seen[at].what)
				}
				slices.Reverse(way)
				way = append(way, what)
			}
			if _, ok := seen[n]; !ok {
				seen[n] = step{h, what}
				queue = append(queue, n)
			}
		})
	}
	return len(seen), broken, way
}

func TestNoInterleavingOfTwoOwnersBreaksAPromise(t *testing.T) {
	states, broken, way := allRules.search()
	t.Logf("%d states", states)
	if broken != "" {
		t.Errorf("%s: %q", broken, way)
	}
}

// Each rule is needed: without it the search finds how a promise breaks.
func TestEachRuleOfTheTakeoverIsNeeded(t *testing.T) {
	for name, without := range map[string]func(*rules){
		"look before each order":        func(r *rules) { r.lookBeforeOrder = false },
		"count a lease from its asking": func(r *rules) { r.countFromAsking = false },
		"let silence grow old":          func(r *rules) { r.silenceGrowsOld = false },
		"an unbroken silence":           func(r *rules) { r.unbroken = false },
		"wait for a steady store":       func(r *rules) { r.answeredThatLong = false },
		"check the epoch":               func(r *rules) { r.saveChecksEpoch = false },
		"save before perform":           func(r *rules) { r.saveBeforePerform = false },
	} {
		t.Run(name, func(t *testing.T) {
			r := allRules
			without(&r)
			states, broken, way := r.search()
			if broken == "" {
				t.Errorf("nothing breaks in %d states", states)
			}
			t.Logf("%s: %q", broken, way)
		})
	}
}
