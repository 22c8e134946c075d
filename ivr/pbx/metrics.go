package pbx

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

type metrics struct {
	events     *prometheus.CounterVec
	unknown    prometheus.Counter
	reconnects prometheus.Counter
	requests   *prometheus.HistogramVec
	late       prometheus.Counter
	live       prometheus.Gauge
	connected  prometheus.Gauge
	silence    prometheus.GaugeFunc
	latencies  latencies
}

func newMetrics(app string, silence func() time.Duration) *metrics {
	labels := prometheus.Labels{"app": app}
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{
			Namespace: "infolinia", Subsystem: "pbx", Name: name, Help: help, ConstLabels: labels})
	}
	gauge := prometheus.GaugeOpts{Namespace: "infolinia", Subsystem: "pbx", ConstLabels: labels}
	named := func(name, help string) prometheus.GaugeOpts {
		o := gauge
		o.Name, o.Help = name, help
		return o
	}
	return &metrics{
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: "infolinia", Subsystem: "pbx", Name: "events_total",
			Help: "Events received from Asterisk.", ConstLabels: labels}, []string{"type"}),
		unknown:    counter("unknown_events_total", "Events that could not be read and were skipped."),
		reconnects: counter("reconnects_total", "Times the websocket was lost."),
		late:       counter("late_prompts_total", "Prompts that Asterisk did not end in time and that were cut."),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: "infolinia", Subsystem: "pbx", Name: "request_seconds",
			Help: "Requests to Asterisk; status 0: no answer.", ConstLabels: labels,
			Buckets: []float64{.001, .002, .005, .01, .02, .05, .1, .25, .5, 1, 2.5, 5},
		}, []string{"request", "status"}),
		live:      prometheus.NewGauge(named("calls", "Callers in the application.")),
		connected: prometheus.NewGauge(named("connected", "1 while events flow.")),
		silence: prometheus.NewGaugeFunc(named("silence_seconds", "How long ago Asterisk was last heard."),
			func() float64 { return silence().Seconds() }),
	}
}

func (m *metrics) request(name string, status int, took time.Duration) {
	m.requests.WithLabelValues(name, strconv.Itoa(status)).Observe(took.Seconds())
	if quick(name) {
		m.latencies.note(time.Now(), took)
	}
}

func (m *metrics) collectors() []prometheus.Collector {
	return []prometheus.Collector{
		m.events, m.unknown, m.reconnects, m.late, m.requests, m.live, m.connected, m.silence}
}

// Describe and Collect make a Phone a prometheus.Collector.
func (p *Phone) Describe(ch chan<- *prometheus.Desc) {
	for _, c := range p.metrics.collectors() {
		c.Describe(ch)
	}
}

// Collect gives the current figures.
func (p *Phone) Collect(ch chan<- prometheus.Metric) {
	for _, c := range p.metrics.collectors() {
		c.Collect(ch)
	}
}
