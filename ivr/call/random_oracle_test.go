package call_test

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"infolinia/ivr"
	"infolinia/ivr/pbx/fakeari"
)

// judge looks at each call when all is over.
func (w *world) judge() {
	mem, _ := w.store()
	for _, c := range w.callers {
		path, err := mem.Path(context.Background(), c.ID)
		if err != nil {
			w.wrong("path of %s: %v", c.ID, err)
		}
		if w.verbose {
			for _, e := range path {
				w.tracef("path %s %d %+v", c.ID, e.Seq, e.Note)
			}
		}
		saved, err := mem.Load(context.Background(), c.ID)
		if err != nil {
			w.wrong("state of %s: %v", c.ID, err)
		}
		if !c.flushed {
			w.judgeEnd(c, saved, path)
			w.judgeKeys(c, path)
		}
		if !c.lost && !c.flushed {
			w.judgeOnce(c, path)
			w.judgeHeard(c, path)
			w.judgeDesk(c, path)
		}
	}
	for _, id := range w.ari.Stored() {
		if callID, _ := callOf(id); !w.byID[callID].flushed && !w.byID[callID].lost {
			w.wrong("recording %s is neither kept nor deleted", id)
		}
	}
}

// judgeEnd: a call ends once, with an outcome.
func (w *world) judgeEnd(c *caller, saved *ivr.Call, path []ivr.Event) {
	if saved == nil {
		if c.acked > 0 {
			w.wrong("%s was saved and is gone", c.ID)
		}
		return
	}
	ends := 0
	for _, e := range path {
		if e.Event == "end" {
			ends++
		}
	}
	if !saved.Ended || saved.Outcome == "" || ends != 1 {
		w.wrong("%s: ended %t with outcome %q, %d ends on its path", c.ID, saved.Ended, saved.Outcome, ends)
	}
}

// judgeKeys: no key is lost whose step was saved.
func (w *world) judgeKeys(c *caller, path []ivr.Event) {
	for seq, digit := range c.keys {
		found := slices.ContainsFunc(path, func(e ivr.Event) bool { return e.Event == "key" && e.Seq == seq && e.Digit == digit })
		if !found {
			w.wrong("%s: key %s of step %d was saved and is gone", c.ID, digit, seq)
		}
	}
}

// judgeOnce: nothing is done twice.
func (w *world) judgeOnce(c *caller, path []ivr.Event) {
	transfers := 0
	for _, e := range path {
		if e.Event == "transfer" {
			transfers++
		}
	}
	kept := 0
	for id := range w.kept {
		if callID, _ := callOf(id); callID == c.ID {
			kept++
		}
	}
	legs := 0
	for effect, n := range c.ordered {
		if n > 1 {
			w.wrong("%s was ordered %d times", effect, n)
		}
		if strings.Contains(effect, ".transfer") {
			legs++
		}
	}
	if kept > 1 || legs > transfers || len(c.reports) > 1 {
		w.wrong("%s: %d messages, %d legs of %d transfers, %d reports", c.ID, kept, legs, transfers, len(c.reports))
	}
}

// judgeHeard: all that was heard was said by the flow, in its order, no
// playback twice, and a prompt again only where the flow says so or, once,
// after a fault.
func (w *world) judgeHeard(c *caller, path []ivr.Event) {
	plays := group(c.Begun())
	again := 0
	seen := map[string]bool{}
	for i, p := range plays {
		if seen[p.id] {
			w.wrong("%s: playback %s was heard twice", c.ID, p.id)
		}
		seen[p.id] = true
		said := saidAt(path, p.seq)
		if said != nil && !begins(strings.Join(p.prompts, " "), strings.Join(said, " ")) {
			w.wrong("%s: heard %q where the flow says %q", c.ID, p.prompts, said)
		}
		if said == nil {
			w.wrong("%s: heard %q of step %d, where the flow says nothing", c.ID, p.prompts, p.seq)
		}
		if i == 0 {
			continue
		}
		before := plays[i-1]
		if p.seq < before.seq { // an order was on its way when its process died
			again++
		}
		pressed := slices.ContainsFunc(path, func(e ivr.Event) bool {
			return e.Event == "key" && e.Seq > before.seq && e.Seq <= p.seq
		})
		// After an answer, silence repeats the offer once. A queue says how one stands
		// again and again.
		free := strings.HasPrefix(p.prompts[0], "phrase.offer") || strings.HasPrefix(p.prompts[0], "phrase.queue")
		if !pressed && before.prompts[0] == p.prompts[0] && !free {
			again++
		}
	}
	if again > c.faults {
		w.wrong("%s: %d prompts were heard again after %d faults", c.ID, again, c.faults)
	}
}

// heard is what was heard of one playback.
type heard struct {
	id      string
	seq     uint64
	prompts []string
}

func group(begun []fakeari.Begun) []heard {
	var plays []heard
	for _, b := range begun {
		if n := len(plays); n == 0 || plays[n-1].id != b.Playback {
			_, step := callOf(b.Playback)
			p := heard{id: b.Playback}
			_, _ = fmt.Sscan(step, &p.seq)
			plays = append(plays, p)
		}
		p := &plays[len(plays)-1]
		p.prompts = append(p.prompts, strings.TrimPrefix(b.Media, "sound:/prompts/"))
	}
	return plays
}

// saidAt are the prompts that the flow said in a step; nil: it said nothing.
func saidAt(path []ivr.Event, seq uint64) []string {
	for _, e := range path {
		if e.Event == "say" && e.Seq == seq {
			return append([]string{}, strings.Fields(e.Prompt)...)
		}
	}
	return nil
}

// begins tells whether what was heard is what was said, up to some point. The
// tone and recordings have no names on the path.
func begins(heard, said string) bool {
	var named []string
	for _, p := range strings.Fields(heard) {
		if p != "beep" && !strings.Contains(p, "/rec/") {
			named = append(named, p)
		}
	}
	return strings.HasPrefix(said, strings.Join(named, " "))
}
