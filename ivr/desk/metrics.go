package desk

import (
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics count what happens at a desk.
type Metrics struct {
	offers, conflicts, restored, redone, ordersFailed prometheus.Counter
	decision                                          prometheus.Histogram
	detached, waiting                                 prometheus.GaugeFunc
	agents                                            []prometheus.Collector

	away  atomic.Bool
	floor atomic.Pointer[Floor]
}

// NewMetrics makes metrics for one desk.
func NewMetrics() *Metrics {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: "infolinia_desk_" + name, Help: help})
	}
	m := &Metrics{
		offers:       counter("offers_total", "Phones of agents that were rung for a caller."),
		conflicts:    counter("conflicts_total", "Changes that another process had come before, and that were made again."),
		restored:     counter("restored_total", "Times the board had lost data and was written anew."),
		redone:       counter("redone_total", "Inputs brought to the board again after the store was away or lost them."),
		ordersFailed: counter("orders_failed_total", "Orders to Asterisk that failed and are repeated."),
		decision: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "infolinia_desk_offer_decision_seconds", Help: "From a caller who enters or an agent who is free to the order to ring.",
			Buckets: []float64{.001, .002, .005, .01, .02, .05, .1, .2, .5, 1},
		}),
	}
	m.floor.Store(&Floor{})
	m.detached = m.gauge("detached", "1 while the store is away.", nil, func(Floor) int {
		if m.away.Load() {
			return 1
		}
		return 0
	})
	m.waiting = m.gauge("waiting", "Callers who wait for an agent.", nil, func(f Floor) (n int) {
		for _, t := range f.Tasks {
			if t.Kind == KindCall && (t.State == Waiting || t.State == Offered) {
				n++
			}
		}
		return n
	})
	for _, state := range []AgentState{Offline, Available, Ringing, OnCall, WrapUp, Break} {
		m.agents = append(m.agents, m.gauge("agents", "Agents by what they do.", prometheus.Labels{"state": string(state)}, func(f Floor) (n int) {
			for _, a := range f.Agents {
				if a.State == state {
					n++
				}
			}
			return n
		}))
	}
	return m
}

func (m *Metrics) gauge(name, help string, labels prometheus.Labels, value func(Floor) int) prometheus.GaugeFunc {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "infolinia_desk_" + name, Help: help, ConstLabels: labels},
		func() float64 { return float64(value(*m.floor.Load())) })
}

// offered counts an offer whose phone is ordered to ring, by when the cause came or,
// where that was not seen, the offer was made.
func (m *Metrics) offered(cause, made time.Time) {
	m.offers.Inc()
	if cause.IsZero() {
		cause = made
	}
	m.decision.Observe(max(0, time.Since(cause).Seconds()))
}

// All are to be registered by whoever serves them.
func (m *Metrics) All() []prometheus.Collector {
	return append([]prometheus.Collector{
		m.offers, m.conflicts, m.restored, m.redone, m.ordersFailed, m.decision, m.detached, m.waiting,
	}, m.agents...)
}
