package pbx

import (
	"slices"
	"sync"
	"time"
)

// Strain is how long the way to Asterisk and back takes at the moment, to be
// asked before a new caller is taken on. latency is that of the slowest twentieth
// of orders within the last latencyWindow, or how long one takes already that
// others wait for; heartbeat is how long the last heartbeat took, or takes already.
// Both are zero while nothing is known.
func (p *Phone) Strain() (latency, heartbeat time.Duration) {
	now := time.Now()
	p.mu.Lock()
	heartbeat = p.lag
	if !p.waits.IsZero() {
		heartbeat = max(heartbeat, now.Sub(p.waits))
	}
	p.mu.Unlock()
	latency = p.metrics.latencies.slowest(now)
	if w := p.rest.wire.Load(); w != nil {
		latency = max(latency, w.waits(now))
	}
	return latency, heartbeat
}

const (
	latencyWindow = 5 * time.Second
	// latencyFewest is how many orders say something about the machine.
	latencyFewest = 20
	// latencyKept bounds what is remembered; at a hundred orders a second and
	// more it is what happened within less than the window.
	latencyKept = 512
	// latencyFresh is how long an answer of slowest is good.
	latencyFresh = 100 * time.Millisecond
)

// latencies remember how long the latest orders took.
type latencies struct {
	mu     sync.Mutex
	orders [latencyKept]timed
	next   int
	asked  time.Time
	answer time.Duration
}

type timed struct {
	at   time.Time
	took time.Duration
}

// quick tells the orders that Asterisk carries out at once. Others, like adding to
// a bridge, wait for the end of a prompt and say nothing about the machine.
func quick(request string) bool {
	switch request {
	case "POST /channels/{id}/play/{id}", "DELETE /playbacks/{id}", "POST /events/user/{id}":
		return true
	}
	return false
}

func (l *latencies) note(now time.Time, took time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.orders[l.next] = timed{now, took}
	l.next = (l.next + 1) % latencyKept
}

// slowest is what the slowest twentieth took at least.
func (l *latencies) slowest(now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.asked) < latencyFresh {
		return l.answer
	}
	took := make([]time.Duration, 0, latencyKept)
	for _, o := range l.orders {
		if now.Sub(o.at) < latencyWindow {
			took = append(took, o.took)
		}
	}
	l.asked, l.answer = now, 0
	if len(took) >= latencyFewest {
		slices.Sort(took)
		l.answer = took[len(took)*19/20]
	}
	return l.answer
}
