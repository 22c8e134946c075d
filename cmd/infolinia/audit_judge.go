package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/console"
	"infolinia/ivr/pbx"
	"infolinia/ivr/store"
)

// finding is something that is left over, missing or stuck.
type finding struct {
	Kind string `json:"kind"`
	What string `json:"what"` // its name
	Why  string `json:"why"`
}

// sighting is all that an audit has seen at one look.
type sighting struct {
	asterisk pbx.Inventory
	// plays tells of the playbacks that calls name whether Asterisk knows them.
	plays      map[string]bool
	recordings []recordingSeen
	speech     []string // calls that there is temporary speech of

	live   []*ivr.Call     // of this machine, as saved
	others map[string]bool // live calls of other machines
	slots  []slotSeen
	strays []store.Stray

	desk deskSeen

	daemons []daemonSeen
}

type recordingSeen struct {
	id      string
	age     time.Duration // since it was last written to
	running bool
}

// slotSeen is a slot of this machine and its standing in the store.
type slotSeen struct {
	name string
	store.Standing
}

// daemonSeen is an instance of this machine.
type daemonSeen struct {
	owner   string // its name in the store
	running bool
	err     error // it runs and does not answer
	slots   []console.SlotReport
}

// storing is how long a recording may wait to be stored.
const storing = 90 * time.Second

// judge names everything in a sighting that does not fit together. What is in
// motion does not either: only what is named at two looks some seconds apart is
// left over.
func judge(s sighting) []finding {
	j := &judgement{sighting: s, live: map[string]*ivr.Call{}, served: map[string]console.CallReport{}, there: map[string]bool{}, wished: map[string]bool{}}
	for _, c := range s.live {
		j.live[c.ID] = c
	}
	for _, g := range s.asterisk.Callers {
		j.there[g.Call] = true
	}
	j.processes()
	j.leases()
	j.callers()
	j.calls()
	j.tasks()
	j.agents()
	j.legs()
	j.playbacks()
	j.files()
	j.leftUnrecorded()
	for _, k := range s.strays {
		j.add("key", k.Key, "%s", k.Why)
	}
	slices.SortFunc(j.found, func(a, b finding) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.What, b.What), strings.Compare(a.Why, b.Why))
	})
	return slices.Compact(j.found)
}

type judgement struct {
	sighting
	live   map[string]*ivr.Call
	served map[string]console.CallReport // by the daemons
	there  map[string]bool               // in Asterisk
	wished map[string]bool               // legs of the desk that are to be there
	found  []finding
}

func (j *judgement) add(kind, what, why string, args ...any) {
	j.found = append(j.found, finding{kind, what, fmt.Sprintf(why, args...)})
}

// known tells whether a call goes on, as anybody knows.
func (j *judgement) known(id string) bool {
	_, served := j.served[id]
	return served || j.live[id] != nil || j.others[id]
}

func (j *judgement) processes() {
	holder := map[string]string{}
	for _, d := range j.daemons {
		if d.err != nil {
			j.add("daemon", d.owner, "it runs and does not answer: %v", d.err)
		}
		for _, slot := range d.slots {
			if other := holder[slot.Slot]; other != "" && slot.Ours {
				j.add("lease", slot.Slot, "%s and %s both serve it", other, d.owner)
			} else if slot.Ours {
				holder[slot.Slot] = d.owner
			}
			for _, c := range slot.Calls {
				j.served[c.ID] = c
				j.stuck(c)
			}
		}
	}
}

// stuck looks for what a call in a daemon waits for.
func (j *judgement) stuck(c console.CallReport) {
	switch {
	case c.Mute:
		j.add("call", c.ID, "its daemon does not move it any more")
	case c.Ended:
	case c.Armed < c.Due:
		j.add("timer", fmt.Sprintf("%s at step %d", c.ID, c.Seq), "it waits for %d timers, of which %d run", c.Due, c.Armed)
	case c.Armed > c.Due+1: // one more asks Asterisk again
		j.add("timer", fmt.Sprintf("%s at step %d", c.ID, c.Seq), "%d timers run, it waits for %d", c.Armed, c.Due)
	case c.Armed == 0 && len(c.Open) == 0:
		j.add("call", fmt.Sprintf("%s at step %d", c.ID, c.Seq), "it waits for nothing and would never go on")
	}
}

func (j *judgement) leases() {
	for _, slot := range j.slots {
		held := slot.Known() && !slot.Released
		i := slices.IndexFunc(j.daemons, func(d daemonSeen) bool { return d.owner == slot.Owner })
		if held && (i < 0 || !j.daemons[i].running) {
			j.add("lease", slot.name, "held by %s, which does not run (beat %d)", slot.Owner, slot.Beat)
		}
		if i < 0 || !j.daemons[i].running || j.daemons[i].err != nil {
			continue
		}
		serves := slices.ContainsFunc(j.daemons[i].slots, func(s console.SlotReport) bool { return s.Slot == slot.name })
		if held && !serves {
			j.add("lease", slot.name, "held by %s, which does not serve it", slot.Owner)
		}
	}
}

func (j *judgement) callers() {
	for _, g := range j.asterisk.Callers {
		_, served := j.served[g.Call]
		switch {
		case served:
		case j.live[g.Call] != nil:
			j.add("call", g.Call, "saved, its caller is in %s, and no daemon serves it", g.App)
		default:
			j.add("channel", g.Channel, "a caller in %s whom nobody knows", g.App)
		}
	}
}

func (j *judgement) calls() {
	for id, c := range j.live {
		if _, served := j.served[id]; !served && !j.there[id] {
			j.add("state", id, "saved as live in node %s, and neither Asterisk nor a daemon knows it", c.Node)
		}
	}
	for id, r := range j.served {
		saved := j.live[id]
		switch {
		case r.Mute, r.Ended:
		case !j.there[id]:
			j.add("call", id, "a daemon serves it, and its caller is gone")
		case r.Dirty:
			j.add("state", fmt.Sprintf("%s at step %d", id, r.Seq), "not saved: it goes on from memory")
		case saved == nil:
			j.add("state", fmt.Sprintf("%s at step %d", id, r.Seq), "a daemon serves it, and the store has nothing of it")
		case saved.Seq != r.Seq:
			j.add("state", fmt.Sprintf("%s at step %d", id, r.Seq), "saved at step %d", saved.Seq)
		}
	}
}

// legs: that of a transfer and its bridge are named by the effect they were made
// for, those of the desk by the task.
func (j *judgement) legs() {
	open := func(effect string) bool {
		id := callOf(effect)
		return slices.Contains(j.served[id].Open, effect) || j.live[id] != nil && j.live[id].Await == effect
	}
	for _, leg := range j.asterisk.Legs {
		switch {
		case open(leg), j.wished[leg]:
		case kindOf(leg) == "transfer":
			j.add("channel", "leg-"+leg, "the leg of a transfer that no call waits for")
		default:
			j.add("channel", "leg-"+leg, "a leg that no task of the desk wishes for")
		}
	}
	for bridge, channels := range j.asterisk.Bridges {
		task, desk := strings.CutPrefix(bridge, pbx.BridgeOf(""))
		switch t := j.desk.floor.Tasks[task]; {
		case desk && (t == nil || !arranged(t, j.desk.floor)):
			j.add("bridge", bridge, "of a task of the desk in which nobody talks, with %d channels", len(channels))
		case !desk && !open(bridge):
			j.add("bridge", bridge, "of a transfer that no call waits for, with %d channels", len(channels))
		}
	}
}

func (j *judgement) playbacks() {
	current := map[string]bool{}
	for id, r := range j.served {
		for _, effect := range r.Open {
			if current[effect] = true; kindOf(effect) == "play" && !j.plays[effect] {
				j.add("playback", effect, "call %s waits for its end, and Asterisk does not know it", id)
			}
		}
	}
	for id, c := range j.live {
		if r := j.served[id]; c.Speech != nil && (r.ID == "" || r.Mute) {
			current[c.Speech.ID] = true
		}
	}
	for effect, plays := range j.plays {
		if plays && !current[effect] {
			j.add("playback", effect, "it plays, and no call waits for its end")
		}
	}
}

func (j *judgement) files() {
	for _, r := range j.recordings {
		if id := callOf(r.id); r.running && !j.known(id) {
			j.add("recording", r.id, "it runs, and its call is over")
		} else if !r.running && !j.known(id) && r.age > storing {
			j.add("recording", r.id, "nobody stores it: its call is over")
		}
	}
	for _, id := range j.speech {
		if !j.known(id) {
			j.add("speech", id, "temporary speech of a call that is over")
		}
	}
}

// kindOf is what an effect is, by its id "<call>.<seq>.<kind>".
func kindOf(effect string) string { return effect[strings.LastIndexByte(effect, '.')+1:] }

// both are the findings of both of two looks.
func both(first, second []finding) []finding {
	return slices.DeleteFunc(slices.Clone(second), func(f finding) bool { return !slices.Contains(first, f) })
}
