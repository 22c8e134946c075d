package main

import (
	"fmt"

	"infolinia/ivr/desk"
	"infolinia/ivr/pbx"
)

// agents: who is busy is held by exactly one task, in that way.
func (j *judgement) agents() {
	held := map[string][]string{}
	for id, t := range j.desk.floor.Tasks {
		for login, as := range engaged(t) {
			held[login] = append(held[login], fmt.Sprint(as, " ", id))
		}
	}
	for login, a := range j.desk.floor.Agents {
		switch holds := held[login]; {
		case len(holds) > 1:
			j.add("agent", login, "%d tasks hold the same agent", len(holds))
		case a.State == desk.Ringing || a.State == desk.OnCall:
			if len(holds) == 0 || holds[0] != fmt.Sprint(a.State, " ", a.Task) {
				j.add("agent", login, "%s with %s, which does not hold the agent so", a.State, a.Task)
			}
		case len(holds) == 1:
			j.add("agent", login, "%s, and yet %s", a.State, holds[0])
		case a.State == desk.WrapUp && j.over(a.WrapUntil.Add(sweeping)):
			j.add("agent", login, "the wrap-up ended at %s, and goes on", clock(a.WrapUntil))
		}
	}
	for login := range held {
		if j.desk.floor.Agents[login] == nil {
			j.add("agent", login, "held by a task, and the desk does not know such an agent")
		}
	}
	for _, login := range j.desk.strangers {
		j.add("device", pbx.DevicePrefix+login, "Asterisk lets this telephone register, and its agent is not logged in")
	}
}

// engaged are the agents that a task holds, and how.
func engaged(t *desk.Task) map[string]desk.AgentState {
	held := map[string]desk.AgentState{}
	for _, o := range t.Offers {
		if !o.Auto {
			held[o.Agent] = desk.Ringing
		}
	}
	if t.State == desk.Connected && t.Agent != "" {
		held[t.Agent] = desk.OnCall
	}
	if t.Talk != nil && t.Talk.Other != nil && t.Talk.Other.Agent != "" {
		held[t.Talk.Other.Agent] = desk.Ringing
		if t.Talk.Other.Answered {
			held[t.Talk.Other.Agent] = desk.OnCall
		}
	}
	return held
}
