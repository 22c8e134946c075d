package main

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"infolinia/ivr/kb"
)

// contentMetrics tell of what staff should look at.
func (d *daemon) contentMetrics() prometheus.Collector {
	return contentCollector{d,
		prometheus.NewDesc("infolinia_files_stale", "1 while the saved files are not what is live.", nil, nil),
		prometheus.NewDesc("infolinia_articles_expiring", "Articles and sections that expire within 30 days or have expired.", nil, nil),
		prometheus.NewDesc("infolinia_messages_unheard", "Messages nobody has dealt with.", []string{"box"}, nil),
	}
}

type contentCollector struct {
	d                         *daemon
	stale, expiring, messages *prometheus.Desc
}

func (c contentCollector) Describe(ch chan<- *prometheus.Desc) {
	ch <- c.stale
	ch <- c.expiring
	ch <- c.messages
}

func (c contentCollector) Collect(ch chan<- prometheus.Metric) {
	gauge := func(desc *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, v, labels...)
	}
	stale := 0.0
	if c.d.publisher.Status().Stale != "" {
		stale = 1
	}
	gauge(c.stale, stale)
	now := time.Now()
	gauge(c.expiring, float64(len(kb.Expiring(c.d.publisher.Content(now).Articles, warnBefore, now))))
	unheard, err := c.d.messages.Unheard()
	if err != nil {
		ch <- prometheus.NewInvalidMetric(c.messages, err)
		return
	}
	for box, n := range unheard {
		gauge(c.messages, float64(n), box)
	}
}
