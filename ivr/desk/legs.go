package desk

// legUp: a leg that is no longer wished changes nothing, so whoever answers after
// the caller is gone, or after somebody else, is never connected.
func (u *turn) legUp(id, leg string) {
	t := u.task(id)
	if t == nil || leg == "" {
		return
	}
	for _, o := range t.Offers {
		switch {
		case o.Leg != leg:
		case o.Auto:
			u.rejoined(t, o)
			return
		default:
			u.accept(t, o)
			return
		}
	}
	talk := t.Talk
	switch {
	case talk == nil:
	case talk.Other != nil && talk.Other.Leg == leg && !talk.Other.Answered:
		u.otherUp(t)
	case leg == t.Resident && !t.Reached:
		u.residentUp(t)
	}
}

func (u *turn) legEnded(id, leg string, cause LegCause) {
	t := u.task(id)
	if t == nil || leg == "" {
		return
	}
	for _, o := range t.Offers {
		if o.Leg == leg {
			u.offerEnded(t, o, cause)
			return
		}
	}
	talk := t.Talk
	switch {
	case leg == t.Resident && t.Reached:
		u.residentLeft(t)
	case leg == t.Resident:
		u.tried(t, cause.why())
	case talk == nil:
	case leg == talk.Leg && cause == LegHungUp:
		u.agentHungUp(t)
	case leg == talk.Leg:
		u.legLost(t)
	case talk.Other != nil && talk.Other.Leg == leg:
		u.otherGone(t, cause.why())
	}
}

func (u *turn) offerEnded(t *Task, o Offer, cause LegCause) {
	switch {
	case o.Auto:
		u.removeOffer(t, o)
	case cause == LegBusy, cause == LegHungUp:
		u.missed(t, o, MissedRejected)
	case cause == LegNoAnswer:
		u.missed(t, o, MissedNoAnswer)
	default:
		u.missed(t, o, MissedFailed)
	}
}

// residentLeft: a resident who was called back has hung up, talking or waiting
// for another agent.
func (u *turn) residentLeft(t *Task) {
	switch {
	case t.State == Connected:
		u.callerLeft(t)
	case t.unanswered():
		u.abandon(t)
	}
}

// why is a cause in the words of reasons.
func (c LegCause) why() string {
	switch c {
	case LegBusy:
		return ClosedBusy
	case LegNoAnswer:
		return ClosedNoAnswer
	}
	return ClosedFailed
}
