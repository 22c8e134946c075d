package desk

import (
	"cmp"

	"infolinia/ivr"
)

// become moves an agent to another state, and says so in the record.
func (u *turn) become(a *Agent, state AgentState, reason string) {
	if a.State == state && a.Reason == reason {
		return
	}
	was := a.State
	a.State, a.Reason, a.Since = state, reason, u.w.Now
	u.events = append(u.events, ivr.QueueEvent{
		Event: ivr.AgentStateChange, At: u.w.Now, Agent: a.Login, State: string(state), Reason: reason,
	})
	switch {
	case state == Break:
		u.tellAgent(a, ivr.AgentPause, reason)
	case was == Break && state != Offline:
		u.tellAgent(a, ivr.AgentUnpause, "")
	}
}

// free ends what an agent is busy with: the next call may come, or the break that
// was asked for begins.
func (u *turn) free(a *Agent) {
	next := a.Next
	a.Task, a.Next = "", ""
	if next != "" {
		u.become(a, Break, next)
		return
	}
	u.become(a, Available, "")
}

// sendAway puts an agent on one of the desk's own breaks.
func (u *turn) sendAway(a *Agent, reason string) {
	a.Task, a.Next = "", ""
	u.become(a, Break, reason)
}

func (u *turn) loggedIn(login string) (*Agent, error) {
	a := u.agent(login)
	if a == nil || a.State == Offline {
		return nil, RefusedNotLoggedIn
	}
	return a, nil
}

func (u *turn) pause(in Pause) error {
	a, err := u.loggedIn(in.Agent)
	if err != nil {
		return err
	}
	reason := cmp.Or(in.Reason, BreakStart)
	switch a.State {
	case Available, Break:
		u.become(a, Break, reason)
	default:
		a.Next = reason
	}
	return nil
}

func (u *turn) ready(in Ready) error {
	a, err := u.loggedIn(in.Agent)
	if err != nil {
		return err
	}
	switch {
	case a.State == Break:
		a.Missed, a.Rejected = 0, 0
		u.become(a, Available, "")
	case a.State == WrapUp && a.Next == "":
		return RefusedNoCode
	default:
		a.Next = ""
	}
	return nil
}

// gone: nobody sees what is offered any more. A talk goes on for as long as its
// leg does.
func (u *turn) gone(in Gone) {
	a, err := u.loggedIn(in.Agent)
	if err != nil || a.Session != in.Session {
		return
	}
	switch a.State {
	case Available:
		u.become(a, Break, BreakAway)
	case Ringing:
		u.withdraw(a)
		u.sendAway(a, BreakAway)
	case OnCall, WrapUp:
		a.Next = BreakAway
	}
}
