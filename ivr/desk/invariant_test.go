package desk

import (
	"fmt"
	"slices"

	"infolinia/ivr"
)

// broken says which promise about a floor alone does not hold; empty: all do. It
// is written apart from the rules, as simply as can be.
func broken(f Floor, w World) string {
	for _, check := range []func(Floor, World) string{
		sidesDisagree, legsShared, silentCaller, stuckAgent, stuckTask, neglected,
	} {
		if why := check(f, w); why != "" {
			return why
		}
	}
	return ""
}

// engagements are the agents a task holds, and as what.
func engagements(t *Task) map[string]AgentState {
	held := map[string]AgentState{}
	for _, o := range t.Offers {
		if !o.Auto {
			held[o.Agent] = Ringing
		}
	}
	if t.State == Connected && t.Agent != "" {
		held[t.Agent] = OnCall
	}
	if t.Talk != nil && t.Talk.Other != nil && t.Talk.Other.Agent != "" {
		held[t.Talk.Other.Agent] = Ringing
		if t.Talk.Other.Answered {
			held[t.Talk.Other.Agent] = OnCall
		}
	}
	return held
}

func sidesDisagree(f Floor, _ World) string {
	holder := map[string]string{}
	for id, t := range f.Tasks {
		for login, as := range engagements(t) {
			a := f.Agents[login]
			if holder[login] != "" {
				return fmt.Sprintf("%s is in %s and in %s", login, holder[login], id)
			}
			holder[login] = id
			if a == nil || a.Task != id || a.State != as {
				return fmt.Sprintf("%s holds %s as %s, who is %+v", id, login, as, a)
			}
			if a.System != t.system() {
				return fmt.Sprintf("%s of %s is at another Asterisk than %s", login, a.System, id)
			}
		}
		if t.State == Wrapping && (f.Agents[t.Agent] == nil || f.Agents[t.Agent].State != WrapUp || f.Agents[t.Agent].Task != id) {
			return fmt.Sprintf("%s is wrapped up by %s, who does something else", id, t.Agent)
		}
	}
	for login, a := range f.Agents {
		switch a.State {
		case Ringing, OnCall:
			if holder[login] != a.Task || a.Task == "" {
				return fmt.Sprintf("%s is %s with %q, which holds him not", login, a.State, a.Task)
			}
		case WrapUp:
			if a.Owed == nil || a.Owed.Task != a.Task || f.Tasks[a.Task] == nil {
				return fmt.Sprintf("%s wraps up nothing: %+v", login, a)
			}
		default:
			if a.Task != "" {
				return fmt.Sprintf("%s is %s and has %s", login, a.State, a.Task)
			}
		}
	}
	return ""
}

func legsShared(f Floor, _ World) string {
	owner := map[string]string{}
	for id, t := range f.Tasks {
		for _, leg := range WishOf(t, f).Legs {
			if owner[leg.ID] != "" {
				return fmt.Sprintf("leg %s is in %s and in %s", leg.ID, owner[leg.ID], id)
			}
			owner[leg.ID] = id
			if n := count(leg.Endpoint != "", leg.Destination != "", leg.Number != ""); n != 1 {
				return fmt.Sprintf("leg %+v leads to %d", leg, n)
			}
			if !leg.Up && leg.Ring <= 0 {
				return fmt.Sprintf("leg %+v does not ring", leg)
			}
		}
	}
	return ""
}

func count(conditions ...bool) (n int) {
	for _, c := range conditions {
		if c {
			n++
		}
	}
	return n
}

// silentCaller: whoever is connected is in exactly one of together, music and
// ring; each member exists; only who was answered hears anybody.
func silentCaller(f Floor, _ World) string {
	for id, t := range f.Tasks {
		w := WishOf(t, f)
		up := map[string]bool{TheCaller: t.Kind == KindCall && t.State == Connected}
		for _, leg := range w.Legs {
			up[leg.ID] = leg.Up
		}
		times := map[string]int{}
		for _, m := range slices.Concat(w.Together, w.Music, w.Ring) {
			times[m]++
			if !up[m] {
				return fmt.Sprintf("%s: %s hears something and is not there: %+v", id, m, w)
			}
		}
		if len(w.Together) == 1 {
			return fmt.Sprintf("%s: alone on a bridge: %+v", id, w)
		}
		there := t.caller()
		if (t.State == Connected && (t.Kind == KindCall || t.Reached) || t.unanswered() && t.Reached) && times[there] != 1 {
			return fmt.Sprintf("%s: the caller hears %d things: %+v", id, times[there], w)
		}
		if t.final() && len(w.Legs) > 0 {
			return fmt.Sprintf("%s is over and has legs", id)
		}
	}
	return ""
}

func stuckAgent(f Floor, w World) string {
	for login, a := range f.Agents {
		if a.State == WrapUp && !a.WrapUntil.After(w.Now) {
			return fmt.Sprintf("%s wraps up for ever", login)
		}
		if (a.State == Offline) != (a.Session == "") {
			return fmt.Sprintf("%s is %s with session %q", login, a.State, a.Session)
		}
		if (a.State == Break) != (a.Reason != "") {
			return fmt.Sprintf("%s is %s with reason %q", login, a.State, a.Reason)
		}
	}
	return ""
}

func stuckTask(f Floor, w World) string {
	for id, t := range f.Tasks {
		ok := true
		if c := f.Tasks[t.Calling]; t.Calling != "" && (c == nil || !c.unanswered() || c.Owed != id) {
			return fmt.Sprintf("%s is held by %q, who does not wait", id, t.Calling)
		}
		switch t.State {
		case Waiting:
			ok = len(t.Offers) == 0 && t.Talk == nil && (t.For == "" || t.Reserved.After(w.Now))
		case Offered:
			ok = len(t.Offers) > 0 && t.Talk == nil
		case Connected:
			ok = t.Talk != nil && stuckTalk(t, w) == ""
		default:
			ok = len(t.Offers) == 0 && t.Talk == nil
		}
		for _, o := range t.Offers {
			ok = ok && o.Until.After(w.Now)
		}
		if !ok {
			return fmt.Sprintf("%s is stuck: %+v %+v", id, t, t.Talk)
		}
	}
	return ""
}

func stuckTalk(t *Task, w World) string {
	talk := t.Talk
	switch {
	case (talk.Leg == "") != (t.Agent == "" || !talk.Lost.IsZero()):
		return "a leg and a loss"
	case t.Agent == "" && (talk.Other == nil || talk.Other.Agent != ""):
		return "nobody is there"
	case talk.Other != nil && !talk.Other.Answered && !talk.Other.Until.After(w.Now):
		return "rings for ever"
	case talk.Mode == TalkDialling && (t.Reached || !talk.Until.After(w.Now)):
		return "dials for ever"
	case (talk.Mode == TalkConsult || talk.Mode == TalkConference || talk.Mode == TalkBlind) && talk.Other == nil:
		return "a third party is missing"
	}
	return ""
}

// neglected: somebody waits who could be offered to somebody free.
func neglected(f Floor, w World) string {
	if w.Detached {
		return ""
	}
	for id, t := range f.Tasks {
		if t.State != Waiting || t.Kind == KindCallback && !t.Reached && (t.Calling != "" || w.Now.Before(t.NotBefore) || !isOpen(w, t.Queue)) {
			continue
		}
		for login, a := range f.Agents {
			if a.State == Available && fits(a, t, w) {
				return fmt.Sprintf("%s waits while %s is free", id, login)
			}
		}
	}
	return ""
}

func isOpen(w World, queue string) bool {
	q, known := w.Queues[queue]
	return known && (q.Hours == "" || w.Hours[q.Hours].Case.Open())
}

func fits(a *Agent, t *Task, w World) bool {
	if t.For != "" {
		return t.For == a.Login
	}
	if t.system() != a.System || len(a.Queues) > 0 && !slices.Contains(a.Queues, t.Queue) {
		return false
	}
	for skill, after := range w.Queues[t.Queue].Skills {
		if skill == ivr.LanguageSkill {
			skill = t.Lang
		}
		if !slices.Contains(a.Skills, skill) && (after == ivr.NeverRelaxed || w.Now.Sub(t.Entered) < after) {
			return false
		}
	}
	return true
}
