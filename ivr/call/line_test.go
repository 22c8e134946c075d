package call_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"infolinia/ivr"
	"infolinia/ivr/pbx/fakeari"
)

// withCall has one caller on a line without troubles.
func withCall(t *testing.T, then func(ctx context.Context, w *world, m *machine, in *fakeari.Caller)) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 1, false)
		w.trouble.end()
		m := &machine{w: w, owner: "a"}
		ctx, quit := context.WithCancel(context.Background())
		var machines sync.WaitGroup
		machines.Go(func() { m.run(ctx) })
		time.Sleep(time.Second)
		in, ok := w.ari.Call(app, "+48600100100", "243645555")
		if !ok {
			t.Fatal("nobody listens")
		}
		then(ctx, w, m, in)
		quit()
		machines.Wait()
		w.close()
	})
}

func TestACallerWhoIsFoundAgainWhileHisEndedCallWaitsToBeSavedIsNotLeft(t *testing.T) {
	withCall(t, func(ctx context.Context, w *world, m *machine, in *fakeari.Caller) {
		time.Sleep(time.Second)
		w.setAway(true)
		m.do(func(p *process) { p.calls().Input(in.ID, ivr.HungUp{}) }) // he did not
		time.Sleep(time.Second)
		m.do(func(p *process) { p.calls().Arrived(in.ID, "", true) })
		w.setAway(false)
		time.Sleep(3 * time.Second)
		if s := in.State(); s != "fallback,s" {
			t.Errorf("the caller is %s, not with a person", s)
		}
	})
}

func TestACallThatWaitsIsWrittenAgainToAStoreThatLostIt(t *testing.T) {
	withCall(t, func(ctx context.Context, w *world, m *machine, in *fakeari.Caller) {
		time.Sleep(2 * time.Second) // the prompt is over, the key not due
		before, _ := w.store()
		want, err := before.Load(ctx, in.ID)
		if err != nil || want == nil {
			t.Fatalf("the call is not saved: %v", err)
		}
		w.flush()
		time.Sleep(2500 * time.Millisecond) // the lease is there again, the call has taken no step
		m.do(func(p *process) { p.calls().Distrust(nil) })
		time.Sleep(100 * time.Millisecond)
		after, _ := w.store()
		got, err := after.Load(ctx, in.ID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the call in the store (-before +after):\n%s", diff)
		}
	})
}

func TestACallWhoseEndTheStoreHasLostEndsAgain(t *testing.T) {
	withCall(t, func(ctx context.Context, w *world, m *machine, in *fakeari.Caller) {
		time.Sleep(2 * time.Second)
		keep, _ := w.store()
		before, err := keep.Load(ctx, in.ID)
		if err != nil || before == nil {
			t.Fatalf("the call is not saved: %v", err)
		}
		in.Hangup()
		time.Sleep(time.Second)
		w.flush() // and what is left is older than the end
		time.Sleep(2500 * time.Millisecond)
		m.do(func(p *process) {
			if _, err := p.held().SaveWhole(ctx, before, nil); err != nil {
				t.Error(err)
			}
			live, err := p.held().Live(ctx)
			if err != nil || len(live) != 1 {
				t.Errorf("%d calls are live in the store: %v", len(live), err)
			}
			p.calls().Distrust(live)
		})
		time.Sleep(time.Second)
		keep, _ = w.store()
		if c, err := keep.Load(ctx, in.ID); err != nil || c == nil || !c.Ended {
			t.Errorf("the call has not ended: %+v, %v", c, err)
		}
	})
}
