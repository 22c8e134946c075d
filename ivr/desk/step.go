package desk

import (
	"time"

	"infolinia/ivr"
)

// Step takes the floor from one state to the next. It never changes f, reads no
// clock and gives the same for the same: what is not changed is shared, entry by
// entry, so that a pointer that differs is a change. After the input has been
// taken, everything that is due at w.Now is done and whoever is free is offered
// the next caller. The events belong to the change and are to be written with it.
//
// The only errors are Refusals; then the floor is f and there are no events.
func Step(f Floor, in Input, w World) (Floor, []ivr.QueueEvent, error) {
	u := begin(f, w)
	u.mend()
	if err := u.take(in); err != nil {
		return f, nil, err
	}
	u.settle()
	if !w.Detached {
		u.distribute()
	}
	u.lowerBands()
	return u.result(), u.events, nil
}

func (u *turn) take(in Input) error {
	switch in := in.(type) {
	case Enter:
		return u.enter(in)
	case Leave:
		u.leave(in)
	case AskCallback:
		return u.askCallback(in)
	case Forget:
		u.forget(in.ID)
	case Lost:
		u.slotLost(in)
	case LegUp:
		u.legUp(in.Task, in.Leg)
	case LegEnded:
		u.legEnded(in.Task, in.Leg, in.Cause)
	case Tick, nil:
	default:
		return u.wanted(in)
	}
	return nil
}

// wanted takes what an agent, or the agent's page, asks for.
func (u *turn) wanted(in Input) error {
	switch in := in.(type) {
	case LogIn:
		return u.logIn(in)
	case LogOut:
		return u.logOut(in)
	case Gone:
		u.gone(in)
	case Pause:
		return u.pause(in)
	case Ready:
		return u.ready(in)
	case Reject:
		return u.reject(in)
	case Rejoin:
		return u.rejoin(in)
	case Finish:
		return u.finish(in)
	case ExtendWrapUp:
		return u.extendWrapUp(in)
	case CloseCallback:
		return u.dropCallback(in)
	default:
		return u.steered(in)
	}
	return nil
}

// steered takes what an agent does to a talk.
func (u *turn) steered(in Input) error {
	switch in := in.(type) {
	case SetHold:
		return u.setHold(in)
	case HangUp:
		return u.hangUp(in)
	case TransferTo:
		return u.transfer(in)
	case Consult:
		return u.consult(in)
	case Swap:
		return u.swap(in)
	case Complete:
		return u.complete(in)
	case CancelConsult:
		return u.cancelConsult(in)
	case Conference:
		return u.conference(in)
	}
	return nil
}

// The times that are the desk's own, not a queue's.
const (
	// RejoinTime is how long a talk whose agent's leg was lost is kept for him.
	RejoinTime = 15 * time.Second
	// autoAnswer is how long a leg that answers by itself may take.
	autoAnswer = 8 * time.Second
	// askedTwice is how soon a second wish for a new leg is the same wish.
	askedTwice = 2 * time.Second
	// ReturnTime is how long a transfer that nobody answered waits for whom it
	// returns to.
	ReturnTime = 20 * time.Second
	// outsideRing is how long a destination or a resident rings.
	outsideRing = 30 * time.Second
	// triedWrapUp is the wrap-up after a call back that reached nobody.
	triedWrapUp = 10 * time.Second
	// longestWrapUp bounds what extending may come to.
	longestWrapUp = 15 * time.Minute
	// keptFor is how long a final task stays for those who have not asked yet.
	keptFor = time.Minute
	// The next are a queue's own when nothing is said, as in ivr.Queue.
	defaultRing   = 20 * time.Second
	defaultWrapUp = 30 * time.Second
	defaultMissed = 2
	defaultTries  = 3
	defaultDelay  = 10 * time.Minute
	// mostHops bounds the transfers of one caller.
	mostHops = 5
)
