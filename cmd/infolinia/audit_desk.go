package main

import (
	"context"
	"strings"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/desk"
	"infolinia/ivr/pbx"
)

// deskSeen is what an audit has seen of the desk.
type deskSeen struct {
	now   time.Time
	floor desk.Floor
	err   error // entries of the board that cannot be read
	// strangers are the agents whose telephone Asterisk knows and who are not logged
	// in.
	strangers []string
	// unrecorded is when the oldest event happened that is not in the record.
	unrecorded time.Time
}

const (
	// sweeping is how long after its time something may still be on the board.
	sweeping = 5 * time.Second
	// forgetting is how long a final task may be there.
	forgetting = 2 * time.Minute
	// recording is how long an event may wait to be recorded.
	recording = 5 * time.Minute
)

func (a *auditor) lookAtDesk(ctx context.Context, s *sighting) error {
	state, err := a.store.LoadBoard(ctx, 0)
	if err != nil {
		return err
	}
	s.desk.now = time.Now()
	s.desk.floor, s.desk.err = desk.Read(state)
	if s.desk.unrecorded, err = a.store.Unrecorded(ctx); err != nil {
		return err
	}
	enrolled, err := a.phone.Enrolled(ctx)
	if err != nil {
		return err
	}
	for _, name := range enrolled {
		login := strings.TrimPrefix(name, pbx.DevicePrefix)
		in, err := a.store.LoggedIn(ctx, login)
		if err != nil {
			return err
		}
		if !in {
			s.desk.strangers = append(s.desk.strangers, login)
		}
	}
	return nil
}

// ours tells whether a task is served on this machine.
func (j *judgement) ours(t *desk.Task) bool {
	for _, slot := range j.slots {
		if slot.name == t.Slot {
			return true
		}
	}
	return false
}

// tasks: each has its call and its legs, and nothing whose time is long over; and each
// call in a queue has its task.
func (j *judgement) tasks() {
	if j.desk.err != nil {
		j.add("board", "entry", "%v", j.desk.err)
	}
	for id, t := range j.desk.floor.Tasks {
		for _, leg := range desk.WishOf(t, j.desk.floor).Legs {
			j.wished[leg.ID] = true
		}
		j.late(id, t)
		if !j.ours(t) {
			continue
		}
		if waits(t) && t.Kind == desk.KindCall && !j.known(t.Call) {
			j.add("task", id, "%s in %s, and its call is over", t.State, t.Queue)
		}
		j.unconnected(id, t)
	}
	for id, c := range j.live {
		if stay := c.Visit.Stay.ID; stay != "" && c.Visit.Queued && j.desk.floor.Tasks[stay] == nil {
			j.add("task", stay, "call %s is in a queue at %s, and the desk does not know it", id, c.Node)
		}
	}
}

// waits tells whether a task is not over for its caller.
func waits(t *desk.Task) bool {
	return t.State == desk.Waiting || t.State == desk.Offered || t.State == desk.Connected
}

// unconnected looks for talks of which Asterisk knows nothing.
func (j *judgement) unconnected(id string, t *desk.Task) {
	there := map[string]bool{}
	for _, leg := range j.asterisk.Legs {
		there[leg] = true
	}
	w := desk.WishOf(t, j.desk.floor)
	for _, leg := range w.Legs {
		if leg.Up && !there[leg.ID] {
			j.add("task", id, "%s by leg %s, which Asterisk does not have", t.State, leg.ID)
		}
	}
	if len(w.Together) > 0 && len(j.asterisk.Bridges[pbx.BridgeOf(id)]) < len(w.Together) {
		j.add("task", id, "%d are to hear each other, and the bridge has %d of them", len(w.Together), len(j.asterisk.Bridges[pbx.BridgeOf(id)]))
	}
}

// arranged tells whether a task has a bridge.
func arranged(t *desk.Task, f desk.Floor) bool { return len(desk.WishOf(t, f).Together) > 0 }

// late looks for what should have been swept.
func (j *judgement) late(id string, t *desk.Task) {
	for _, o := range t.Offers {
		if j.over(o.Until.Add(sweeping)) {
			j.add("offer", o.Leg, "it rings at %s's until %s, and nobody took it back", o.Agent, clock(o.Until))
		}
	}
	if t.Talk != nil {
		if o := t.Talk.Other; o != nil && !o.Answered && j.over(o.Until.Add(sweeping)) {
			j.add("offer", o.Leg, "a third party is called until %s, and nobody gave it up", clock(o.Until))
		}
		if lost := t.Talk.Lost; !lost.IsZero() && len(t.Offers) == 0 && j.over(lost.Add(desk.RejoinTime+sweeping)) {
			j.add("task", id, "its agent's leg is lost since %s, and the caller was not put back", clock(lost))
		}
	}
	if over := !waits(t) && t.State != desk.Wrapping; over && j.over(t.Since.Add(forgetting)) && !j.noted(id) {
		j.add("task", id, "%s since %s, and not forgotten", t.State, clock(t.Since))
	}
}

// noted tells whether an agent still writes about a task.
func (j *judgement) noted(id string) bool {
	for _, a := range j.desk.floor.Agents {
		if a.Task == id {
			return true
		}
	}
	return false
}

func (j *judgement) over(at time.Time) bool { return j.desk.now.After(at) }

func clock(at time.Time) string { return at.In(ivr.Warsaw()).Format(time.TimeOnly) }

func (j *judgement) leftUnrecorded() {
	if at := j.desk.unrecorded; !at.IsZero() && j.over(at.Add(recording)) {
		j.add("record", clock(at), "what has happened since then is not recorded")
	}
}
