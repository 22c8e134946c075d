package call_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"infolinia/ivr/pbx/fakeari"
	"infolinia/ivr/store"
)

var (
	runs  = flag.Int("runs", 150, "random runs of calls through trouble; INFOLINIA_SEED replays one")
	first = flag.Uint64("first", 1, "seed of the first run; 0: another one each time")
)

// Random callers and random trouble: whatever happens to events, requests, the
// websocket, the store and the processes, what each caller went through can be
// explained by the flow, nothing is done twice, and nothing is left over.
func TestCallsSurviveRandomTrouble(t *testing.T) {
	loadSmallLine(t)
	if seed := os.Getenv("INFOLINIA_SEED"); seed != "" {
		n, err := strconv.ParseUint(seed, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		oneRun(t, n, true)
		return
	}
	first := *first
	if first == 0 {
		first = uint64(time.Now().UnixNano())
	}
	const lanes = 4
	for lane := range lanes {
		t.Run(fmt.Sprint("lane", lane), func(t *testing.T) {
			t.Parallel()
			for i := lane; i < *runs; i += lanes {
				oneRun(t, first+uint64(i), false)
			}
		})
	}
}

func oneRun(t *testing.T, seed uint64, verbose bool) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, seed, verbose)
		w.play(rand.New(rand.NewPCG(seed, 1)))
		w.judge()
		for _, line := range w.trace {
			t.Log(line)
		}
		if len(w.problems) > 0 {
			t.Errorf("seed %d:\n  %s\nreplay: INFOLINIA_SEED=%d go test ./ivr/call/ -run TestCallsSurviveRandomTrouble -v",
				seed, strings.Join(w.problems, "\n  "), seed)
		}
	})
}

func newWorld(t *testing.T, seed uint64, verbose bool) *world {
	w := &world{
		t: t, ari: fakeari.StartPipe(), versions: loadSmallLine(t), voice: sounds{}, log: zerolog.Nop(), verbose: verbose, begin: time.Now(),
		mem: store.NewMemory(), byID: map[string]*caller{}, kept: map[string]int{}, stale: map[string]int{},
	}
	w.desk = &desk{w: w, places: map[string]*place{}, owed: map[string]string{}, over: make(chan struct{})}
	if verbose {
		w.log = zerolog.New(traceLog{w})
	}
	r := rand.New(rand.NewPCG(seed, 2))
	w.trouble = &trouble{rates: newRates(r), dice: &dice{seed: seed, asked: map[string]int{}}, w: w}
	w.tracef("%+v", w.trouble.rates)
	w.ari.Length = func(string) time.Duration { return soundLength }
	w.ari.Fault, w.ari.Mangle = w.trouble.request, w.trouble.event
	talks := time.Duration(1+r.IntN(20)) * time.Second
	w.ari.Far = func(string) fakeari.Far {
		return fakeari.Far{Rings: 2 * time.Second, Talks: talks, Cause: []int{0, 0, 0, 17, 19}[int(talks/time.Second)%5]}
	}
	return w
}

type traceLog struct{ w *world }

func (l traceLog) Write(b []byte) (int, error) {
	l.w.tracef("  log %s", strings.TrimSpace(string(b)))
	return len(b), nil
}

// machine keeps a daemon running, as a supervisor does.
type machine struct {
	w     *world
	owner string

	mu   sync.Mutex
	now  *process
	stop context.CancelFunc
	rest time.Duration // before the next start
	back time.Time     // when it may take the slot again
}

// drained tells whether it has just given the slot away.
func (m *machine) drained() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return time.Now().Before(m.back)
}

// handOver lets the other machine relieve this one, if it has the slot.
func (m *machine) handOver() {
	m.mu.Lock()
	p := m.now
	if p.held() != nil {
		m.back = time.Now().Add(5 * time.Second)
	}
	m.mu.Unlock()
	p.leave()
}

func (m *machine) run(ctx context.Context) {
	for n := 1; ctx.Err() == nil; n++ {
		p := &process{w: m.w, owner: m.owner, name: fmt.Sprint(m.owner, n), gate: &gate{}, stays: m.drained,
			failed: map[string][]uint64{}, returned: map[string]uint64{}}
		life, stop := context.WithCancel(ctx)
		m.mu.Lock()
		m.now, m.stop, m.rest = p, stop, 500*time.Millisecond
		m.mu.Unlock()
		m.w.mu.Lock()
		m.w.lives = append(m.w.lives, p)
		m.w.mu.Unlock()
		p.live(life)
		stop()
		m.w.tracef("%s is over", p.name)
		m.mu.Lock()
		rest := m.rest
		m.mu.Unlock()
		select {
		case <-ctx.Done():
		case <-time.After(rest):
		}
	}
}

func (m *machine) do(what func(p *process)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	what(m.now)
}

// crash kills the daemon as it is; the next one starts after a while.
func (m *machine) crash(rest time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.w.tracef("%s crashes", m.now.name)
	m.now.gate.kill()
	m.rest = rest
	m.stop()
}

// play is the run: callers and trouble first, then quiet until all is over.
func (w *world) play(r *rand.Rand) {
	ctx, quit := context.WithCancel(context.Background())
	var machines sync.WaitGroup
	fleet := []*machine{{w: w, owner: "a"}}
	if r.IntN(3) == 0 {
		fleet = append(fleet, &machine{w: w, owner: "b"})
	}
	for _, m := range fleet {
		machines.Go(func() { m.run(ctx) })
		time.Sleep(100 * time.Millisecond)
	}
	for _, e := range w.schedule(r, fleet) {
		if d := e.at - time.Since(w.begin); d > 0 {
			time.Sleep(d)
		}
		w.tracef("now: %s", e.what)
		e.do()
	}
	w.trouble.end()
	w.setAway(false)
	w.ari.Mute(false)
	for _, m := range fleet {
		m.do(func(p *process) { p.gate.revive() })
	}
	w.tracef("now: quiet")
	w.settle(fleet)
	for _, m := range fleet {
		m.crash(0) // the next life clears up what only a start clears up
	}
	time.Sleep(time.Minute)
	quit()
	machines.Wait()
	w.close()
	synctest.Wait()
}

// quiet is how long calls may go on after the trouble is over: max_call, a
// transfer and its talk.
const quiet = 6 * time.Minute

// settle waits until all calls are over.
func (w *world) settle(fleet []*machine) {
	over := func() bool {
		for _, c := range w.callers {
			if s := c.State(); s != "Down" && !strings.Contains(s, ",") {
				return false
			}
		}
		return true
	}
	for begin := time.Now(); !over(); time.Sleep(5 * time.Second) {
		if time.Since(begin) < quiet {
			continue
		}
		for _, c := range w.callers {
			if s := c.State(); s != "Down" && !strings.Contains(s, ",") {
				w.wrong("%s: still %s long after the trouble", c.ID, s)
			}
		}
		return
	}
	time.Sleep(time.Minute) // legs without a call are given a while: up to 50 s
	if left := w.ari.Left(); len(left) > 0 {
		w.wrong("left over: %q", left)
	}
	w.judgePlaces()
	live := 0
	for _, m := range fleet {
		m.do(func(p *process) {
			if line := p.calls(); line != nil {
				live += line.Live()
			}
		})
	}
	if live > 0 {
		w.wrong("%d calls live on in memory", live)
	}
	mem, _ := w.store()
	saved, err := mem.Live(context.Background())
	for _, c := range saved {
		w.wrong("%s lives on in the store, at %s (%v)", c.ID, c.Node, err)
	}
}

type event struct {
	at   time.Duration
	what string
	do   func()
}

// schedule is what happens to the callers and to the house.
func (w *world) schedule(r *rand.Rand, fleet []*machine) []event {
	const length = 60 * time.Second
	var list []event
	add := func(at time.Duration, what string, do func()) { list = append(list, event{at, what, do}) }
	moment := func() time.Duration { return time.Second + time.Duration(r.Int64N(int64(length))) }
	for range 1 + r.IntN(3) {
		w.scheduleCaller(r, add)
	}
	some := func(p float64) int {
		if r.Float64() > p {
			return 0
		}
		return 1 + r.IntN(3)
	}
	for range some(0.3) {
		add(moment(), "the websocket is cut", func() { w.blame("websocket"); w.ari.Cut(app) })
	}
	for range some(0.1) {
		at := moment()
		add(at, "the websocket is silent", func() { w.blame("websocket"); w.ari.Mute(true) })
		add(at+time.Duration(r.IntN(12))*time.Second, "it is not", func() { w.ari.Mute(false) })
	}
	for range some(0.4) {
		m, rest := fleet[r.IntN(len(fleet))], time.Duration(r.ExpFloat64()*float64(time.Second))
		add(moment(), "crash "+m.owner, func() { w.blame("crash"); m.crash(rest) })
	}
	for range some(0.2) {
		m := fleet[r.IntN(len(fleet))]
		add(moment(), "stop "+m.owner, func() { w.blame("stop"); m.mu.Lock(); m.stop(); m.mu.Unlock() })
	}
	for range some(0.2) {
		at := moment()
		add(at, "the store is away", func() { w.setAway(true) })
		add(at+time.Duration(r.ExpFloat64()*float64(5*time.Second)), "it is back", func() { w.setAway(false) })
	}
	for range some(0.1) {
		add(moment(), "the store is flushed", w.flush)
	}
	if len(fleet) > 1 {
		for range some(0.7) {
			for _, m := range fleet { // whichever has the slot
				add(moment(), "hand over "+m.owner, func() { w.blame("hand-over"); m.handOver() })
			}
		}
		for range 1 + r.IntN(2) {
			at, m := moment(), fleet[r.IntN(2)]
			var paused *process
			add(at, "pause "+m.owner, func() { w.blame("pause"); m.do(func(p *process) { paused = p; p.gate.pause() }) })
			add(at+time.Duration(r.IntN(20_000))*time.Millisecond, "revive "+m.owner, func() { paused.gate.revive() })
		}
	}
	slices.SortStableFunc(list, func(a, b event) int { return int(a.at - b.at) })
	return list
}

// scheduleCaller lets somebody call who mostly knows what to press.
func (w *world) scheduleCaller(r *rand.Rand, add func(time.Duration, string, func())) {
	at := time.Second + time.Duration(r.IntN(10_000))*time.Millisecond
	var c *caller
	w.mu.Lock()
	number := fmt.Sprint("+4860010", len(w.callers))
	w.mu.Unlock()
	add(at, "somebody calls", func() {
		in, ok := w.ari.Call(app, number, "243645555")
		if !ok {
			return // the dialplan has him
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		c = w.call(in.ID)
		c.Caller = in
		w.callers = append(w.callers, c)
	})
	press := func(at time.Duration, keys string) {
		add(at, "presses "+keys, func() {
			if c == nil {
				return
			}
			w.mu.Lock()
			c.pressed += keys
			w.mu.Unlock()
			c.Press(keys)
		})
	}
	plans := []string{"1 12# 1 2", "1 34# 1 1 4", "1 13 1 56# 1 2", "2 1 9 2", "2 9 1 4", "3 s # 1", "3 s 1", "3 s", "4", "1 7777 2 12 1", "",
		"5", "5 w", "5 w *", "5 w 1", "5 w w 1", "5 w w w"}
	for _, keys := range strings.Fields(plans[r.IntN(len(plans))]) {
		at += time.Duration(r.ExpFloat64() * float64(4*time.Second))
		if keys == "w" {
			at += 10 * time.Second
			continue
		}
		if keys == "s" {
			at += 5 * time.Second
			length := time.Duration(1+r.IntN(8)) * time.Second
			add(at, "speaks", func() {
				if c != nil {
					c.Speak(length)
				}
			})
			continue
		}
		press(at, keys)
	}
	for range r.IntN(4) {
		press(at-time.Duration(r.IntN(10_000))*time.Millisecond, string("0123459#*A"[r.IntN(10)]))
	}
	if r.IntN(3) == 0 {
		add(at+time.Duration(r.ExpFloat64()*float64(6*time.Second)), "hangs up", func() {
			if c != nil {
				c.Hangup()
			}
		})
	}
}
