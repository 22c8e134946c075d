package desk

import (
	"time"

	"infolinia/ivr"
)

// music tells whether the caller hears music instead of somebody.
func (t *Talk) music() bool {
	switch t.Mode {
	case TalkHold, TalkConsult:
		return true
	case TalkBlind, TalkDialling:
		return false
	case TalkConference:
		return t.Leg == "" && (t.Other == nil || !t.Other.Answered)
	}
	return t.Leg == "" && !t.External
}

// setMode changes who hears whom, and keeps the account of the caller's music.
func (u *turn) setMode(t *Task, m Mode) {
	t.Talk.Mode = m
	u.account(t.Talk)
}

func (u *turn) account(talk *Talk) {
	switch music := talk.music(); {
	case music && talk.HeldSince.IsZero():
		talk.HeldSince = u.w.Now
	case !music && !talk.HeldSince.IsZero():
		talk.Held += max(0, u.w.Now.Sub(talk.HeldSince))
		talk.HeldSince = noTime
	}
}

// lasted is how long the agent talked with the caller, and how long the caller
// heard music instead.
func (t *Talk) lasted(now time.Time) (talk, hold time.Duration) {
	hold = t.Held
	if !t.HeldSince.IsZero() {
		hold += max(0, now.Sub(t.HeldSince))
	}
	return max(0, now.Sub(t.Since)-hold), hold
}

// ofAgent is the talk that an agent steers: the task's own agent, not a third party.
func (u *turn) ofAgent(login string) (*Agent, *Task, error) {
	a, err := u.loggedIn(login)
	if err != nil {
		return nil, nil, err
	}
	t := u.task(a.Task)
	if t == nil || t.State != Connected || t.Agent != login {
		return nil, nil, RefusedNoCall
	}
	return a, t, nil
}

// steerable is ofAgent for what needs the agent's and the caller's ear.
func (u *turn) steerable(login string) (*Agent, *Task, error) {
	a, t, err := u.ofAgent(login)
	if err == nil && (t.Talk.Leg == "" || t.Talk.Mode == TalkDialling) {
		return nil, nil, RefusedNoCall
	}
	return a, t, err
}

func (u *turn) setHold(in SetHold) error {
	_, t, err := u.steerable(in.Agent)
	switch {
	case err != nil:
		return err
	case t.Talk.Other != nil:
		return RefusedThirdParty
	case in.On:
		u.setMode(t, TalkHold)
	default:
		u.setMode(t, TalkCaller)
	}
	return nil
}

func (u *turn) hangUp(in HangUp) error {
	a, err := u.loggedIn(in.Agent)
	if err != nil {
		return err
	}
	t := u.task(a.Task)
	switch {
	case a.State != OnCall || t == nil || t.Talk == nil:
		return RefusedNoCall
	case t.Agent != a.Login:
		u.otherEnded(t)
	case t.Talk.Mode == TalkConsult:
		u.otherEnded(t)
	case t.Talk.Mode == TalkConference:
		u.handOver(t)
	case t.Talk.Mode == TalkDialling:
		u.tried(t, ClosedByAgent)
	default:
		u.end(t, ivr.CompleteAgent)
	}
	return nil
}

// agentHungUp: the agent's phone was put down. A caller who hears music because
// of a consultation is not dropped by that.
func (u *turn) agentHungUp(t *Task) {
	switch talk := t.Talk; {
	case talk.Mode == TalkDialling:
		u.tried(t, ClosedByAgent)
	case talk.Mode == TalkConference, talk.Mode == TalkConsult && talk.Other.Answered:
		u.handOver(t)
	case talk.Mode == TalkConsult:
		u.legLost(t)
	default:
		u.end(t, ivr.CompleteAgent)
	}
}

// callerLeft ends a talk by the caller's hand. Who was transferred outside has
// been accounted for.
func (u *turn) callerLeft(t *Task) {
	if t.Agent == "" {
		u.endTask(t, Completed)
		return
	}
	u.end(t, ivr.CompleteCaller)
}
