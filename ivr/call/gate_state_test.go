package call

import (
	"testing"
	"time"
)

func TestTheGateShutsAtALimitAndOpensWellBelowIt(t *testing.T) {
	limits := Limits{Calls: 100, Latency: 400 * time.Millisecond, Heartbeat: time.Second}
	type look struct {
		after  time.Duration // the look before
		calls  int
		strain Strain
		want   Reason
	}
	ms := time.Millisecond
	for name, looks := range map[string][]look{
		"calls": {
			{0, 99, Strain{}, Open}, {0, 100, Strain{}, OverCalls}, {0, 99, Strain{}, OverCalls},
			{0, 96, Strain{}, OverCalls}, {0, 95, Strain{}, Open}, {0, 99, Strain{}, Open},
		},
		"latency": {
			{0, 5, Strain{Latency: 400 * ms}, Open}, {0, 5, Strain{Latency: 401 * ms}, OverLatency},
			{10 * time.Second, 5, Strain{Latency: 201 * ms}, OverLatency}, // better, but not well
			{2900 * ms, 5, Strain{Latency: 20 * ms}, OverLatency}, {100 * ms, 5, Strain{Latency: 20 * ms}, Open},
			{0, 5, Strain{Latency: 300 * ms}, Open},
		},
		"heartbeat": {
			{0, 5, Strain{Heartbeat: 2 * time.Second}, OverHeartbeat}, {4 * time.Second, 5, Strain{Heartbeat: 501 * ms}, OverHeartbeat},
			{4 * time.Second, 5, Strain{}, Open},
		},
		"one after the other": {
			{0, 100, Strain{}, OverCalls}, {0, 60, Strain{Latency: time.Second}, OverLatency},
			{time.Second, 60, Strain{}, OverLatency}, {2 * time.Second, 60, Strain{}, Open},
		},
	} {
		now, s := time.Now(), gateState{}
		for i, l := range looks {
			now = now.Add(l.after)
			if s = s.next(now, limits, l.calls, l.strain); s.reason != l.want {
				t.Errorf("%s, look %d: %q, want %q", name, i, s.reason, l.want)
			}
		}
	}
}

func TestWithoutLimitsTheGateIsOpen(t *testing.T) {
	s := gateState{}.next(time.Now(), Limits{}, 1_000_000, Strain{time.Hour, time.Hour})
	if s.reason != Open {
		t.Errorf("shut: %s", s.reason)
	}
}
