package pbx

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"infolinia/ivr"
	"infolinia/ivr/pbx/fakeari"
)

const app = "infolinia-1"

// ear is a Handler that remembers.
type ear struct {
	mu      sync.Mutex
	told    []string
	arrived []Channel
	aways   []time.Duration
	changed chan struct{}
	limit   time.Duration // of wait
}

func newEar() *ear { return &ear{changed: make(chan struct{}), limit: time.Hour} }

func (e *ear) add(what string) {
	e.told = append(e.told, what)
	close(e.changed)
	e.changed = make(chan struct{})
}

func (e *ear) Arrived(ch Channel) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.arrived = append(e.arrived, ch)
	e.add("arrived")
}

func (e *ear) Input(_ string, in ivr.Input) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.add(spell(in))
}

func (e *ear) Connected(_ []string, away time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.aways = append(e.aways, away)
	e.add("connected")
}

func (e *ear) Lost() { e.mu.Lock(); defer e.mu.Unlock(); e.add("lost") }

func (e *ear) Replaced() { e.mu.Lock(); defer e.mu.Unlock(); e.add("replaced") }

// leg takes what becomes of the desk's legs: "leg a1 up", "leg a1 hungup".
func (e *ear) leg(l LegEvent) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if l.Up {
		e.add("leg " + l.ID + " up")
	}
	if l.Ended {
		e.add("leg " + l.ID + " " + l.Cause)
	}
}

// spell is an input as the tests write it: "ended p1", "mark p1 0", "key 5".
func spell(in ivr.Input) string {
	failed := func(f bool) string {
		if f {
			return " failed"
		}
		return ""
	}
	switch in := in.(type) {
	case ivr.Key:
		return "key " + string(in.Digit)
	case ivr.PlayMark:
		return fmt.Sprintf("mark %s %d", in.ID, in.Part)
	case ivr.PlayEnded:
		return "ended " + in.ID + failed(in.Failed)
	case ivr.RecordEnded:
		return fmt.Sprintf("recorded %s %s%s", in.ID, in.Talk, failed(in.Failed))
	case ivr.TransferChanged:
		return fmt.Sprintf("transfer %s %s", in.ID, in.State)
	case ivr.HungUp:
		return "hung up"
	}
	return fmt.Sprintf("%T", in)
}

// wait returns when something was told n times in all.
func (e *ear) wait(t *testing.T, what string, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), e.limit)
	defer cancel()
	for {
		e.mu.Lock()
		count, changed := 0, e.changed
		for _, s := range e.told {
			if s == what {
				count++
			}
		}
		e.mu.Unlock()
		if count >= n {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			t.Fatalf("%q was not told %d times: %q", what, n, e.all())
		}
	}
}

func (e *ear) all() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]string(nil), e.told...)
}

// want checks all that was told, in order, after everything has come to rest.
func (e *ear) want(t *testing.T, told ...string) {
	t.Helper()
	synctest.Wait()
	if diff := cmp.Diff(told, e.all()); diff != "" {
		t.Errorf("what was told (-want +got):\n%s", diff)
	}
}

// rig is a Phone at a fake Asterisk, in a bubble of virtual time.
type rig struct {
	*ear
	t     *testing.T
	ari   *fakeari.Server
	phone *Phone
	quit  context.CancelFunc
	over  chan error
	// claims is who counts on legs, for a Phone that starts.
	claims func(leg string) bool
}

// fake runs a test with a connected Phone; set changes the server before.
func fake(t *testing.T, set func(*fakeari.Server), test func(t *testing.T, r *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := fakeari.StartPipe()
		defer s.Close()
		if set != nil {
			set(s)
		}
		r := &rig{t: t, ari: s}
		r.start()
		defer func() { r.stop() }()
		r.wait(t, "connected", 1)
		test(t, r)
	})
}

func (r *rig) start() {
	r.ear = newEar()
	r.phone = New(Config{URL: r.ari.URL, Dial: r.ari.Dial, User: "u", Password: "p", App: app,
		RecordingDir: "/rec", Endpoint: "Local/%s@office/n", Legs: r.leg, ClaimsLeg: r.claims,
		Log: zerolog.New(zerolog.NewTestWriter(r.t))}, r.ear)
	ctx, quit := context.WithCancel(context.Background())
	r.quit, r.over = quit, make(chan error, 1)
	p, over := r.phone, r.over
	go func() { over <- p.Run(ctx) }()
}

func (r *rig) stop() {
	r.quit()
	<-r.over
}

// restart is the daemon's: a new Phone for the same application.
func (r *rig) restart() {
	r.stop()
	r.start()
	r.wait(r.t, "connected", 1)
}

// call is an answered caller and his call's id.
func (r *rig) call() (*fakeari.Caller, string) {
	r.t.Helper()
	c, ok := r.ari.Call(app, "+48600100200", "243645555")
	if !ok {
		r.t.Fatal("nobody listens")
	}
	r.wait(r.t, "arrived", 1)
	r.ok(r.phone.Answer(r.t.Context(), c.ID))
	return c, c.ID
}

func (r *rig) ok(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Error(err)
	}
}

func (r *rig) count(order string) int {
	n := 0
	for _, o := range r.ari.Orders() {
		if strings.HasPrefix(o, order) {
			n++
		}
	}
	return n
}

func files(names ...string) []File {
	var fs []File
	for _, n := range names {
		fs = append(fs, File{Path: "/p/" + n, Duration: 100 * time.Millisecond})
	}
	return fs
}

func TestACallArrivesHearsPressesAndHangsUp(t *testing.T) {
	fake(t, nil, func(t *testing.T, r *rig) {
		c, id := r.call()
		want := Channel{CallID: "fake-1700000000.1", ID: "fake-1700000000.1", Number: "+48600100200", Dialled: "243645555"}
		if diff := cmp.Diff([]Channel{want}, r.arrived); diff != "" {
			t.Error(diff)
		}
		r.ok(r.phone.PlayFiles(t.Context(), id, "p1", files("hello", "menu")))
		r.wait(t, "ended p1", 1)
		c.Press("5#")
		c.Hangup()
		r.want(t, "connected", "arrived", "mark p1 0", "ended p1", "key 5", "key #", "hung up")
		if diff := cmp.Diff([]string{"sound:/p/hello", "sound:/p/menu"}, c.Heard()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestEventsOfAsteriskThatComeTwiceAreToldOnce(t *testing.T) {
	twice := func(s *fakeari.Server) {
		s.Mangle = func(e fakeari.Event) []fakeari.Event {
			if strings.HasPrefix(e.Type(), "ChannelDtmf") {
				return []fakeari.Event{e}
			}
			return []fakeari.Event{e, e}
		}
	}
	fake(t, twice, func(t *testing.T, r *rig) {
		c, id := r.call()
		r.ok(r.phone.PlayFiles(t.Context(), id, "p1", files("a", "b", "c")))
		r.wait(t, "ended p1", 1)
		r.ok(r.phone.Record(t.Context(), id, "r1", time.Minute, 5*time.Second))
		r.wait(t, "recorded r1 0s", 1)
		c.Hangup()
		r.want(t, "connected", "arrived", "mark p1 0", "mark p1 1", "ended p1", "recorded r1 0s", "hung up")
	})
}

func TestAHangupThatOvertakesItsCauseIsToldOnce(t *testing.T) {
	var held []fakeari.Event
	reorder := func(s *fakeari.Server) {
		s.Mangle = func(e fakeari.Event) []fakeari.Event {
			switch e.Type() {
			case "ChannelHangupRequest", "StasisEnd":
				held = append([]fakeari.Event{e}, held...)
				return nil
			case "ChannelDestroyed":
				return append([]fakeari.Event{e}, held...)
			}
			return []fakeari.Event{e}
		}
	}
	fake(t, reorder, func(t *testing.T, r *rig) {
		c, _ := r.call()
		c.Hangup()
		r.want(t, "connected", "arrived", "hung up")
	})
}

func TestAnOrderToACallerWhoIsGoneIsNoFailure(t *testing.T) {
	drop := func(s *fakeari.Server) {
		s.Mangle = func(e fakeari.Event) []fakeari.Event {
			switch e.Type() {
			case "ChannelHangupRequest", "StasisEnd", "ChannelDestroyed":
				return nil
			}
			return []fakeari.Event{e}
		}
	}
	fake(t, drop, func(t *testing.T, r *rig) {
		c, id := r.call()
		c.Hangup()
		r.ok(r.phone.PlayFiles(t.Context(), id, "p1", files("a")))
		r.want(t, "connected", "arrived", "hung up")
		r.ok(r.phone.Answer(t.Context(), id))
		r.ok(r.phone.Record(t.Context(), id, "r1", time.Minute, time.Second))
		r.ok(r.phone.Transfer(t.Context(), id, "t1", "200"))
		r.ok(r.phone.Hangup(t.Context(), id))
		r.want(t, "connected", "arrived", "hung up")
	})
}

func TestTheLastNetTakesTheCallerAndEndsTheCallForUs(t *testing.T) {
	fake(t, nil, func(t *testing.T, r *rig) {
		c, id := r.call()
		r.ok(r.phone.Fallback(t.Context(), id))
		r.want(t, "connected", "arrived", "hung up")
		if got := c.State(); got != "fallback,s" {
			t.Errorf("the caller is at %q", got)
		}
	})
}

func TestAHangupThatAsteriskRefusesAtFirstIsTriedAgain(t *testing.T) {
	fake(t, failing("DELETE /ari/channels/", 2), func(t *testing.T, r *rig) {
		_, id := r.call()
		r.ok(r.phone.Hangup(t.Context(), id))
		r.want(t, "connected", "arrived", "hung up")
	})
}

// failing answers the first n requests that begin like this with status 500.
func failing(order string, n int) func(*fakeari.Server) {
	var mu sync.Mutex
	return func(s *fakeari.Server) {
		s.SetFault(faulty(order, func() (f fakeari.Fault) {
			mu.Lock()
			defer mu.Unlock()
			if n--; n >= 0 {
				f.Status, f.Message = 500, "Internal Server Error"
			}
			return f
		}))
	}
}

// faulty asks f for what goes wrong with requests that begin like order.
func faulty(order string, f func() fakeari.Fault) func(*http.Request) fakeari.Fault {
	return func(r *http.Request) fakeari.Fault {
		if strings.HasPrefix(r.Method+" "+r.URL.Path, order) {
			return f()
		}
		return fakeari.Fault{}
	}
}
