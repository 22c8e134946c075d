package call_test

// The takeover protocol of doc.go as a state machine: two processes, one slot,
// one call. Each key of the caller makes a step, each step orders one effect.
//
//	key -> step -> save -> look -> request -> done at Asterisk
//
// Time passes in ticks; whatever may happen next is an action, and the search
// tries all of them in all orders. A process can crash or be stopped between any
// two of them, for any time; a stopped one goes on where it was, and what it
// knows of the lease and of the other one's has aged meanwhile.
//
// Left out: the store is there for both or for nobody (against one that is away
// for its holder alone, the holder's websocket must have spoken), and of a store
// that loses its data only the loss of the slot matters here.

const (
	leaseTicks = 2 // a lease, and how long a standby watches
	mostKeys   = 2
	never      = 255
	nobody     = 2
)

type role uint8

const (
	out     role = iota
	waiting      // has the events, asks for the lease
	serving
	closing // replaced: works off what it has, then lets go
)

type phase uint8

const (
	idle phase = iota
	saving
	looking // may I order?
	sent    // the request is on its way and cannot be taken back
)

type renewal uint8

const (
	none renewal = iota
	granted
	refused
	unanswered
)

// owner is a process. Ages are ticks, up to leaseTicks.
type owner struct {
	crashed, paused bool
	role            role
	replaced        bool  // the word of it waits in the socket
	buffer          uint8 // keys in its socket and mailbox
	epoch, seq      uint8
	phase           phase
	unsaved         bool // the step at hand was not saved: the store was away

	lease    uint8 // age of the renewal granted last, from its asking
	vain     uint8 // age of the renewal that was not answered last
	asked    renewal
	askedAge uint8

	watch  uint8 // how long the slot's beat was seen standing still
	looked bool  // since the last tick
}

// house is everything.
type house struct {
	owners  [2]owner
	socket  uint8 // who has the events
	away    bool  // the store does not answer
	known   bool  // the store knows the slot
	holder  uint8
	epoch   uint8
	freed   bool    // the holder released the slot
	beaten  [2]bool // the beat has changed since this one looked
	pressed uint8
	saved   uint8              // steps
	done    [mostKeys + 1]bool // effects Asterisk has performed, by id
	flying  uint8              // an effect whose request nobody waits for
	trouble bool               // something went wrong: keys may be lost, effects repeated
	left    budget
}

// budget is what may still happen.
type budget struct{ keys, handOvers, leases, crashes, restarts, pauses, aways, losses uint8 }

// rules are what keeps the promises; each can be left out.
type rules struct {
	lookBeforeOrder   bool // an order needs the lease, or a store that does not answer
	countFromAsking   bool // a lease is as old as the asking for it, not as its answer
	silenceGrowsOld   bool // "the store does not answer" holds for the time of a lease
	unbroken          bool // and only when it was asked while the slot was ours
	longSilence       bool // and lasted longer than from one look of a standby to the next
	answeredThatLong  bool // a look that is not answered begins the watch anew
	gapsCount         bool // so does a time without a look
	absenceIsWatched  bool // a slot that the store has lost is not taken at once
	sameBeat          bool // and none whose beat is no longer the one watched
	saveChecksEpoch   bool
	saveBeforePerform bool
	socketFirst       bool // a taker has the events before he asks for the lease
	waitForRelease    bool // he takes no lease that is held
	workOff           bool // the replaced one steps and saves what it has
	requestsBack      bool // and waits for its requests
	standBack         bool // and then leaves the slot to the other one
	askWhatIsDone     bool // the taker orders nothing that Asterisk knows by its id
}

var allRules = rules{true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true}

type action uint8

const (
	tick action = iota
	storeBack
	storeAway
	slotLost
	press
	lands
	crash
	restart
	pause
	revive
	look
	opensPlanned
	opens
	acquires
	readsReplaced
	asksRenewal
	renewalBack
	works
	savesWhole
	releases
)

var names = [...]string{"tick", "the store is back", "the store is away", "the store loses the slot", "a key", "a request lands",
	"crash", "restart", "pause", "revive", "looks", "opens a websocket for a hand-over", "opens a websocket", "takes the lease",
	"reads that it is replaced", "asks for a renewal", "a renewal comes back", "works", "saves the whole", "releases"}

// next are all houses that can follow; broken says which promise did not hold
// on the way.
func (r *rules) next(h *house, visit func(what action, who int, n house, broken string)) {
	r.surroundings(h, visit)
	for i := range h.owners {
		o, n := &h.owners[i], *h
		p := &n.owners[i]
		switch {
		case o.crashed:
			if h.left.restarts > 0 {
				n.left.restarts--
				*p = owner{lease: never, vain: never, watch: never}
				visit(restart, i, n, "")
			}
			continue
		case h.left.crashes > 0:
			n.left.crashes--
			n.trouble = true
			*p = owner{crashed: true}
			if h.socket == uint8(i) {
				n.socket = nobody
			}
			if o.phase == sent {
				n.flying = o.seq
			}
			visit(crash, i, n, "")
		}
		if o.paused {
			n = *h
			p.paused = false
			visit(revive, i, n, "")
			continue
		}
		if h.left.pauses > 0 {
			n = *h
			n.left.pauses--
			n.trouble = true
			p.paused = true
			visit(pause, i, n, "")
		}
		r.standby(h, i, visit)
		if o.role == serving || o.role == closing {
			r.lease(h, i, visit)
			r.work(h, i, visit)
		}
	}
}

func (r *rules) surroundings(h *house, visit func(action, int, house, string)) {
	n := *h
	for i := range n.owners {
		n.owners[i].grow(r)
	}
	visit(tick, nobody, n, "")
	n = *h
	if h.away {
		n.away = false
		visit(storeBack, nobody, n, "")
	} else if h.left.aways > 0 {
		n.away = true
		n.left.aways--
		n.trouble = true
		visit(storeAway, nobody, n, "")
	}
	if h.left.losses > 0 && h.known && !h.away {
		n = *h
		n.left.losses--
		n.trouble = true
		n.known, n.freed, n.beaten = false, false, [2]bool{true, true}
		visit(slotLost, nobody, n, "")
	}
	if h.left.keys > 0 {
		n = *h
		n.left.keys--
		n.pressed++
		if h.socket != nobody {
			n.owners[h.socket].buffer++
		}
		visit(press, nobody, n, "")
	}
	if h.flying > 0 {
		n = *h
		broken := ""
		if h.done[h.flying] && !h.trouble {
			broken = "an effect is ordered twice"
		}
		n.done[h.flying], n.flying = true, 0
		visit(lands, nobody, n, broken)
	}
}

// grow lets a process get older by a tick, whether it runs or not.
func (o *owner) grow(r *rules) {
	older := func(age *uint8) {
		if *age != never {
			*age = min(*age+1, leaseTicks)
		}
	}
	if o.role == serving || o.role == closing {
		older(&o.lease)
		older(&o.vain)
		if o.asked != none {
			older(&o.askedAge)
		}
	}
	older(&o.watch)
	if !o.looked && r.gapsCount {
		o.watch = never
	}
	o.looked = false
}

// standby is what a process does that wants the slot.
func (r *rules) standby(h *house, i int, visit func(action, int, house, string)) {
	o, n := &h.owners[i], *h
	p := &n.owners[i]
	if o.role != out && o.role != waiting {
		return
	}
	r.watch(h, &n, i)
	visit(look, i, n, "")
	stoodStill := o.watch == leaseTicks && o.watch != never
	n = *h
	other := &h.owners[1-i]
	free := h.known && (h.freed && (int(h.holder) != i || !r.standBack) || !h.freed && int(h.holder) == i) || !h.known && !r.absenceIsWatched
	n.trouble = h.trouble || stoodStill && !free
	silent := stoodStill && (o.role == out || !r.sameBeat || !h.beaten[i])
	switch {
	case o.role == out && h.left.handOvers > 0 && other.role == serving && h.socket == uint8(1-i):
		n.trouble = h.trouble
		n.left.handOvers--
		r.open(&n, i)
		visit(opensPlanned, i, n, "")
	case o.role == out && (free || silent):
		r.open(&n, i)
		visit(opens, i, n, "")
	case o.role == waiting && o.replaced:
		broken := ""
		if o.buffer > 0 && !h.trouble {
			broken = "a key is lost with a taker who is replaced"
		}
		*p = owner{lease: never, vain: never, watch: o.watch, looked: o.looked}
		visit(readsReplaced, i, n, broken)
	case o.role == waiting && !h.away && h.left.leases > 0 && (free || silent || h.freed || !r.waitForRelease):
		broken := r.acquire(h, &n, i)
		visit(acquires, i, n, broken)
	}
}

// watch is a look at the slot's beat.
func (r *rules) watch(h, n *house, i int) {
	p := &n.owners[i]
	p.looked = true
	switch {
	case h.away && !r.answeredThatLong:
	case h.away:
		p.watch = never
	case h.beaten[i], p.watch == never:
		p.watch, n.beaten[i] = 0, false
	}
}

func (r *rules) open(n *house, i int) {
	n.owners[i].role = waiting
	if r.socketFirst {
		n.connect(i)
	} else if other := &n.owners[1-i]; other.role == serving {
		other.replaced = true // is asked to let go
	}
}

func (n *house) connect(i int) {
	if n.socket == uint8(1-i) {
		n.owners[1-i].replaced = true
	}
	n.socket = uint8(i)
}

func (r *rules) acquire(h, n *house, i int) (broken string) {
	if !r.socketFirst {
		n.connect(i)
	}
	n.holder, n.known, n.freed = uint8(i), true, false
	n.beaten[1-i] = true
	n.epoch++
	n.left.leases--
	o := &h.owners[i]
	n.owners[i] = owner{role: serving, replaced: o.replaced, buffer: o.buffer, epoch: n.epoch, seq: h.saved, vain: never, watch: never}
	if h.saved > 0 && (!h.done[h.saved] || !r.askWhatIsDone) {
		n.owners[i].phase = looking
	}
	if !n.trouble && h.saved+o.buffer != h.pressed {
		broken = "a key is lost in a hand-over"
	}
	return broken
}

// plain forgets what makes no difference any more, so that less has to be tried.
func (h *house) plain(r *rules) {
	for i := range h.owners {
		o := &h.owners[i]
		if o.role != out && o.role != waiting || o.crashed {
			h.beaten[i] = true
		}
		if o.vain == leaseTicks && r.silenceGrowsOld {
			o.vain = never
		}
		if o.asked == refused {
			o.askedAge = 0
		}
		if o.phase != looking {
			o.unsaved = false
		}
		if o.watch == never {
			h.beaten[i] = true
		}
	}
}
