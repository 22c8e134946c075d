package call_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/call"
	"infolinia/ivr/pbx/fakeari"
)

// inWorld runs one daemon, without trouble unless the test makes it.
func inWorld(t *testing.T, prepare func(w *world), what func(w *world, m *machine)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 1, false)
		w.trouble.end()
		if prepare != nil {
			prepare(w)
		}
		m := &machine{w: w, owner: "a"}
		ctx, quit := context.WithCancel(context.Background())
		var machines sync.WaitGroup
		machines.Go(func() { m.run(ctx) })
		time.Sleep(time.Second)
		what(w, m)
		quit()
		machines.Wait()
		w.close()
		for _, p := range w.problems {
			t.Error(p)
		}
	})
}

// calls lets somebody call.
func (w *world) calls() *fakeari.Caller {
	in, ok := w.ari.Call(app, "+48600100100", "243645555")
	if !ok {
		w.t.Fatal("nobody listens")
	}
	return in
}

func (w *world) timesOrdered(order string) (times int) {
	for _, o := range w.ari.Orders() {
		if strings.HasSuffix(o, order) {
			times++
		}
	}
	return times
}

// breaking are versions whose world cannot be had for a while.
type breaking struct {
	call.Versions
	on *atomic.Bool
}

func (v breaking) World(now time.Time) *ivr.World {
	if v.on.Load() {
		panic("broken")
	}
	return v.Versions.World(now)
}

func TestACallWhoseStepBreaksDownGoesToTheFallbackOnceAndItsEndIsSaved(t *testing.T) {
	var broken atomic.Bool
	inWorld(t, func(w *world) { w.versions = breaking{w.versions, &broken} }, func(w *world, m *machine) {
		in := w.calls()
		time.Sleep(time.Second)
		broken.Store(true)
		in.Press("12")
		time.Sleep(time.Second)
		if in.State() != "fallback,s" || w.timesOrdered("/continue") != 1 {
			t.Errorf("the caller is %s after %d orders", in.State(), w.timesOrdered("/continue"))
		}
		m.crash(0)
		time.Sleep(time.Minute)
		if n := w.timesOrdered("/continue"); n != 1 {
			t.Errorf("sent to the fallback %d times", n)
		}
		mem, _ := w.store()
		saved, err := mem.Load(t.Context(), in.ID)
		if err != nil || saved == nil || !saved.Ended || saved.Outcome != ivr.OutcomeError {
			t.Errorf("saved: %+v, %v", saved, err)
		}
	})
}

func TestPickingUpIsOrderedAgainWhenItMayHaveGoneDownWithItsProcess(t *testing.T) {
	var once sync.Once
	var m atomic.Pointer[machine]
	dies := func(r *http.Request) (f fakeari.Fault) {
		if strings.HasSuffix(r.URL.Path, "/answer") {
			once.Do(func() { f.Status = http.StatusInternalServerError; m.Load().crash(0) })
		}
		return f
	}
	inWorld(t, func(w *world) { w.ari.Fault = dies }, func(w *world, daemon *machine) {
		m.Store(daemon)
		in := w.calls()
		time.Sleep(10 * time.Second)
		if in.State() != "Up" || len(in.Heard()) == 0 {
			t.Errorf("the caller is %s and hears %q", in.State(), in.Heard())
		}
		in.Hangup()
		time.Sleep(time.Minute)
	})
}

func TestAStateWhoseFormerStepTheStoreHasLostIsWrittenWhole(t *testing.T) {
	inWorld(t, nil, func(w *world, _ *machine) {
		in := w.calls()
		time.Sleep(time.Second)
		w.mu.Lock()
		w.forgets = true
		w.mu.Unlock()
		in.Press("2") // the step that is lost
		in.Press("1")
		time.Sleep(time.Second)
		mem, _ := w.store()
		saved, err := mem.Load(t.Context(), in.ID)
		if err != nil || saved == nil || saved.Node != "main.card" {
			t.Errorf("saved: %+v, %v", saved, err)
		}
		path, err := mem.Path(t.Context(), in.ID)
		if err != nil || !slices.ContainsFunc(path, func(e ivr.Event) bool { return e.Event == "key" && e.Digit == "1" }) {
			t.Errorf("path: %+v, %v", path, err)
		}
		in.Hangup()
		time.Sleep(time.Minute)
		if left := w.ari.Left(); len(left) > 0 {
			t.Errorf("left over: %q", left)
		}
	})
}
