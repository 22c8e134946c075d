package desk

import "slices"

// mend puts right what does not fit together: a board that was partly lost, or
// written by another release. In doubt a caller waits, at the front, and an agent is
// on a break; so Step works on any floor. A sound floor is left as it is.
func (u *turn) mend() {
	for id, t := range u.now.Tasks {
		if t == nil || t.ID != id {
			delete(u.now.Tasks, id)
		}
	}
	for login, a := range u.now.Agents {
		if a == nil || a.Login != login {
			delete(u.now.Agents, login)
		}
	}
	for u.mendEach() {
	}
}

// mendEach tells whether it has mended anything, which may leave others without
// what they hold. What was mended holds nothing, so this ends.
func (u *turn) mendEach() (mended bool) {
	for _, id := range u.tasksThat(func(t *Task) bool { return !u.sound(t) }) {
		if !u.sound(u.now.Tasks[id]) { // still, after those before it
			u.mendTask(u.task(id))
			mended = true
		}
	}
	for _, login := range u.agents() {
		if a := u.now.Agents[login]; !u.busyAsHeSays(a) {
			u.mendAgent(u.agent(login))
			mended = true
		}
	}
	return mended
}

// sound tells whether a task has what its state needs, and nothing else.
func (u *turn) sound(t *Task) bool {
	for i, o := range t.Offers {
		again := slices.ContainsFunc(t.Offers[:i], func(p Offer) bool { return p.Agent == o.Agent || p.Auto })
		if again || o.Auto != (t.State == Connected) || o.Auto && o.Agent != t.Agent || !o.Auto && !u.has(o.Agent, Ringing, t) {
			return false
		}
	}
	if c := u.now.Tasks[t.Calling]; t.Calling != "" && (t.State != Waiting || c == nil || !c.unanswered() || c.Owed != t.ID) {
		return false
	}
	if t.State != Connected && ((t.Resident != "") != t.Reached || t.Reached && !t.unanswered()) {
		return false
	}
	switch t.State {
	case Waiting:
		return len(t.Offers) == 0 && t.Talk == nil && t.Agent == ""
	case Offered:
		return len(t.Offers) > 0 && t.Talk == nil && t.Agent == ""
	case Connected:
		return t.Talk != nil && u.soundTalk(t, t.Talk)
	case Wrapping:
		return len(t.Offers) == 0 && t.Talk == nil && u.has(t.Agent, WrapUp, t)
	}
	return t.final() && len(t.Offers) == 0 && t.Talk == nil
}

func (u *turn) soundTalk(t *Task, talk *Talk) bool {
	dialling := t.Kind == KindCallback && !t.Reached
	if dialling != (talk.Mode == TalkDialling) || dialling && (talk.Other != nil || t.Resident == "") {
		return false
	}
	if o := talk.Other; o != nil && o.Agent != "" {
		if as := (map[bool]AgentState{true: OnCall, false: Ringing})[o.Answered]; t.Agent == "" || o.Agent == t.Agent || !u.has(o.Agent, as, t) {
			return false
		}
	}
	switch {
	case t.Agent == "":
		return talk.Other != nil && talk.Leg == "" && (talk.Mode == TalkBlind && !talk.External) != talk.Other.Answered
	case talk.External || !u.has(t.Agent, OnCall, t) || (talk.Leg == "") != !talk.Lost.IsZero():
		return false
	}
	switch talk.Mode {
	case TalkCaller, TalkDialling:
		return talk.Other == nil || talk.Other.Answered
	case TalkHold:
		return talk.Other == nil
	case TalkConsult:
		return talk.Other != nil
	case TalkConference:
		return talk.Other != nil && talk.Other.Answered
	}
	return false
}

// has tells whether an agent is with t, in that state.
func (u *turn) has(login string, as AgentState, t *Task) bool {
	a := u.now.Agents[login]
	return a != nil && a.State == as && a.Task == t.ID && (as == WrapUp || a.System == t.system())
}

func (u *turn) mendTask(t *Task) {
	t.Offers, t.Talk, t.Agent, t.Calling = nil, nil, "", ""
	switch {
	case t.State == Wrapping:
		t.State = Completed
	case !t.final():
		t.State, t.Front, t.For, t.From = Waiting, true, "", ""
	}
	if !t.unanswered() || t.Resident == "" || !t.Reached {
		t.Resident, t.Reached = "", false
	}
}

// busyAsHeSays tells whether an agent's state is borne out by the task he names.
func (u *turn) busyAsHeSays(a *Agent) bool {
	t := u.now.Tasks[a.Task]
	if (a.Session == "") != (a.State == Offline) || (a.Reason == "") != (a.State != Break) {
		return false
	}
	switch a.State {
	case Available, Break, Offline:
		return a.Task == "" && a.WrapUntil.IsZero()
	case WrapUp:
		return t != nil && a.Owed != nil && a.Owed.Task == a.Task && !a.WrapUntil.IsZero()
	case Ringing, OnCall:
		return t != nil && t.holds(a)
	}
	return false
}

func (u *turn) mendAgent(a *Agent) {
	a.Owed, a.WrapUntil = nil, noTime
	if a.Session != "" {
		u.sendAway(a, BreakAway)
		return
	}
	a.Task, a.Next = "", ""
	u.become(a, Offline, "")
}

// holds tells whether t names a as somebody it rings at or talks with.
func (t *Task) holds(a *Agent) bool {
	if t.Talk != nil && t.Talk.Other != nil && t.Talk.Other.Agent == a.Login {
		return t.Talk.Other.Answered == (a.State == OnCall)
	}
	if a.State == OnCall {
		return t.State == Connected && t.Agent == a.Login
	}
	for _, o := range t.Offers {
		if o.Agent == a.Login && !o.Auto {
			return true
		}
	}
	return false
}
