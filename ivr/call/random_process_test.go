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

var errKilled = errors.New("the process is dead")

// gate is between a process and the world: a paused process gets nothing
// through it until it goes on, a killed one nothing ever.
type gate struct {
	mu     sync.Mutex
	paused chan struct{} // nil: it runs
	dead   bool
	conns  []net.Conn
}

func (g *gate) pass() error { return g.passUnless(nil) }

// passUnless gives up when closed is.
func (g *gate) passUnless(closed chan struct{}) error {
	for {
		g.mu.Lock()
		paused, dead := g.paused, g.dead
		g.mu.Unlock()
		if dead {
			return errKilled
		}
		if paused == nil {
			return nil
		}
		select {
		case <-paused:
		case <-closed:
			return net.ErrClosed
		}
	}
}

func (g *gate) killed() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.dead
}

func (g *gate) pause() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.paused == nil {
		g.paused = make(chan struct{})
	}
}

func (g *gate) revive() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.paused != nil {
		close(g.paused)
		g.paused = nil
	}
}

func (g *gate) kill() {
	g.revive()
	g.mu.Lock()
	g.dead = true
	conns := g.conns
	g.mu.Unlock()
	for _, c := range conns {
		_ = c.Close()
	}
}

// wire is a connection through the gate.
type wire struct {
	net.Conn
	gate   *gate
	once   sync.Once
	closed chan struct{}
}

func (c *wire) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}

func (c *wire) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if closed := c.gate.passUnless(c.closed); closed != nil {
		return 0, closed
	}
	return n, err
}

func (c *wire) Write(b []byte) (int, error) {
	if err := c.gate.passUnless(c.closed); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}

// process is one life of a daemon: a real Line and a real Phone.
type process struct {
	w     *world
	owner string // who holds the lease: the same for all lives of one machine
	name  string // of this life
	gate  *gate
	line  *call.Line
	phone *pbx.Phone

	mu       sync.Mutex
	slot     *store.Slot
	vain     time.Time           // when a renewal was asked for that was not answered
	gen      int                 // of the store that the slot is held in
	failed   map[string][]uint64 // steps that were not saved
	returned map[string]uint64   // last step of a call that went on
}

// live is a daemon from its start to its end.
func (p *process) live(ctx context.Context) {
	if !p.acquire(ctx) {
		return
	}
	v := p.w.versions
	p.line = call.New(call.Needs{
		Phone: orders{p}, Player: orders{p}, Recorder: orders{p}, Dialler: orders{p}, Witness: orders{p},
		Voice: p.w.voice, Keeper: keeper{p}, Reports: reports{p}, Lookups: lookups{p}, Messages: messages{p},
		Versions: v, Caller: func(string) ivr.Caller { return ivr.Caller{Known: true, HMAC: "k:1"} }, Log: p.w.log,
	})
	p.phone = pbx.New(pbx.Config{
		URL: p.w.ari.URL, User: p.name, App: app, RecordingDir: "/rec", Endpoint: "Local/%s@office/n", Log: p.w.log,
		Ours: p.ours,
		Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
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
		},
	}, handler{p})
	p.restore(ctx)
	ctx, stop := context.WithCancel(ctx)
	var all sync.WaitGroup
	all.Go(func() { defer stop(); p.line.Run(ctx) })
	all.Go(func() { defer stop(); _ = p.phone.Run(ctx) })
	all.Go(func() { defer stop(); p.renew(ctx) })
	all.Wait()
	if p.gate.pass() == nil {
		free, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = p.held().Release(free)
	}
}

// ours tells whether the process may order: while its lease is certain, or,
// when the store does not answer, while its websocket is.
func (p *process) ours() bool {
	p.mu.Lock()
	slot, vain := p.slot, p.vain
	p.mu.Unlock()
	return slot.Held() || time.Since(vain) < leaseTime && p.phone.Proven() < leaseTime
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

// acquire waits for the slot. It takes over from another only when the store
// has answered, and has not lost its data, and the holder's lease has not been
// renewed, for the time of a lease.
func (p *process) acquire(ctx context.Context) bool {
	answered, beat, stands := time.Now(), int64(0), time.Now()
	for {
		if p.gate.pass() == nil {
			answered = later(answered, p.w.lastFlush())
		}
		if !p.w.storeAnswers() {
			answered = time.Now()
		} else if p.gate.pass() == nil {
			mem, gen := p.w.store()
			now, err := mem.Look(ctx, app)
			if err == nil && now.Beat != beat {
				beat, stands = now.Beat, time.Now()
			}
			watched := time.Since(later(answered, stands)) >= leaseTime
			if !watched {
				now.Beat = 0
			}
			if err == nil && (watched || now.Released || !p.w.heldByOther(p)) { // nobody takes over on less
				if slot, err := mem.Acquire(ctx, app, p.owner, leaseTime, now.Beat); err == nil {
					p.mu.Lock()
					p.slot, p.gen = slot, gen
					p.mu.Unlock()
					p.w.holds(p)
					return true
				}
			}
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(500 * time.Millisecond):
		}
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

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (p *process) restore(ctx context.Context) {
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
	p.line.Restore(append(live, ended...), p.held().Away)
	p.w.rescue(ctx, append(live, ended...))
}

// handler brings what happens in Asterisk to the calls.
type handler struct{ p *process }

func (h handler) Arrived(ch pbx.Channel)        { h.p.line.Arrived(ch.CallID, ch.Number, ch.Found) }
func (h handler) Input(id string, in ivr.Input) { h.p.line.Input(id, in) }
func (h handler) Connected(live []string, away time.Duration) {
	h.p.line.Connected(live, away)
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
func (o orders) MusicOnHold(ctx context.Context, id string, on bool) error {
	return o.p.phone.MusicOnHold(ctx, id, on)
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
