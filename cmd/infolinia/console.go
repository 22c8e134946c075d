package main

import (
	"context"
	"errors"
	"net/http"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/config"
	"infolinia/ivr/console"
	"infolinia/ivr/kb"
	"infolinia/ivr/publish"
)

// controlSocket is where the commands of this machine reach the daemon.
func controlSocket(c *config.Config) string { return c.Socket(c.Instance) }

func (d *daemon) consoleSettings() console.Settings {
	return console.Settings{
		Line: onLine{d}, Calls: d.store, Checks: d.checks(), Metrics: d.metrics, LogIns: d.logIns(), Desk: d.deskPage(),
	}
}

// handler is what is served over HTTP.
func (d *daemon) handler() http.Handler { return console.New(d.consoleSettings()) }

// control serves the commands until ctx ends.
func (d *daemon) control(ctx context.Context) error {
	return console.Control{Publisher: onPublisher{d.publisher}, Drain: d.drain, Slots: onSlots{d}, Settings: d.consoleSettings()}.Run(ctx, controlSocket(d.config))
}

// onLine tells the console of the line.
type onLine struct{ d *daemon }

func (l onLine) Version() console.Version {
	s := l.d.publisher.Status()
	v := console.Version{Number: l.d.publisher.Current().Number, ID: s.Version, Since: s.Since, Stale: s.Stale}
	for _, p := range s.Problems {
		v.Problems = append(v.Problems, console.FileProblem(p))
	}
	return v
}

func (l onLine) Live() int { return l.d.live() }

func (l onLine) World(now time.Time) *ivr.World { return l.d.publisher.World(now) }

func (l onLine) Expiring(now time.Time) []console.Expiry {
	articles := l.d.publisher.Content(now).Articles
	var list []console.Expiry
	for _, e := range kb.Expiring(articles, warnBefore, now) {
		list = append(list, console.Expiry{ID: e.ID, Section: e.Section, Title: articles[e.ID].Title[kb.DefaultLang], Until: e.Until})
	}
	return list
}

func (l onLine) Unheard() (map[string]int, error) { return l.d.messages.Unheard() }

// onPublisher lets the commands publish.
type onPublisher struct{ *publish.Publisher }

func (p onPublisher) Publish(ctx context.Context) error {
	err := p.Publisher.Publish(ctx)
	var wrong *publish.CheckError
	if !errors.As(err, &wrong) {
		return err
	}
	refused := &console.Refused{}
	for _, problem := range wrong.Problems {
		refused.Problems = append(refused.Problems, console.FileProblem(problem))
	}
	return refused
}

func (p onPublisher) Rollback(ctx context.Context) error {
	_, err := p.Publisher.Rollback(ctx)
	return err
}
