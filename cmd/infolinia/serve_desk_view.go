package main

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/console"
	"infolinia/ivr/desk"
)

// floorView shows the floor to agents and takes their commands.
type floorView struct{ d *daemon }

// View is the floor as one agent sees it.
func (v floorView) View(ctx context.Context, login string) (console.DeskView, error) {
	f, w := v.d.desk.Floor(), v.d.deskWorld(time.Now())
	me := f.Agents[login]
	if me == nil {
		me = &desk.Agent{Login: login, State: desk.Offline}
	}
	account, err := v.d.asked.account(ctx, v.d.records, me)
	if err != nil {
		return console.DeskView{}, err
	}
	view := console.DeskView{
		Me: console.DeskMe{
			Login: login, Name: account.Name, State: console.Presence(me.State), Since: me.Since, Reason: me.Reason,
			Next: me.Next, Page: me.Session, Browser: me.Browser, Extension: account.Device, Handled: handledToday(me, w.Now),
		},
		Queues: queuesOf(f, w, me), People: peopleOf(f, login), Destinations: destinationsOf(w, v.d.publisher.Current().Titles),
		Owed: v.owed(ctx, f, w), Missed: v.d.missed.of(ctx, login, w.Now),
		Breaks: choices(v.d.config.Desk.Breaks), Codes: choices(v.d.config.Desk.Codes), Closings: choices(v.d.config.Desk.Closings),
		Detached: v.d.desk.Detached(),
	}
	if t := desk.TaskOf(f, login); t != nil {
		view.Task = v.task(ctx, f, t, me)
	}
	return view, nil
}

func handledToday(a *desk.Agent, now time.Time) int {
	if a.Day != now.In(ivr.Warsaw()).Format(time.DateOnly) {
		return 0
	}
	return a.Handled
}

func queuesOf(f desk.Floor, w desk.World, me *desk.Agent) []console.DeskQueue {
	var list []console.DeskQueue
	for _, name := range slices.Sorted(maps.Keys(w.Queues)) {
		q, now := w.Queues[name], desk.LookAt(f, w, name)
		row := console.DeskQueue{
			Name: name, Title: q.Title, Mine: me.Serves(name), Waiting: now.Waiting,
			Open:   q.Hours == "" || w.Hours[q.Hours].Case.Open(),
			Free:   now.Agents[desk.Available] + now.Agents[desk.Ringing],
			Talk:   now.Agents[desk.OnCall] + now.Agents[desk.WrapUp],
			Pauses: now.Agents[desk.Break],
		}
		if now.Waiting > 0 {
			row.Longest = w.Now.Add(-now.Longest)
		}
		list = append(list, row)
	}
	return list
}

func peopleOf(f desk.Floor, me string) []console.DeskPerson {
	var list []console.DeskPerson
	for _, a := range desk.Directory(f) {
		if a.Login != me && a.State != desk.Offline {
			list = append(list, console.DeskPerson{
				Login: a.Login, Name: a.Name, State: console.Presence(a.State), Since: a.Since, Reason: a.Reason, Queues: a.Queues,
			})
		}
	}
	return list
}

func destinationsOf(w desk.World, titles map[string]ivr.Texts) []console.DeskDestination {
	var list []console.DeskDestination
	for _, name := range slices.Sorted(maps.Keys(w.Destinations)) {
		list = append(list, console.DeskDestination{Name: name, Title: titles[name]})
	}
	return list
}

func (v floorView) owed(ctx context.Context, f desk.Floor, w desk.World) []console.OwedCallback {
	var list []console.OwedCallback
	for _, t := range desk.Callbacks(f, w) {
		list = append(list, console.OwedCallback{
			Task: t.ID, Queue: t.Queue, Topic: v.d.journeys.of(ctx, t.ID).Topic(), Asked: t.Entered, Tries: t.Tries, Next: t.NotBefore,
		})
	}
	return list
}

func (v floorView) task(ctx context.Context, f desk.Floor, t *desk.Task, me *desk.Agent) *console.DeskTask {
	j := v.d.journeys.of(ctx, t.ID)
	out := &console.DeskTask{
		ID: t.ID, Callback: t.Kind == desk.KindCallback, Queue: t.Queue, Topic: j.Topic(), Path: j.Choices, Lang: t.Lang,
		Caller: t.Caller.HMAC, Entered: t.Entered, Heard: j.Heard, Case: j.Case, WrapUntil: me.WrapUntil,
	}
	switch {
	case t.From != "":
		out.Transferred = nameOf(f, desk.Target{Agent: t.From})
	case t.Agent != "" && t.Agent != me.Login:
		out.Transferred = nameOf(f, desk.Target{Agent: t.Agent})
	}
	offer, rings := desk.OfferTo(t, me.Login)
	switch {
	case rings:
		out.State, out.OfferMade, out.OfferUntil, out.Auto = console.TaskOffered, offer.Made, offer.Until, offer.Auto
	case me.State == desk.WrapUp:
		out.State = console.TaskWrapping
	default:
		out.State = console.TaskConnected
	}
	if t.Talk != nil {
		out.Talk, out.Waited = talkOf(f, t, me.Login), t.Talk.Since.Sub(t.Entered)
	}
	return out
}

// talkOf is the talk of a task as an agent has it: as his own, or as who is asked.
func talkOf(f desk.Floor, task *desk.Task, me string) *console.DeskTalk {
	t := task.Talk
	if o := t.Other; o != nil && o.Agent == me && task.Agent != "" && task.Agent != me {
		mode := map[desk.Mode]console.TalkMode{desk.TalkConsult: console.TalkAsked, desk.TalkConference: console.TalkJoined}[t.Mode]
		return &console.DeskTalk{
			Mode: cmp.Or(mode, console.TalkParked), Since: o.Since,
			Other: &console.DeskOther{Name: nameOf(f, desk.Target{Agent: task.Agent}), Since: o.Since},
		}
	}
	out := &console.DeskTalk{Mode: console.TalkMode(t.Mode), Since: t.Since, HeldSince: t.HeldSince}
	if !t.Lost.IsZero() {
		out.LostUntil = t.Lost.Add(desk.RejoinTime)
	}
	if o := t.Other; o != nil {
		out.Other = &console.DeskOther{Name: nameOf(f, o.To), Answered: o.Answered, Since: o.Since}
	}
	return out
}

// nameOf is how a third party is called.
func nameOf(f desk.Floor, to desk.Target) string {
	if a := f.Agents[to.Agent]; a != nil {
		return a.Name
	}
	return to.Agent + to.Queue + to.Destination
}
