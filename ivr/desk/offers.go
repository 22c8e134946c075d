package desk

import (
	"fmt"
	"time"

	"infolinia/ivr"
)

// nextLeg is the id of one more leg of a task.
func (u *turn) nextLeg(t *Task) string {
	t.Offered++
	return legID(t.ID, t.Offered)
}

func legID(task string, n int) string { return fmt.Sprintf("%s-%d", task, n) }

// offer lets an agent's phone ring for a task.
func (u *turn) offer(t *Task, a *Agent) {
	q, _ := u.w.queue(t.Queue)
	t.Offers = append(t.Offers, Offer{
		Agent: a.Login, Leg: u.nextLeg(t), Made: u.w.Now, Until: u.w.Now.Add(q.RingTimeout),
	})
	if t.State != Offered {
		t.State, t.Since = Offered, u.w.Now
	}
	a.Task = t.ID
	u.become(a, Ringing, "")
}

// accept connects the agent who answered first; the others are let go.
func (u *turn) accept(t *Task, o Offer) {
	a := u.agent(o.Agent)
	u.removeOffer(t, o)
	u.rescind(t, CanceledElsewhere)
	t.State, t.Since, t.Agent = Connected, u.w.Now, a.Login
	t.Talk = &Talk{Leg: o.Leg, Since: u.w.Now, Mode: TalkCaller}
	t.Front, t.For, t.From, t.Reserved, t.Band = false, "", "", noTime, 0
	u.served(t)
	a.Missed, a.Rejected = 0, 0
	a.countCall(u.w.Now)
	u.become(a, OnCall, "")
	if t.Kind == KindCallback && !t.Reached {
		u.dial(t)
		return
	}
	u.tell(t, ivr.QueueEvent{
		Event: ivr.QueueConnect, Agent: a.Login, Wait: u.waited(t), Ring: u.w.Now.Sub(o.Made),
	})
}

func (a *Agent) countCall(now time.Time) {
	if day := dayOf(now); a.Day != day {
		a.Day, a.Handled = day, 0
	}
	a.Handled++
}

func dayOf(now time.Time) string { return now.In(ivr.Warsaw()).Format(time.DateOnly) }

// removeOffer leaves the old slice as it is: somebody may be going through it.
func (u *turn) removeOffer(t *Task, gone Offer) {
	var left []Offer
	for _, o := range t.Offers {
		if o.Leg != gone.Leg {
			left = append(left, o)
		}
	}
	t.Offers = left
}
