package call_test

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"infolinia/ivr"
	"infolinia/ivr/call"
	"infolinia/ivr/pbx"
	"infolinia/ivr/pbx/fakeari"
	"infolinia/ivr/store"
)

// crowd is a line with a gate, over a fake Asterisk.
type crowd struct {
	t     *testing.T
	ari   *fakeari.Server
	mem   *store.Store
	phone *pbx.Phone
	line  *call.Line
	gate  *call.Gate
	quit  context.CancelFunc
	runs  sync.WaitGroup
}

// phoneOf lets calls order a Phone as it is.
type phoneOf struct{ *pbx.Phone }

func (p phoneOf) Play(ctx context.Context, id, effect string, clips []call.Clip) error {
	files := make([]pbx.File, len(clips))
	for i, c := range clips {
		files[i] = pbx.File{Path: c.Path, Duration: c.Length}
	}
	return p.PlayFiles(ctx, id, effect, files)
}

func (p phoneOf) Truth(ctx context.Context, id string, open []string) (bool, []string, []ivr.Input, error) {
	asked := make([]pbx.Open, len(open))
	for i, effect := range open {
		asked[i] = pbx.Open{ID: effect}
	}
	t, err := p.Phone.Truth(ctx, id, asked)
	return t.Alive, t.Gone, t.Ended, err
}

type crowdEvents struct{ c *crowd }

func (h crowdEvents) Arrived(ch pbx.Channel)                { h.c.line.Arrived(ch.CallID, ch.Number, ch.Found) }
func (h crowdEvents) Input(id string, in ivr.Input)         { h.c.line.Input(id, in) }
func (h crowdEvents) Connected(l []string, d time.Duration) { h.c.line.Connected(l, d) }
func (h crowdEvents) Lost()                                 {}
func (h crowdEvents) Replaced()                             {}

// begin starts a process over the Asterisk and the store, which takes up what
// the last one left.
func (c *crowd) begin(limits call.Limits) {
	slot, err := c.mem.Acquire(c.t.Context(), app, "a", leaseTime, 0)
	if err != nil {
		c.t.Fatal(err)
	}
	c.phone = pbx.New(pbx.Config{URL: c.ari.URL, Dial: c.ari.Dial, App: app, Endpoint: "Local/%s@office/n", Log: zerolog.Nop()}, crowdEvents{c})
	c.gate = call.NewGate(limits, func() call.Strain {
		latency, heartbeat := c.phone.Strain()
		return call.Strain{Latency: latency, Heartbeat: heartbeat}
	}, zerolog.Nop())
	phone := phoneOf{c.phone}
	c.line = call.New(call.Needs{
		Phone: phone, Player: phone, Recorder: phone, Dialler: phone, Witness: phone,
		Voice: sounds{}, Keeper: slot, Reports: c.mem, Versions: loadSmallLine(c.t),
		Caller: func(string) ivr.Caller { return ivr.Caller{} }, Gate: c.gate, Log: zerolog.Nop(),
	})
	live, err := slot.Live(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	c.line.Restore(live, slot.Away)
	ctx, quit := context.WithCancel(context.Background())
	c.quit = quit
	c.runs.Go(func() { c.line.Run(ctx) })
	c.runs.Go(func() { _ = c.phone.Run(ctx) })
	time.Sleep(time.Second)
}

func (c *crowd) end() {
	c.quit()
	c.runs.Wait()
}

// arrive lets n callers come at once and tells those who were let in from those
// who were not.
func (c *crowd) arrive(n int) (in, turned []*fakeari.Caller) {
	c.t.Helper()
	var all []*fakeari.Caller
	for i := range n {
		one, ok := c.ari.Call(app, "+48600"+strconv.Itoa(100000+i), "243645555")
		if !ok {
			c.t.Fatal("nobody listens")
		}
		all = append(all, one)
	}
	time.Sleep(10 * time.Millisecond)
	for _, one := range all {
		switch s := one.State(); s {
		case "Up":
			in = append(in, one)
		case "overload,s", "Down":
			turned = append(turned, one)
		default:
			c.t.Errorf("a caller is %s", s)
		}
	}
	return in, turned
}

// inCrowd runs a test in time that costs nothing.
func inCrowd(t *testing.T, do func(t *testing.T, c *crowd)) {
	synctest.Test(t, func(t *testing.T) {
		c := &crowd{t: t, ari: fakeari.StartPipe(), mem: store.NewMemory()}
		c.ari.Length = func(string) time.Duration { return soundLength }
		do(t, c)
		c.end()
		c.ari.Close()
	})
}

// hearsKey presses a key and tells whether the line answered it.
func hearsKey(one *fakeari.Caller, key string) bool {
	before := len(one.Heard())
	one.Press(key)
	time.Sleep(100 * time.Millisecond)
	return len(one.Heard()) > before
}

func TestCallersOverTheLimitAreTurnedAwayAndThoseInsideNoticeNothing(t *testing.T) {
	inCrowd(t, func(t *testing.T, c *crowd) {
		c.begin(call.Limits{Calls: 40})
		in, turned := c.arrive(200)
		if len(in) != 40 || len(turned) != 160 {
			t.Fatalf("%d were let in and %d turned away", len(in), len(turned))
		}
		for _, one := range in {
			if !hearsKey(one, "2") {
				t.Errorf("%s is not heard any more", one.ID)
			}
		}
		in[0].Hangup()
		time.Sleep(10 * time.Millisecond)
		if more, _ := c.arrive(1); len(more) > 0 {
			t.Error("the gate opened for the first place that was free")
		}
		in[1].Hangup()
		time.Sleep(10 * time.Millisecond)
		if more, _ := c.arrive(3); len(more) != 2 {
			t.Errorf("%d were let in, there was room for two", len(more))
		}
		if reason, _ := c.gate.State(); reason != call.OverCalls || c.gate.Live() != 40 {
			t.Errorf("the gate says %q with %d calls", reason, c.gate.Live())
		}
		for _, one := range turned {
			if slices.Contains(c.ari.Orders(), "POST /channels/"+one.ID+"/answer") {
				t.Errorf("%s was answered", one.ID)
			}
		}
	})
}

func TestCallersWhoAreInsideAreTakenUpWhateverTheLimit(t *testing.T) {
	inCrowd(t, func(t *testing.T, c *crowd) {
		c.begin(call.Limits{Calls: 30})
		in, _ := c.arrive(30)
		c.end()
		c.begin(call.Limits{Calls: 10})
		if n := c.line.Live(); n != 30 {
			t.Fatalf("%d of 30 calls were taken up", n)
		}
		for _, one := range in {
			if !hearsKey(one, "2") {
				t.Errorf("%s is not heard any more", one.ID)
			}
		}
		if more, _ := c.arrive(1); len(more) > 0 {
			t.Error("one too many was let in")
		}
	})
}

func TestSlowOrdersTurnNewCallersAwayUntilTheyAreQuickAgain(t *testing.T) {
	inCrowd(t, func(t *testing.T, c *crowd) {
		var mu sync.Mutex
		slow := false
		c.ari.Fault = func(r *http.Request) (f fakeari.Fault) {
			mu.Lock()
			defer mu.Unlock()
			if slow && strings.Contains(r.URL.Path, "/play/") {
				f.Delay = 800 * time.Millisecond
			}
			return f
		}
		set := func(on bool) { mu.Lock(); slow = on; mu.Unlock() }
		c.begin(call.Limits{Latency: 400 * time.Millisecond})
		in, _ := c.arrive(30)
		time.Sleep(6 * time.Second)
		set(true)
		for _, one := range in {
			one.Press("2")
		}
		time.Sleep(time.Second)
		if more, _ := c.arrive(1); len(more) > 0 {
			t.Error("one was let in while prompts begin late")
		}
		set(false)
		time.Sleep(9 * time.Second)
		if more, _ := c.arrive(1); len(more) == 0 {
			t.Error("the gate stays shut")
		}
		for _, one := range in {
			if one.State() != "Up" {
				t.Errorf("%s, who was inside, is %s", one.ID, one.State())
			}
		}
	})
}

func TestLateEventsTurnNewCallersAway(t *testing.T) {
	inCrowd(t, func(t *testing.T, c *crowd) {
		var mu sync.Mutex
		drop := true
		c.ari.Mangle = func(e fakeari.Event) []fakeari.Event {
			mu.Lock()
			defer mu.Unlock()
			if drop && e.Type() == "ChannelUserevent" {
				return nil
			}
			return []fakeari.Event{e}
		}
		c.begin(call.Limits{Heartbeat: time.Second})
		if in, _ := c.arrive(1); len(in) == 0 {
			t.Error("turned away before anything was known")
		}
		time.Sleep(4 * time.Second)
		if more, _ := c.arrive(1); len(more) > 0 {
			t.Error("let in while heartbeats do not come back")
		}
		mu.Lock()
		drop = false
		mu.Unlock()
		time.Sleep(6 * time.Second)
		if more, _ := c.arrive(1); len(more) == 0 {
			t.Error("the gate stays shut")
		}
	})
}
