package pbx

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"infolinia/ivr"
	"infolinia/ivr/pbx/fakeari"
)

// crowd gives each call a mailbox and a goroutine, as the daemon does.
type crowd struct {
	mu    sync.Mutex
	boxes map[string]chan ivr.Input
	work  sync.WaitGroup
	live  func(id string, box <-chan ivr.Input)
	up    chan struct{}
}

func (c *crowd) Arrived(ch Channel) {
	box := make(chan ivr.Input, 16)
	c.mu.Lock()
	c.boxes[ch.CallID] = box
	c.mu.Unlock()
	c.work.Go(func() { c.live(ch.CallID, box) })
}

func (c *crowd) Input(id string, in ivr.Input) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.boxes[id] <- in
}

func (c *crowd) Connected([]string, time.Duration) { close(c.up) }
func (c *crowd) Lost()                             {}
func (c *crowd) Replaced()                         {}

func TestManyCallsAtOnceAreServedEachInItsOrder(t *testing.T) {
	s, err := fakeari.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.Length = func(string) time.Duration { return 20 * time.Millisecond }
	c := &crowd{boxes: map[string]chan ivr.Input{}, up: make(chan struct{})}
	p := New(Config{URL: s.URL, App: app, Endpoint: "Local/%s@office/n", Log: zerolog.Nop()}, c)
	c.live = func(id string, box <-chan ivr.Input) {
		if err := p.Answer(t.Context(), id); err != nil {
			t.Error(err)
		}
		if err := p.PlayFiles(t.Context(), id, id+".p", files("a", "b")); err != nil {
			t.Error(err)
		}
		got := ""
		for in := range box {
			got += fmt.Sprintf("%T ", in)
			switch in.(type) {
			case ivr.PlayEnded:
				if err := p.Hangup(t.Context(), id); err != nil {
					t.Error(err)
				}
			case ivr.HungUp:
				if got != "ivr.PlayMark ivr.PlayEnded ivr.HungUp " {
					t.Errorf("%s: %s", id, got)
				}
				return
			}
		}
	}
	ctx, quit := context.WithCancel(t.Context())
	over := make(chan error)
	go func() { over <- p.Run(ctx) }()
	<-c.up
	const calls = 300
	for i := range calls {
		if _, ok := s.Call(app, fmt.Sprint(i), "1"); !ok {
			t.Error("nobody listens")
		}
	}
	within, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	all := func() bool { return strings.Count(strings.Join(s.Orders(), "\n"), "DELETE /channels/") == calls }
	if err := s.Wait(within, all); err != nil {
		t.Errorf("%d orders: %v", len(s.Orders()), err)
	}
	c.work.Wait()
	quit()
	if err := <-over; err != nil {
		t.Error(err)
	}
}
