package call_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/call"
	"infolinia/ivr/pbx"
	"infolinia/ivr/store"
)

const (
	app        = "infolinia-1"
	leaseTime  = 6 * time.Second
	leaseRenew = 2 * time.Second
)

// process is one life of a daemon: a real Line and a real Phone.
type process struct {
	w     *world
	owner string // who holds the lease: the same for all lives of one machine
	name  string // of this life
	gate  *gate
	phone *pbx.Phone
	stays func() bool // it is not to take the slot now

	mu       sync.Mutex
	line     *call.Line // nil until the slot is ours
	slot     *store.Slot
	vain     time.Time           // when a renewal was asked for that was not answered
	gen      int                 // of the store that the slot is held in
	failed   map[string][]uint64 // steps that were not saved
	returned map[string]uint64   // last step of a call that went on
}

// live is a daemon from its start to its end: it waits until the slot is for it,
// has the events first, then the lease, then the calls.
func (p *process) live(ctx context.Context) {
	if !p.turn(ctx) {
		return
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var all sync.WaitGroup
	p.phone = pbx.New(pbx.Config{
		URL: p.w.ari.URL, User: p.name, App: app, RecordingDir: "/rec", Endpoint: "Local/%s@office/n", Log: p.w.log,
		Ours: p.ours,
		Dial: p.dial,
		Take: func(attempt context.Context) error {
			if !p.acquire(attempt) {
				return errAway
			}
			line := p.newLine()
			p.restore(ctx, line)
			p.mu.Lock()
			p.line = line
			p.mu.Unlock()
			all.Go(func() { defer stop(); line.Run(ctx) })
			all.Go(func() { defer stop(); p.renew(ctx) })
			return nil
		},
	}, handler{p})
	_ = p.phone.Run(ctx)
	if line := p.calls(); line != nil {
		line.LetGo()
	}
	stop()
	all.Wait()
	if slot := p.held(); slot != nil && p.gate.pass() == nil && p.w.storeAnswers() {
		free, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = slot.Release(free)
	}
}

func (p *process) newLine() *call.Line {
	return call.New(call.Needs{
		Phone: orders{p}, Player: orders{p}, Recorder: orders{p}, Dialler: orders{p}, Witness: orders{p},
		Voice: p.w.voice, Keeper: keeper{p}, Reports: reports{p}, Lookups: lookups{p}, Messages: messages{p},
		Desk:     deskOf{p},
		Versions: p.w.versions, Caller: func(string) ivr.Caller { return ivr.Caller{Known: true, HMAC: "k:1"} }, Log: p.w.log,
	})
}

func (p *process) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	if err := p.gate.pass(); err != nil {
		return nil, err
	}
	c, err := p.w.ari.Dial(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	p.gate.mu.Lock()
	defer p.gate.mu.Unlock()
	p.gate.conns = append(p.gate.conns, c)
	return &wire{Conn: c, gate: p.gate, closed: make(chan struct{})}, nil
}

// calls is nil until the slot is ours.
func (p *process) calls() *call.Line {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.line
}

// ours tells whether the process may order: while its lease is certain, or,
// when the store does not answer, while its websocket is.
func (p *process) ours() bool {
	p.mu.Lock()
	slot, vain := p.slot, p.vain
	p.mu.Unlock()
	return slot != nil && slot.Held() || time.Since(vain) < leaseTime && p.phone.Proven() < leaseTime
}

// renewable tells whether a lease that the store has lost may be written anew.
func (p *process) renewable() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.slot.Held() || time.Since(p.vain) < leaseTime
}

func (p *process) held() *store.Slot {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.slot
}

// watch is what a process has seen of the slot, by its own clock.
type watch struct {
	beat  int64
	since time.Time
}

// look looks at the slot as it stands: whether it is free, and whether its beat
// has stood still for the time of a lease, while the store answered.
func (p *process) look(ctx context.Context, seen *watch) (now store.Standing, silent, answers bool) {
	if p.gate.pass() != nil {
		return now, false, false
	}
	mem, _ := p.w.store()
	now, err := mem.Look(ctx, app)
	if err != nil || !p.w.storeAnswers() {
		*seen = watch{}
		return now, false, false
	}
	if seen.since.IsZero() || now.Beat != seen.beat {
		*seen = watch{now.Beat, time.Now()}
	}
	return now, time.Since(seen.since) >= leaseTime, true
}

// turn waits until the slot is for this process.
func (p *process) turn(ctx context.Context) bool {
	var seen watch
	for {
		now, silent, answers := p.look(ctx, &seen)
		own := p.w.lastOwner() == "" || now.Owner == p.owner && !now.Released
		given := now.Known() && now.Owner != p.owner && (now.Leaving || now.Released)
		if answers && (silent || !p.stays() && (own || given)) {
			return true
		}
		if !pauseFor(ctx, 250*time.Millisecond) {
			return false
		}
	}
}

// acquire asks for the lease until it is ours.
func (p *process) acquire(ctx context.Context) bool {
	if p.held() != nil {
		return true
	}
	var seen watch
	for {
		now, silent, answers := p.look(ctx, &seen)
		if !silent {
			now.Beat = 0
		}
		if answers && (silent || now.Known() || p.w.lastOwner() == "") {
			mem, gen := p.w.store()
			if slot, err := mem.Acquire(ctx, app, p.owner, leaseTime, now.Beat); err == nil {
				p.mu.Lock()
				p.slot, p.gen = slot, gen
				p.mu.Unlock()
				p.w.holds(p)
				return true
			}
		}
		if !pauseFor(ctx, 50*time.Millisecond) {
			return false
		}
	}
}

func pauseFor(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// leave lets another process have the slot, if there is one.
func (p *process) leave() {
	if slot := p.held(); slot != nil && p.w.storeAnswers() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = slot.Leave(ctx, true)
	}
}

// renew keeps the lease. In a store that has lost everything it is written
// again.
func (p *process) renew(ctx context.Context) {
	tick := time.NewTicker(leaseRenew)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if p.gate.pass() != nil {
			return
		}
		certain := p.renewable()
		if asked := time.Now(); !p.w.storeAnswers() {
			select {
			case <-ctx.Done():
			case <-time.After(leaseRenew):
			}
			if certain {
				p.mu.Lock()
				p.vain = asked
				p.mu.Unlock()
			}
			continue
		}
		mem, gen := p.w.store()
		p.mu.Lock()
		slot, old := p.slot, p.gen != gen
		p.mu.Unlock()
		if old && !p.renewable() {
			return
		}
		if old {
			again, err := mem.Acquire(ctx, app, p.owner, leaseTime, 0)
			if err != nil {
				return
			}
			p.mu.Lock()
			p.slot, p.gen = again, gen
			p.mu.Unlock()
			continue
		}
		if errors.Is(slot.Renew(ctx, leaseTime), store.ErrLost) {
			return
		}
	}
}

func (p *process) restore(ctx context.Context, line *call.Line) {
	mem, _ := p.w.store()
	live, err := p.held().Live(ctx)
	if err != nil {
		p.w.wrong("live calls: %v", err)
	}
	ended, err := mem.Recent(ctx, 100)
	if err != nil {
		p.w.wrong("ended calls: %v", err)
	}
	p.w.takenOver(append(live, ended...))
	line.Restore(append(live, ended...), p.held().Away)
	p.w.rescue(ctx, append(live, ended...))
}

// handler brings what happens in Asterisk to the calls.
type handler struct{ p *process }

func (h handler) Arrived(ch pbx.Channel)        { h.p.calls().Arrived(ch.CallID, ch.Number, ch.Found) }
func (h handler) Input(id string, in ivr.Input) { h.p.calls().Input(id, in) }
func (h handler) Connected(live []string, away time.Duration) {
	h.p.calls().Connected(live, away)
}
func (h handler) Lost()     {}
func (h handler) Replaced() {}

// orders reach Asterisk by the real Phone; what must be saved before is looked
// at on the way.
type orders struct{ p *process }

func (o orders) Answer(ctx context.Context, id string) error { return o.p.phone.Answer(ctx, id) }
func (o orders) Hangup(ctx context.Context, id string) error { return o.p.phone.Hangup(ctx, id) }
func (o orders) Fallback(ctx context.Context, id string) error {
	return o.p.phone.Fallback(ctx, id)
}
func (o orders) Refuse(ctx context.Context, id string) error { return o.p.phone.Refuse(ctx, id) }
func (o orders) MusicOnHold(ctx context.Context, id string, on bool, class string) error {
	return o.p.phone.MusicOnHold(ctx, id, on, class)
}

func (o orders) Play(ctx context.Context, id, effect string, clips []call.Clip) error {
	o.p.w.ordered(o.p, id, effect)
	files := make([]pbx.File, len(clips))
	for i, c := range clips {
		files[i] = pbx.File{Path: c.Path, Duration: c.Length}
	}
	return o.p.phone.PlayFiles(ctx, id, effect, files)
}

func (o orders) StopPlay(ctx context.Context, id, effect string) error {
	return o.p.phone.StopPlay(ctx, id, effect)
}

func (o orders) Record(ctx context.Context, id, effect string, most, silence time.Duration) error {
	o.p.w.ordered(o.p, id, effect)
	return o.p.phone.Record(ctx, id, effect, most, silence)
}

func (o orders) StopRecord(ctx context.Context, id, effect string) error {
	return o.p.phone.StopRecord(ctx, id, effect)
}

func (o orders) DiscardRecording(ctx context.Context, effect string) error {
	return o.p.phone.DiscardRecording(ctx, effect)
}

func (o orders) RecordingPath(effect string) string { return "/rec/" + effect }

func (o orders) Transfer(ctx context.Context, id, effect, number string) error {
	o.p.w.ordered(o.p, id, effect)
	return o.p.phone.Transfer(ctx, id, effect, number)
}

func (o orders) CancelTransfer(ctx context.Context, id, effect string) error {
	return o.p.phone.CancelTransfer(ctx, id, effect)
}

func (o orders) Truth(ctx context.Context, id string, open []string) (bool, []string, []ivr.Input, error) {
	asked := make([]pbx.Open, len(open))
	for i, effect := range open {
		asked[i] = pbx.Open{ID: effect}
	}
	t, err := o.p.phone.Truth(ctx, id, asked)
	return t.Alive, t.Gone, t.Ended, err
}

// callOf is the call and the step that an effect's id names.
func callOf(effect string) (id, step string) {
	if i := strings.LastIndexByte(effect, '.'); i >= 0 {
		effect = effect[:i]
	}
	i := strings.LastIndexByte(effect, '.')
	return effect[:max(i, 0)], effect[i+1:]
}
