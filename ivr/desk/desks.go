package desk

import (
	"slices"

	"infolinia/ivr"
)

func (u *turn) logIn(in LogIn) error {
	if in.Agent == "" {
		return RefusedNotLoggedIn
	}
	a := u.agent(in.Agent)
	if a == nil {
		a = &Agent{Login: in.Agent, State: Offline}
		u.addAgent(a)
	}
	if a.State == OnCall && a.System != in.System {
		return RefusedOnCall
	}
	other := a.Session != in.Session
	moved := a.Endpoint != in.Endpoint || a.System != in.System || in.Browser && other
	if a.State == Ringing && moved {
		u.withdraw(a)
		u.free(a)
	}
	a.Name, a.Session, a.Endpoint, a.System, a.Browser = in.Name, in.Session, in.Endpoint, in.System, in.Browser
	a.Queues, a.Skills = slices.Clone(in.Queues), slices.Clone(in.Skills)
	u.arrive(a, in.Paused, moved)
	return nil
}

// arrive settles what an agent does at a desk that was just taken.
func (u *turn) arrive(a *Agent, paused, moved bool) {
	if a.Next == BreakAway {
		a.Next = ""
	}
	switch {
	case a.State == Offline:
		a.LoggedIn, a.Idle = u.w.Now, u.w.Now
		a.Missed, a.Rejected = 0, 0
		u.tellAgent(a, ivr.AgentLogin, "")
		u.start(a, paused)
	case a.State == Break && a.Reason == BreakAway:
		u.start(a, paused)
	case a.State == OnCall && moved:
		u.newLeg(a)
	}
}

func (u *turn) start(a *Agent, paused bool) {
	if paused {
		u.become(a, Break, BreakStart)
		return
	}
	u.become(a, Available, "")
}

func (u *turn) logOut(in LogOut) error {
	a, err := u.loggedIn(in.Agent)
	switch {
	case err != nil:
		return err
	case in.Session != "" && a.Session != in.Session:
		return RefusedOtherDesk
	case a.State == OnCall:
		return RefusedOnCall
	case a.State == Ringing:
		u.withdraw(a)
	case a.State == WrapUp:
		u.endWrapUp(a, "", "")
	}
	a.Task, a.Next, a.Session, a.Owed = "", "", "", nil
	u.become(a, Offline, "")
	u.tellAgent(a, ivr.AgentLogoff, "")
	return nil
}
