package desk

import "infolinia/ivr"

// legLost keeps a talk for its agent, whose phone is gone: the caller hears music.
func (u *turn) legLost(t *Task) {
	t.Talk.Leg, t.Talk.Lost = "", u.w.Now
	u.account(t.Talk)
}

func (u *turn) rejoin(in Rejoin) error {
	a, err := u.loggedIn(in.Agent)
	switch {
	case err != nil:
		return err
	case a.Session != in.Session:
		return RefusedOtherDesk
	case a.State != OnCall:
		return RefusedNoCall
	}
	if a.Next == BreakAway {
		a.Next = ""
	}
	if t := u.now.Tasks[a.Task]; t != nil && !u.comingBack(t) && (a.Browser || t.Talk.Leg == "") {
		u.newLeg(a)
	}
	return nil
}

// comingBack tells whether a new leg was called only just now, so that a page that
// asks twice gets one, or is the last that was in time.
func (u *turn) comingBack(t *Task) bool {
	if len(t.Offers) == 0 {
		return false
	}
	late := !t.Talk.Lost.IsZero() && u.due(t.Talk.Lost.Add(RejoinTime))
	return late || u.w.Now.Before(t.Offers[0].Made.Add(askedTwice))
}

// newLeg gives a talking agent a leg instead of the one that is gone or belongs to a
// page that is. A third party has none to come back to: it leaves the talk.
func (u *turn) newLeg(a *Agent) {
	t := u.task(a.Task)
	switch {
	case t == nil || t.Talk == nil:
		return
	case t.Agent != a.Login:
		u.otherEnded(t)
		return
	case t.Talk.Leg != "":
		u.legLost(t)
	}
	u.clearAuto(t)
	t.Offers = []Offer{{
		Agent: a.Login, Leg: u.nextLeg(t), Made: u.w.Now, Until: u.w.Now.Add(autoAnswer), Auto: true,
	}}
}

func (u *turn) rejoined(t *Task, o Offer) {
	u.clearAuto(t)
	t.Talk.Leg, t.Talk.Lost = o.Leg, noTime
	u.account(t.Talk)
}

// clearAuto drops the leg that was to bring the agent back.
func (u *turn) clearAuto(t *Task) {
	for _, o := range t.Offers {
		if o.Auto {
			u.removeOffer(t, o)
			return
		}
	}
}

// notRejoined gives up a talk whose agent did not come back: the rest of a
// conference goes on, a resident who was not reached yet is called later, any other
// caller is the next to be served.
func (u *turn) notRejoined(t *Task) {
	a := u.agent(t.Agent)
	switch {
	case t.Talk.Mode == TalkDialling:
		u.endTry(t)
	case t.Talk.Mode == TalkConference && t.Talk.Other.Answered:
		u.handOver(t)
	default:
		u.dropOther(t)
		u.part(t, ivr.QueueEvent{Event: ivr.CompleteAgent, Reason: AgainLost})
		u.waitAgain(t, AgainLost)
		t.Front = true
	}
	if a.State == WrapUp {
		u.endWrapUp(a, "", "")
	}
	u.sendAway(a, BreakAway)
}

// waitAgain puts a caller who was talking back into his queue.
func (u *turn) waitAgain(t *Task, why string) {
	t.State, t.Since, t.Talk, t.Band = Waiting, u.w.Now, nil, 0
	u.queued(t, why)
}
