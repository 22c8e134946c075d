package desk

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/store/redistest"
)

const (
	benchAgents = 20
	// benchTalk is the longest a talk and its wrap-up take: a hundred times faster
	// than agents are.
	benchTalk = time.Second
)

// BenchmarkDesk is how long it takes from an agent who is free, or a caller who
// enters while one is, to the order to ring: with the board in a real Redis, and a
// second process that reads along. Each who was served calls again.
func BenchmarkDesk(b *testing.B) {
	for _, callers := range []int{200, 520} {
		b.Run(fmt.Sprintf("callers=%d/agents=%d", callers, benchAgents), func(b *testing.B) { benchDesk(b, callers) })
	}
}

type benchFloor struct {
	*clock
	b       *testing.B
	offered chan time.Duration

	mu    sync.Mutex
	free  map[string]time.Time // since when, by endpoint
	calls int
	work  sync.WaitGroup
	over  bool
}

func benchDesk(b *testing.B, callers int) {
	server, phone := redistest.Start(b), &answering{}
	queue := ivr.Queue{Name: "office", MaxMissed: 2, RingTimeout: time.Minute, WrapUp: time.Minute}
	f := &benchFloor{clock: inRealTime(b, server, phone, queue), b: b, offered: make(chan time.Duration, 1000), free: map[string]time.Time{}}
	inRealTime(b, server, phone, queue).until("it reads along", func(Floor) bool { return true })
	phone.up = f.serve
	f.Took(hall, 1)
	// They come while all agents are on a break, so that they wait.
	for i := range benchAgents {
		login := fmt.Sprintf("agent%02d", i)
		f.must(LogIn{Agent: login, Name: login, Session: "s", Endpoint: "PJSIP/" + login, System: "m"})
		f.must(Pause{Agent: login, Reason: "lunch"})
	}
	for range callers {
		f.call()
	}
	f.work.Wait()
	for i := range benchAgents { // one after the other, as they come from lunch
		f.ready(fmt.Sprintf("agent%02d", i))
		<-f.offered
	}
	var took []time.Duration
	for b.Loop() {
		took = append(took, <-f.offered)
	}
	f.mu.Lock()
	f.over = true
	f.mu.Unlock()
	f.work.Wait()
	slices.Sort(took)
	for _, p := range []int{50, 99} {
		b.ReportMetric(float64(took[len(took)*p/100].Microseconds())/1000, fmt.Sprintf("p%d-ms", p))
	}
	b.ReportMetric(float64(f.Floor().waitingIn("office")), "waiting")
}

// beside runs on, as people do, until the bench is over.
func (f *benchFloor) beside(do func() error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.over {
		return
	}
	f.work.Go(func() {
		if err := do(); err != nil {
			f.b.Error(err)
		}
	})
}

func (f *benchFloor) call() {
	f.beside(func() error {
		f.mu.Lock()
		f.calls++
		id := fmt.Sprintf("c%d", f.calls)
		f.mu.Unlock()
		return f.Enqueue(f.b.Context(), hall, &ivr.Call{ID: id, Caller: ivr.Caller{Known: true, HMAC: id}}, ivr.Enqueue{ID: id, Queue: "office"})
	})
}

func (f *benchFloor) ready(login string) {
	f.mu.Lock()
	f.free["PJSIP/"+login] = time.Now()
	f.mu.Unlock()
	f.beside(func() error { return f.Do(f.b.Context(), Ready{Agent: login}) })
}

// serve is an agent's telephone: it is answered, talked on, and the next may come.
func (f *benchFloor) serve(o LegOrder) {
	f.mu.Lock()
	since := f.free[o.Endpoint]
	f.mu.Unlock()
	select {
	case f.offered <- time.Since(since):
	default:
	}
	f.LegChanged(hall, LegEvent{ID: o.ID, Task: o.Task, Up: true})
	login := o.Endpoint[len("PJSIP/"):]
	f.beside(func() error {
		<-time.After(benchTalk/2 + rand.N(benchTalk/2))
		if err := f.Do(f.b.Context(), HangUp{Agent: login}); err != nil {
			return err
		}
		f.call()
		f.mu.Lock()
		f.free[o.Endpoint] = time.Now()
		f.mu.Unlock()
		return f.Do(f.b.Context(), Finish{Agent: login, Task: o.Task, Code: "done"})
	})
}

// BenchmarkPlaces is what telling 500 who wait their places takes.
func BenchmarkPlaces(b *testing.B) {
	f, w := busyFloor(b, 500, benchAgents)
	for b.Loop() {
		places(f, w)
	}
}
