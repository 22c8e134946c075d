package call

import "github.com/prometheus/client_golang/prometheus"

type metrics struct {
	live                                                               prometheus.GaugeFunc
	steps, ignored, saveFailed, fenced, resumed, adopted, speechFailed prometheus.Counter
	saveSeconds                                                        prometheus.Histogram
	outcomes                                                           *prometheus.CounterVec
}

func newMetrics(live func() int) *metrics {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: "infolinia_call_" + name, Help: help})
	}
	return &metrics{
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
	}
}

func (m *metrics) all() []prometheus.Collector {
	return []prometheus.Collector{
		m.live, m.steps, m.ignored, m.saveFailed, m.fenced, m.resumed, m.adopted, m.speechFailed, m.saveSeconds, m.outcomes,
	}
}
