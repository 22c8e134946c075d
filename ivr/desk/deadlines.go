package desk

import "time"

var noTime time.Time

// settle does what is due: deadlines first, then those whose wait has become
// pointless.
func (u *turn) settle() {
	for _, id := range u.tasksThat(func(t *Task) bool { return t.State == Offered || t.State == Connected }) {
		u.dueTask(id)
	}
	for _, login := range u.agents() {
		u.dueAgent(login)
	}
	for _, id := range u.tasks() {
		u.pointless(id)
		u.outdated(id)
	}
}

func (u *turn) due(at time.Time) bool { return !at.IsZero() && !u.w.Now.Before(at) }

func (u *turn) dueTask(id string) {
	t := u.now.Tasks[id]
	switch t.State {
	case Offered:
		u.dueOffers(id)
	case Connected:
		u.dueTalk(id)
	}
}

func (u *turn) dueOffers(id string) {
	for _, o := range u.now.Tasks[id].Offers {
		if u.due(o.Until) {
			u.missed(u.task(id), o, MissedNoAnswer)
		}
	}
}

// dueTalk does what is due in a talk, one after the other: each may end what the
// next is about.
func (u *turn) dueTalk(id string) {
	for t := u.now.Tasks[id]; t.State == Connected; t = u.now.Tasks[id] {
		switch talk := t.Talk; {
		case len(t.Offers) > 0 && u.due(t.Offers[0].Until):
			t = u.task(id)
			u.clearAuto(t)
		case talk.Other != nil && !talk.Other.Answered && u.due(talk.Other.Until):
			u.otherGone(u.task(id), ClosedNoAnswer)
		case talk.Mode == TalkDialling && u.due(talk.Until):
			u.tried(u.task(id), ClosedNoAnswer)
		case !talk.Lost.IsZero() && len(t.Offers) == 0 && u.due(talk.Lost.Add(RejoinTime)):
			u.notRejoined(u.task(id))
		default:
			return
		}
	}
}

func (u *turn) dueAgent(login string) {
	a := u.now.Agents[login]
	if a.State != WrapUp || !u.due(a.WrapUntil) {
		return
	}
	a = u.agent(login)
	u.endWrapUp(a, "", "")
	u.sendAway(a, BreakWrapUp)
}

// outdated removes a final task whose time is over.
func (u *turn) outdated(id string) {
	if t := u.now.Tasks[id]; t != nil && t.final() && u.due(t.Since.Add(keptFor)) {
		u.forget(id)
	}
}
