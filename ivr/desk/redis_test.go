package desk

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"infolinia/ivr"
	"infolinia/ivr/store"
	"infolinia/ivr/store/redistest"
)

// clock is a desk in real time, on a real Redis.
type clock struct {
	*Desk
	t       testing.TB
	changed <-chan struct{}
}

func inRealTime(t testing.TB, server *redistest.Server, phone Phone, queue ivr.Queue) *clock {
	s := store.OpenRedis(store.Settings{Line: "1", Addrs: []string{server.Addr}})
	queues := map[string]ivr.Queue{queue.Name: queue}
	d := New(Needs{
		Board: s,
		Phone: func(string) Phone { return phone },
		World: func(time.Time) World { return World{Queues: queues} },
		Tell:  func(string, string, ivr.Input) {},
		Log:   zerolog.Nop(),
	})
	changed, _ := d.Changed()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		d.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &clock{d, t, changed}
}

// until waits for the floor to be so.
func (c *clock) until(what string, so func(Floor) bool) {
	c.t.Helper()
	late := time.After(30 * time.Second)
	for !so(c.Floor()) {
		select {
		case <-c.changed:
		case <-late:
			c.t.Fatalf("never: %s", what)
		}
	}
}

func (c *clock) must(in Input) {
	c.t.Helper()
	if err := c.Do(c.t.Context(), in); err != nil {
		c.t.Fatalf("%T: %v", in, err)
	}
}

// answering is an Asterisk whose agents pick up at once.
type answering struct {
	up func(LegOrder)
}

func (a *answering) Ring(_ context.Context, o LegOrder) error       { a.up(o); return nil }
func (a *answering) Drop(context.Context, string, bool) error       { return nil }
func (a *answering) Arrange(context.Context, Arrangement) error     { return nil }
func (a *answering) Number(context.Context, string) (string, error) { return "", nil }
func (a *answering) Known(context.Context, string, []string) (map[string]LegState, error) {
	return nil, nil
}

func TestACallOverTwoProcessesOutlivesADeadRedisAndAnEmptyOne(t *testing.T) {
	server := redistest.Start(t)
	queue := ivr.Queue{Name: "office", MaxMissed: 2, RingTimeout: time.Minute, WrapUp: time.Minute}
	phone := &answering{}
	one, two := inRealTime(t, server, phone, queue), inRealTime(t, server, phone, queue)
	phone.up = func(o LegOrder) { one.LegChanged(hall, LegEvent{ID: o.ID, Task: o.Task, Up: true}) }
	one.Took(hall, 1)
	two.must(LogIn{Agent: "anna", Name: "Anna", Session: "s", Endpoint: "PJSIP/anna", System: "m"})
	two.must(Ready{Agent: "anna"})
	one.until("anna is there", func(f Floor) bool { return f.Agents["anna"] != nil && f.Agents["anna"].State == Available })
	enter := func(call string) error {
		return one.Enqueue(t.Context(), hall, &ivr.Call{ID: call}, ivr.Enqueue{ID: call, Queue: "office"})
	}
	if err := enter("c1"); err != nil {
		t.Fatal(err)
	}
	talks := func(f Floor) bool { return f.Tasks["c1"] != nil && f.Tasks["c1"].State == Connected }
	two.until("c1 is connected", talks)

	server.Kill()
	one.must(SetHold{Agent: "anna", On: true})
	if err := enter("c2"); !errors.Is(err, RefusedDetached) || !one.Detached() {
		t.Errorf("let in without a store: %v", err)
	}
	server.Restart()
	two.until("c1 is on hold", func(f Floor) bool { return talks(f) && f.Tasks["c1"].Talk.Mode == TalkHold })

	server.Flush()
	two.must(SetHold{Agent: "anna", On: false})
	one.until("c1 is back", func(f Floor) bool { return talks(f) && f.Tasks["c1"].Talk.Mode == TalkCaller })
	two.must(HangUp{Agent: "anna"})
	two.must(Finish{Agent: "anna", Task: "c1", Code: "done"})
	two.until("c1 is done", func(f Floor) bool { return f.Tasks["c1"].State == Completed && f.Agents["anna"].State == Available })
}
