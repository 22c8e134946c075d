package main

import (
	"context"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"infolinia/ivr/call"
	"infolinia/ivr/console"
)

// newGate turns new callers away as the settings say.
func (d *daemon) newGate() *call.Gate {
	a := d.config.Admission
	return call.NewGate(call.Limits{Calls: a.Calls, Latency: a.Latency, Heartbeat: a.Heartbeat}, d.strain, d.log)
}

// strain is that of the slot that is worst off.
func (d *daemon) strain() (worst call.Strain) {
	for _, t := range d.tenancies() {
		latency, heartbeat := t.phone.Strain()
		worst.Latency = max(worst.Latency, latency)
		worst.Heartbeat = max(worst.Heartbeat, heartbeat)
	}
	return worst
}

// admissionMetrics tell whether new callers are let in, and how near that is.
func (d *daemon) admissionMetrics() []prometheus.Collector {
	gauge := func(name, help string, value func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "infolinia", Subsystem: "admission", Name: name, Help: help}, value)
	}
	return []prometheus.Collector{
		gauge("shut", "1 while new callers are turned away.", func() float64 {
			if reason, _ := d.gate.State(); reason != call.Open {
				return 1
			}
			return 0
		}),
		gauge("latency_seconds", "Of the slowest twentieth of orders to Asterisk within 5 s.", func() float64 { return d.strain().Latency.Seconds() }),
		gauge("heartbeat_seconds", "What the last heartbeat took from Asterisk, or takes already.", func() float64 { return d.strain().Heartbeat.Seconds() }),
	}
}

func (o onPhone) Refuse(ctx context.Context, id string) error { return o.t.phone.Refuse(ctx, id) }

// checkAdmission tells that new callers are turned away. Those inside are served,
// so it is no reason to send them elsewhere.
func (d *daemon) checkAdmission(context.Context) []console.Problem {
	reason, strain := d.gate.State()
	a := d.config.Admission
	var what, remedy console.Text
	switch reason {
	case call.Open:
		return nil
	case call.OverCalls:
		what = console.Text{EN: fmt.Sprintf("new callers are turned away: %d calls at once, %d are the most", d.gate.Live(), a.Calls),
			PL: fmt.Sprintf("Nowe połączenia nie są przyjmowane: rozmów jest %d, a może być najwyżej %d", d.gate.Live(), a.Calls)}
		remedy = console.Text{EN: "raise admission.calls if the machine has room, or add a machine",
			PL: "Jeżeli serwer ma zapas mocy, można zwiększyć ustawienie admission.calls; w przeciwnym razie trzeba dodać serwer."}
	default:
		what = console.Text{EN: fmt.Sprintf("new callers are turned away: orders take %s, events %s", short(strain.Latency), short(strain.Heartbeat)),
			PL: fmt.Sprintf("Nowe połączenia nie są przyjmowane: centrala odpowiada po %s, a zdarzenia przychodzą po %s", short(strain.Latency), short(strain.Heartbeat))}
		remedy = console.Text{EN: "see what else uses the machine, or lower admission.calls so that it is not reached again",
			PL: "Proszę sprawdzić, co jeszcze obciąża serwer, albo zmniejszyć ustawienie admission.calls."}
	}
	return []console.Problem{{Severity: console.Warning, What: what, Remedy: remedy}}
}

func short(d time.Duration) string { return d.Round(10 * time.Millisecond).String() }
