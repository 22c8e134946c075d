package call

import "github.com/prometheus/client_golang/prometheus"

// Metrics count what happens to calls.
type Metrics struct {
	live                                                               prometheus.GaugeFunc
	steps, ignored, saveFailed, fenced, resumed, adopted, speechFailed prometheus.Counter
	saveSeconds                                                        prometheus.Histogram
	outcomes, refused                                                  *prometheus.CounterVec
}

// NewMetrics makes metrics that ask live for the number of calls.
func NewMetrics(live func() int) *Metrics {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: "infolinia_call_" + name, Help: help})
	}
	return &Metrics{
		live: prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "infolinia_calls_live", Help: "Calls at this moment."},
			func() float64 { return float64(live()) }),
		steps:        counter("steps_total", "Inputs that moved a call."),
		ignored:      counter("inputs_ignored_total", "Inputs no call waited for: late, repeated or stale."),
		saveFailed:   counter("saves_failed_total", "Steps performed before their state was saved."),
		fenced:       counter("fenced_total", "Calls another process has taken over."),
		resumed:      counter("resumed_total", "Calls taken up again after a restart or a lost connection."),
		adopted:      counter("adopted_total", "Callers found in Asterisk that no saved call belongs to."),
		speechFailed: counter("prompts_failed_total", "Prompts that could not be said."),
		saveSeconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "infolinia_call_save_seconds", Help: "Time to save a step.",
			Buckets: []float64{.0005, .001, .002, .005, .01, .025, .05, .1, .25},
		}),
		outcomes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "infolinia_calls_ended_total", Help: "Calls that ended, by outcome.",
		}, []string{"outcome"}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "infolinia_calls_refused_total", Help: "New callers turned away, by the limit that was reached.",
		}, []string{"reason"}),
	}
}

// All are to be registered by whoever serves them.
func (m *Metrics) All() []prometheus.Collector {
	return []prometheus.Collector{
		m.live, m.steps, m.ignored, m.saveFailed, m.fenced, m.resumed, m.adopted, m.speechFailed, m.saveSeconds, m.outcomes, m.refused,
	}
}
