package main

import (
	"fmt"
	"time"

	"infolinia/ivr/sim"
)

// mostRecent bounds the events a screen keeps.
const mostRecent = 12

// watch takes an event over into the frame.
func (x *screen) watch(e sim.Event) {
	f := &x.frame
	f.recent = append(f.recent, e.Readable())
	f.recent = f.recent[max(len(f.recent)-mostRecent, 0):]
	if who := whoIsThere(e); who != "" {
		x.turned = x.turned || who != f.who
		f.who = who
	}
	switch e.Name {
	case "say":
		text, known := e.Get("text").(string)
		if !known {
			text = "(withheld: sensitive)"
		}
		ms, _ := e.Get("ms").(int64)
		f.said = &utterance{
			lang: fmt.Sprint(e.Get("lang")), text: text, node: fmt.Sprint(e.Get("node")),
			from: f.s.Now(), length: time.Duration(ms) * time.Millisecond,
		}
	case "cut":
		if f.said != nil {
			f.said.cut = true
		}
	case "enter":
		f.said = nil
	case "connect", "queue", "record", "hush", "end":
		f.said, f.talking = nil, false
	}
}

// whoIsThere is who the caller has at the other end from an event on; empty:
// the same as before.
func whoIsThere(e sim.Event) string {
	switch e.Name {
	case "answer", "enter", "hush":
		return "the line"
	case "queue":
		return fmt.Sprintf("music, waiting in the queue %v", e.Get("queue"))
	case "connect":
		return fmt.Sprintf("a person of the queue %v", e.Get("queue"))
	case "transfer":
		return fmt.Sprintf("ringing, or a person, at %v", e.Get("to"))
	case "record":
		return fmt.Sprintf("the recorder of the box %v: s speaks", e.Get("box"))
	}
	return ""
}
