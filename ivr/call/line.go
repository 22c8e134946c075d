package call

import (
	"context"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"infolinia/ivr"
	"infolinia/ivr/flow"
)

// Needs are what live calls stand on.
type Needs struct {
	Phone    Switch
	Player   Player
	Recorder Recorder
	Dialler  Dialler
	Witness  Witness
	Voice    Voice
	Keeper   Keeper
	Reports  Reports
	Lookups  Lookups
	Messages Messages
	Versions Versions
	// Desk is asked for agents; nil: there are none.
	Desk Desk
	// Caller makes of a number what may be kept of it; empty: withheld.
	Caller func(number string) ivr.Caller
	// Gate is asked about each new caller; nil: all are let in.
	Gate *Gate
	// Metrics count for all lines of this process; nil: for this one alone.
	Metrics *Metrics
	Log     zerolog.Logger
}

// Line runs all live calls of a slot. Its methods may be called by many
// goroutines and never block.
type Line struct {
	phone    Switch
	player   Player
	recorder Recorder
	dialler  Dialler
	witness  Witness
	voice    Voice
	keeper   Keeper
	reports  Reports
	lookups  Lookups
	messages Messages
	versions Versions
	desk     Desk
	caller   func(string) ivr.Caller
	gate     *Gate
	log      zerolog.Logger
	metrics  *Metrics
	told     told

	mu     sync.Mutex
	calls  map[string]*actor
	saved  map[string]ivr.Call // restored, their channel has not been named yet
	away   time.Duration       // how long nobody looked after them
	closed bool
	actors sync.WaitGroup
	work   sync.WaitGroup // what runs beside the actors
	life   context.Context
	end    context.CancelFunc
}

// New makes a line without calls.
func New(n Needs) *Line {
	l := &Line{
		phone: n.Phone, player: n.Player, recorder: n.Recorder, dialler: n.Dialler, witness: n.Witness,
		voice: n.Voice, keeper: n.Keeper, reports: n.Reports, lookups: n.Lookups, messages: n.Messages,
		versions: n.Versions, desk: n.Desk, caller: n.Caller, gate: n.Gate, log: n.Log,
		metrics: n.Metrics, told: newTold(), calls: map[string]*actor{}, saved: map[string]ivr.Call{},
	}
	if l.metrics == nil {
		l.metrics = NewMetrics(l.Live)
	}
	l.life, l.end = context.WithCancel(context.Background())
	return l
}

// Live is the number of calls at this moment.
func (l *Line) Live() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.calls)
}

// Run saves the calls that are behind, each second, until ctx ends; then it
// lets go of all calls and waits for what still runs beside them.
func (l *Line) Run(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			l.each(func(a *actor) {
				if a.dirty.Load() {
					a.mail.post(sweep{})
				}
			})
		case <-ctx.Done():
			l.LetGo()
			l.work.Wait()
			return
		}
	}
}

// Distrust tells that the store may have lost what it had acknowledged, as after a
// flush or a failover. All calls are written whole again, also those that wait; one
// whose state is still there is not written twice. saved are the live calls that the
// store has: one that is not here had ended, which the store has lost, and ends again.
func (l *Line) Distrust(saved []*ivr.Call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, a := range l.calls {
		a.mail.post(distrust{})
	}
	for _, c := range saved {
		_, waits := l.saved[c.ID]
		if l.calls[c.ID] == nil && !waits && !l.closed {
			l.takeUp(*c)
		}
	}
}

// leaveTime is how long calls that are let go have for what they were told.
const leaveTime = 2 * time.Second

// LetGo ends all calls here: they stay in Asterisk and in the store. Each works
// off what it was told and is saved, so that whoever takes it up lacks nothing.
// It returns when all are, at the latest after leaveTime.
func (l *Line) LetGo() {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	late := time.AfterFunc(leaveTime, l.end)
	defer late.Stop()
	l.each(func(a *actor) { a.mail.post(leave{}) })
	l.actors.Wait()
	l.end()
}

// Restore takes over the saved calls of the slot, which nobody has looked after
// for a while. Nothing a caller hears changes until their channels are named.
// Calls that have ended are given too: a process may have died before it could
// hang up.
func (l *Line) Restore(calls []*ivr.Call, away time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.away = away
	for _, c := range calls {
		l.saved[c.ID] = *c
	}
}

// Arrived begins a call: a new one, unless the gate is shut, a restored one whose
// channel is named now, or, when it was found in Asterisk, one that nobody knows
// and whose caller starts at the beginning.
func (l *Line) Arrived(id, number string, found bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	if a := l.calls[id]; a != nil {
		a.back = true
		return
	}
	if saved, ok := l.saved[id]; ok {
		delete(l.saved, id)
		l.takeUp(saved)
		return
	}
	if !found {
		if reason := l.gate.admit(); reason != Open {
			l.turnAway(id, reason)
			return
		}
	}
	program := l.versions.Current()
	a := l.actor(program, program.New(id, l.caller(number)))
	if found {
		a.log.Warn().Msg("a caller nobody knows is adopted")
		l.metrics.adopted.Inc()
	}
	l.start(a)
	a.mail.post(ivr.Arrived{})
}

// turnAway sends a new caller away: there is no call of his.
func (l *Line) turnAway(id string, reason Reason) {
	l.metrics.refused.WithLabelValues(string(reason)).Inc()
	l.beside(func() {
		if err := l.phone.Refuse(l.life, id); err != nil {
			l.log.Warn().Err(err).Str("call", id).Msg("a caller too many is not turned away yet")
		}
	})
}

// takeUp needs l.mu.
func (l *Line) takeUp(saved ivr.Call) {
	if saved.Ended {
		l.leaveAgain(saved)
		l.finish(saved)
		return
	}
	a := l.actor(l.programOf(saved), saved)
	a.saved = true
	l.start(a)
	a.mail.post(resume{l.away})
}

// finish repeats the last order of a call that has ended but whose caller is
// still there.
func (l *Line) finish(saved ivr.Call) {
	order := l.phone.Hangup
	switch saved.Outcome {
	case ivr.OutcomeError, ivr.OutcomeAbandoned: // given up as gone, and there all the same: he has got nothing yet
		order = l.phone.Fallback
	}
	l.beside(func() {
		if err := order(l.life, saved.ID); err != nil {
			l.log.Warn().Err(err).Str("call", saved.ID).Msg("call not closed")
		}
	})
}

// Input hands an input to its call; one for a call that is over does nothing.
func (l *Line) Input(id string, in ivr.Input) {
	l.mu.Lock()
	a := l.calls[id]
	l.mu.Unlock()
	if a != nil {
		a.mail.post(in)
	}
}

// Connected says that Asterisk is listened to again, after away (0: for the
// first time), and names all callers that are there; each has Arrived. Saved
// calls whose caller is gone are closed.
func (l *Line) Connected(live []string, away time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	for id, saved := range l.saved {
		delete(l.saved, id)
		if saved.Ended {
			l.leaveAgain(saved)
			continue
		}
		l.takeUp(saved) // it will be seen that its caller is gone, and what he left
	}
	if away == 0 {
		return
	}
	for _, id := range live {
		if a := l.calls[id]; a != nil {
			a.mail.post(resume{away})
		}
	}
}

// programOf is the version a call started with; when that is lost, the current
// one.
func (l *Line) programOf(saved ivr.Call) *flow.Program {
	if p := l.versions.Program(saved.Version); p != nil {
		return p
	}
	l.log.Error().Str("call", saved.ID).Str("version", saved.Version).Msg("the version of a call is lost: it goes on with the current one")
	return l.versions.Current()
}

func (l *Line) actor(program *flow.Program, c ivr.Call) *actor {
	return &actor{
		line: l, mail: newMailbox(), program: program, call: c,
		log:    l.log.With().Str("call", c.ID).Logger(),
		timers: map[string]*time.Timer{}, clips: map[string]bool{}, secret: map[string][]Clip{},
	}
}

// start needs l.mu.
func (l *Line) start(a *actor) {
	l.calls[a.call.ID] = a
	l.gate.entered()
	l.actors.Go(func() { a.run(l.life) })
}

func (l *Line) forget(a *actor) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.calls[a.call.ID] == a {
		delete(l.calls, a.call.ID)
	}
	if a.back && a.call.Ended {
		l.finish(a.call)
	}
}

// beside runs what may take time beside a call; Run waits for it at the end.
func (l *Line) beside(do func()) { l.work.Go(do) }

func (l *Line) each(do func(*actor)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, a := range l.calls {
		do(a)
	}
}
