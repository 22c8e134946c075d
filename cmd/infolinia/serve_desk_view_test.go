package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
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
	f := desk.Floor{Agents: map[string]*desk.Agent{"piotr": {Login: "piotr", Name: "Piotr Lis"}}}
	tasks := map[string]*desk.Task{}
	for _, mode := range []desk.Mode{desk.TalkCaller, desk.TalkHold, desk.TalkConsult, desk.TalkConference, desk.TalkBlind, desk.TalkDialling} {
		own := &desk.Task{Agent: "anna", Talk: &desk.Talk{Mode: mode, Since: now, HeldSince: now}}
		if mode != desk.TalkDialling {
			own.Talk.Other = &desk.Other{To: desk.Target{Destination: "registry"}, Since: now}
		}
		tasks[string(mode)] = own
		tasks["asked, "+string(mode)] = &desk.Task{Agent: "piotr", Talk: &desk.Talk{Mode: mode, Since: now, Other: &desk.Other{Agent: "anna", Answered: true, Since: now}}}
	}
	for name, task := range tasks {
		v := oneView{console.DeskView{
			Me:   console.DeskMe{Login: "anna", State: console.OnCall, Since: now, Page: "s.x", Browser: true},
			Task: &console.DeskTask{ID: "t", State: console.TaskConnected, Talk: talkOf(f, task, "anna")},
		}}
		h := console.New(console.Settings{Metrics: prometheus.NewRegistry(), Desk: &console.DeskPage{Signed: anna, Desk: v, Drafts: noDrafts{}}})
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/desk", nil))
		if w.Code != http.StatusOK {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
		if asked := task.Agent == "piotr"; asked && (!strings.Contains(w.Body.String(), "Piotr Lis") || strings.Contains(w.Body.String(), `data-do="complete"`)) {
			t.Errorf("%s: who is asked is shown the call as his own", name)
		}
	}
}
