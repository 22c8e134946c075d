package desk

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// QueueNow is what a queue looks like at one moment.
type QueueNow struct {
	Name      string
	Waiting   int           // callers whom nobody has answered
	Longest   time.Duration // of those, who has waited longest in this stay
	Callbacks int           // owed
	Talking   int           // connected, also with a third party alone
	// Agents are those who serve the queue, by what they do; who is offline is
	// not counted.
	Agents map[AgentState]int
}

// LookAt is the queue of that name now; one that nobody uses is empty.
func LookAt(f Floor, w World, queue string) QueueNow {
	q := QueueNow{Name: queue, Agents: map[AgentState]int{}}
	for _, t := range f.Tasks {
		switch {
		case t.Queue != queue:
		case t.State == Connected && t.listens():
			q.Talking++
		case t.unanswered() && t.listens():
			q.Waiting++
			q.Longest = max(q.Longest, w.Now.Sub(t.Queued))
		case t.Kind == KindCallback && !t.final() && t.State != Wrapping:
			q.Callbacks++
		}
	}
	for _, a := range f.Agents {
		if a.State != Offline && a.Serves(queue) {
			q.Agents[a.State]++
		}
	}
	return q
}

// Directory is every agent by name, whatever he does.
func Directory(f Floor) []*Agent {
	all := make([]*Agent, 0, len(f.Agents))
	for _, a := range f.Agents {
		all = append(all, a)
	}
	slices.SortFunc(all, func(a, b *Agent) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Login, b.Login))
	})
	return all
}

// TaskOf is the task an agent is offered, talks with or wraps up; nil: none.
func TaskOf(f Floor, login string) *Task {
	if a := f.Agents[login]; a != nil && a.Task != "" {
		return f.Tasks[a.Task]
	}
	return nil
}

// OfferTo is the ringing of an agent's phone for t, also as a third party who is
// asked; false: it does not ring.
func OfferTo(t *Task, login string) (Offer, bool) {
	if t == nil {
		return Offer{}, false
	}
	for _, o := range t.Offers {
		if o.Agent == login {
			return o, true
		}
	}
	if t.Talk != nil && t.Talk.Other != nil && t.Talk.Other.Agent == login && !t.Talk.Other.Answered {
		o := t.Talk.Other
		return Offer{Agent: login, Leg: o.Leg, Made: o.Since, Until: o.Until}, true
	}
	return Offer{}, false
}
