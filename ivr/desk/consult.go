package desk

func (u *turn) consult(in Consult) error {
	a, t, err := u.steerable(in.Agent)
	switch {
	case err != nil:
		return err
	case t.Talk.Other != nil:
		return RefusedThirdParty
	}
	o := Other{To: in.To, Since: u.w.Now, Until: u.w.Now.Add(outsideRing)}
	if in.To.Destination == "" || in.To.Agent != "" || in.To.Queue != "" {
		b, err := u.partner(t, a, in.To)
		if err != nil {
			return err
		}
		q, _ := u.w.queue(t.Queue)
		o.Agent, o.Until = b.Login, u.w.Now.Add(q.RingTimeout)
		b.Task = t.ID
		u.become(b, Ringing, "")
	} else if !u.w.Destinations[in.To.Destination] {
		return RefusedUnknownTarget
	}
	o.Leg = u.nextLeg(t)
	t.Talk.Other = &o
	u.setMode(t, TalkConsult)
	return nil
}

// partner is the agent who is to be asked: a named one, or any of a queue.
func (u *turn) partner(t *Task, a *Agent, to Target) (*Agent, error) {
	switch {
	case u.w.Detached:
		return nil, RefusedDetached
	case to.Agent != "" && to.Queue == "" && to.Destination == "":
		return u.colleague(t, a, to.Agent)
	case to.Queue == "" || to.Agent != "" || to.Destination != "":
		return nil, RefusedUnknownTarget
	}
	q, known := u.w.queue(to.Queue)
	if !known {
		return nil, RefusedUnknownTarget
	}
	asked := *t
	asked.Queue = to.Queue
	if !u.w.open(q) || !u.staffed(&asked) {
		return nil, RefusedTargetClosed
	}
	free := u.fitting(&asked, q)
	if len(free) == 0 {
		return nil, RefusedTargetBusy
	}
	return u.agent(free[0].Login), nil
}

// colleague is another agent who is free.
func (u *turn) colleague(t *Task, a *Agent, login string) (*Agent, error) {
	b := u.agent(login)
	switch {
	case login == a.Login:
		return nil, RefusedSelf
	case b == nil || b.State == Offline || b.System != t.system():
		return nil, RefusedUnknownTarget
	case b.State != Available:
		return nil, RefusedTargetBusy
	}
	return b, nil
}

// answered is the agent's talk with a third party who is there.
func (u *turn) answered(login string) (*Task, error) {
	_, t, err := u.steerable(login)
	switch {
	case err != nil:
		return nil, err
	case t.Talk.Other == nil:
		return nil, RefusedNoCall
	case !t.Talk.Other.Answered:
		return nil, RefusedNotAnswered
	}
	return t, nil
}

func (u *turn) swap(in Swap) error {
	t, err := u.answered(in.Agent)
	switch {
	case err != nil:
		return err
	case t.Talk.Mode == TalkConference:
		return RefusedThirdParty
	case t.Talk.Mode == TalkConsult:
		u.setMode(t, TalkCaller)
	default:
		u.setMode(t, TalkConsult)
	}
	return nil
}

func (u *turn) complete(in Complete) error {
	t, err := u.answered(in.Agent)
	switch {
	case err != nil:
		return err
	case t.Hops >= mostHops:
		return RefusedLoop
	}
	u.handOver(t)
	return nil
}

func (u *turn) cancelConsult(in CancelConsult) error {
	_, t, err := u.ofAgent(in.Agent)
	switch {
	case err != nil:
		return err
	case t.Talk.Other == nil:
		return RefusedNoCall
	}
	u.otherEnded(t)
	return nil
}

func (u *turn) conference(in Conference) error {
	t, err := u.answered(in.Agent)
	if err != nil {
		return err
	}
	u.setMode(t, TalkConference)
	return nil
}
