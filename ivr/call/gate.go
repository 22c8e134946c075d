package call

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"
)

// Limits bound what a process takes on. Zero is no limit.
type Limits struct {
	// Calls are those at once.
	Calls int
	// Latency and Heartbeat are those of Strain.
	Latency, Heartbeat time.Duration
}

// Strain is how long Asterisk and the way to it take at the moment; zero while
// nothing is known.
type Strain struct {
	Latency   time.Duration // of the slowest twentieth of orders
	Heartbeat time.Duration // from an event's cause to us
}

// Reason is why new callers are turned away.
type Reason string

// The reasons; Open is none.
const (
	Open          Reason = ""
	OverCalls     Reason = "calls"
	OverLatency   Reason = "latency"
	OverHeartbeat Reason = "heartbeat"
)

// calmTime is how long strain must have eased before new callers are let in.
const calmTime = 3 * time.Second

// Gate turns new callers away while there is more to do than can be done well.
// Those inside are never asked about, nor is a caller who was found in Asterisk:
// he is inside. It shuts at a limit and opens well below it, so that it does not
// flap: at nineteen twentieths of the calls, and when orders and heartbeats have
// taken less than half of what they may for calmTime. All lines of a process
// share one. A nil Gate is always open.
type Gate struct {
	limits Limits
	strain func() Strain
	log    zerolog.Logger
	live   atomic.Int64

	mu     sync.Mutex
	state  gateState
	turned int // callers, since it shut
}

// NewGate makes an open gate. strain is asked about every new caller and must
// answer at once.
func NewGate(limits Limits, strain func() Strain, log zerolog.Logger) *Gate {
	return &Gate{limits: limits, strain: strain, log: log}
}

// Live is the number of calls of all lines at this moment.
func (g *Gate) Live() int { return int(g.live.Load()) }

// State is why the gate is shut, with the strain of this moment.
func (g *Gate) State() (Reason, Strain) {
	if g == nil {
		return Open, Strain{}
	}
	return g.look(false)
}

// admit tells whether one more caller is let in; Open: he is.
func (g *Gate) admit() Reason {
	if g == nil {
		return Open
	}
	reason, _ := g.look(true)
	return reason
}

func (g *Gate) look(newcomer bool) (Reason, Strain) {
	strain := g.strain()
	g.mu.Lock()
	defer g.mu.Unlock()
	before := g.state.reason
	g.state = g.state.next(time.Now(), g.limits, g.Live(), strain)
	switch now := g.state.reason; {
	case before == Open && now != Open:
		g.turned = 0
		g.log.Warn().Str("reason", string(now)).Int("calls", g.Live()).Dur("latency", strain.Latency).
			Dur("heartbeat", strain.Heartbeat).Msg("new callers are turned away")
	case before != Open && now == Open:
		g.log.Warn().Int("turned_away", g.turned).Int("calls", g.Live()).Msg("new callers are let in again")
	}
	if newcomer && g.state.reason != Open {
		g.turned++
	}
	return g.state.reason, strain
}

func (g *Gate) entered() {
	if g != nil {
		g.live.Add(1)
	}
}

func (g *Gate) left() {
	if g != nil {
		g.live.Add(-1)
	}
}

// gateState is why the gate is shut, and when it was last over a limit.
type gateState struct {
	reason Reason
	over   time.Time
}

// next is the state after a look at the calls and the strain of a moment.
func (s gateState) next(now time.Time, l Limits, calls int, strain Strain) gateState {
	switch {
	case l.Calls > 0 && calls >= l.Calls:
		return gateState{OverCalls, now}
	case l.Latency > 0 && strain.Latency > l.Latency:
		return gateState{OverLatency, now}
	case l.Heartbeat > 0 && strain.Heartbeat > l.Heartbeat:
		return gateState{OverHeartbeat, now}
	}
	switch {
	case s.reason == Open:
	case l.Calls > 0 && calls > l.Calls-max(1, l.Calls/20),
		l.Latency > 0 && strain.Latency > l.Latency/2,
		l.Heartbeat > 0 && strain.Heartbeat > l.Heartbeat/2:
		return gateState{s.reason, now}
	case s.reason != OverCalls && now.Sub(s.over) < calmTime:
		return s
	}
	return gateState{}
}
