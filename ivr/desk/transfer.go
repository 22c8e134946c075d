package desk

import "infolinia/ivr"

// transfer sends the caller on; the agent is free for notes at once.
func (u *turn) transfer(in TransferTo) error {
	a, t, err := u.steerable(in.Agent)
	switch {
	case err != nil:
		return err
	case t.Talk.Other != nil:
		return RefusedThirdParty
	case t.Hops >= mostHops:
		return RefusedLoop
	}
	switch to := in.To; to {
	case Target{Destination: to.Destination}:
		return u.transferOut(t, to)
	case Target{Queue: to.Queue}:
		return u.transferToQueue(t, to)
	case Target{Agent: to.Agent}:
		return u.transferToAgent(t, a, to)
	}
	return RefusedUnknownTarget
}

func (u *turn) transferOut(t *Task, to Target) error {
	if !u.w.Destinations[to.Destination] {
		return RefusedUnknownTarget
	}
	u.sendOn(t, to)
	t.Talk = &Talk{
		Since: u.w.Now, Mode: TalkBlind,
		Other: &Other{To: to, Leg: u.nextLeg(t), Since: u.w.Now, Until: u.w.Now.Add(outsideRing)},
	}
	return nil
}

func (u *turn) transferToQueue(t *Task, to Target) error {
	if u.w.Detached {
		return RefusedDetached
	}
	if _, known := u.w.Queues[to.Queue]; !known {
		return RefusedUnknownTarget
	}
	asked := *t
	asked.Queue = to.Queue
	if u.barred(&asked, false) != "" {
		return RefusedTargetClosed
	}
	u.sendOn(t, to)
	t.From = ""
	t.Queue = to.Queue
	u.waitAgain(t, AgainTransferred)
	return nil
}

func (u *turn) transferToAgent(t *Task, a *Agent, to Target) error {
	if u.w.Detached {
		return RefusedDetached
	}
	b, err := u.colleague(t, a, to.Agent)
	if err != nil {
		return err
	}
	u.sendOn(t, to)
	u.waitAgain(t, AgainTransferred)
	t.Front, t.For = true, b.Login
	u.offer(t, b)
	t.Reserved = t.Offers[0].Until
	return nil
}

// sendOn ends the agent's part, to whom the caller returns when nobody answers.
func (u *turn) sendOn(t *Task, to Target) {
	t.From = t.Agent
	t.Hops++
	u.part(t, ivr.QueueEvent{Event: ivr.BlindTransfer, To: to.name(to.Agent)})
}

// comeBack: the destination did not answer.
func (u *turn) comeBack(t *Task, why string) {
	t.Talk.Other = nil
	u.waitAgain(t, why)
	u.sendBack(t)
}

// sendBack keeps a caller whom nobody answered for the agent who sent him, when
// that one can take him soon; otherwise he is the next in his queue.
func (u *turn) sendBack(t *Task) {
	from := t.From
	t.Front, t.For, t.From, t.Reserved = true, "", "", noTime
	a := u.agent(from)
	if a == nil || a.System != t.system() {
		return
	}
	if a.State == WrapUp && a.Owed.Task == t.ID && a.Next == "" {
		u.endWrapUp(a, "", "") // the talk they are about is not over
		u.free(a)
	}
	if a.State == Available || a.State == WrapUp {
		t.For, t.Reserved = from, u.w.Now.Add(ReturnTime)
	}
}
