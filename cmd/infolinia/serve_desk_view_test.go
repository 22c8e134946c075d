package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"infolinia/ivr/console"
	"infolinia/ivr/desk"
)

// oneView is a desk that looks as it was told.
type oneView struct{ console.DeskView }

func (o oneView) View(context.Context, string) (console.DeskView, error) { return o.DeskView, nil }

func (o oneView) Do(context.Context, console.Agent, console.Command) error { return nil }

func (o oneView) Watch(context.Context, string) <-chan struct{} { return nil }

type noDrafts struct{}

func (noDrafts) Draft(context.Context, string, string) (console.Draft, error) {
	return console.Draft{}, nil
}

func (noDrafts) SaveDraft(context.Context, string, string, console.Draft) error { return nil }

func TestThePageShowsEveryStateThatTheRulesKnow(t *testing.T) {
	anna := func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h.ServeHTTP(w, r.WithContext(console.WithAgent(r.Context(), console.Agent{Login: "anna", Session: "s"})))
		})
	}
	now := time.Now()
	for _, mode := range []desk.Mode{desk.TalkCaller, desk.TalkHold, desk.TalkConsult, desk.TalkConference, desk.TalkBlind, desk.TalkDialling} {
		f := desk.Floor{Agents: map[string]*desk.Agent{}}
		talk := &desk.Talk{Mode: mode, Since: now, HeldSince: now}
		if mode != desk.TalkDialling {
			talk.Other = &desk.Other{To: desk.Target{Destination: "registry"}, Since: now}
		}
		v := oneView{console.DeskView{
			Me:   console.DeskMe{Login: "anna", State: console.OnCall, Since: now, Page: "s.x", Browser: true},
			Task: &console.DeskTask{ID: "t", State: console.TaskConnected, Talk: talkOf(f, talk)},
		}}
		h := console.New(console.Settings{Metrics: prometheus.NewRegistry(), Desk: &console.DeskPage{Signed: anna, Desk: v, Drafts: noDrafts{}}})
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/desk", nil))
		if w.Code != http.StatusOK {
			t.Errorf("%s: %d %s", mode, w.Code, w.Body)
		}
	}
}
