package flow

import (
	"fmt"
	"strings"

	"infolinia/ivr"
)

// Choice is a key that means something to a call at the moment. Label says
// what: the sentence that offers it, in the caller's language, where there is
// one; else a few words of English with the node it leads to.
type Choice struct{ DTMF, Label string }

// Choices are the keys that mean something to a call as it stands. A key that
// is not among them is a no-match, or is thrown away. "any" stands for every
// key.
func Choices(p *Program, c *ivr.Call, w *ivr.World) []Choice {
	call := c.Clone()
	t := &turn{p: p, w: w, c: &call}
	switch t.kind().(type) {
	case nil:
		return nil
	case *Play, *Notice, *HangUp:
		return t.skipping()
	case *QueueUp:
		if t.inPhase(phaseQueue) {
			return t.whileQueued()
		}
	case *Voicemail:
		switch t.c.Visit.Phase {
		case phaseGreet:
			return []Choice{{"any", "to the tone"}}
		case phaseRecord:
			return []Choice{{"#", "end the message"}}
		}
	case *Ask:
		if c.Speech != nil && c.Visit.Exit != "" {
			return t.skipping()
		}
		return nil
	}
	if k, ok := t.kind().(keyer); ok && t.inPhase(phaseDigits) {
		return digitChoices(k.keying(t))
	}
	q, ok := t.open()
	if !ok || c.Ended {
		return nil
	}
	labels := t.labels()
	var out []Choice
	for _, choice := range t.choices(q) {
		out = append(out, Choice{choice.dtmf, labels[choice.dtmf]})
	}
	return out
}

// skipping is what a key does while something is said that may be broken off.
func (t *turn) skipping() []Choice {
	if s := t.c.Speech; s != nil && len(s.Queue) > 0 && s.Queue[0].BargeIn {
		return []Choice{{"any", "skip what is being said"}}
	}
	return nil
}

func (t *turn) whileQueued() []Choice {
	out := []Choice{{"*", "leave the queue"}}
	if t.kind().(*QueueUp).offers(t) {
		out = append(out, Choice{"1", "be called back"})
	}
	return out
}

func digitChoices(k keying) []Choice {
	out := []Choice{{"0-9", fmt.Sprintf("digits, %d to %d of them", k.min, k.max)}}
	if k.term != "" && k.term != "*" {
		out = append(out, Choice{k.term, "end of the digits"})
	}
	star := "clear what was keyed; back when nothing was"
	if k.term == "*" {
		star = "end of the digits; back when nothing was keyed"
	}
	return append(out, Choice{"*", star})
}

// labels are the words for the keys of the open question.
func (t *turn) labels() map[string]string {
	labels := map[string]string{}
	for _, l := range t.p.Links {
		labels[l.DTMF] = t.label(l.Prompt, "", l.Goto)
		if l.Do != "" {
			labels[l.DTMF] = l.Do
		}
	}
	switch t.c.Visit.Phase {
	case phaseStillThere, phaseExpired:
		labels["1"], labels["2"] = "a person", "go on"
		return labels
	case phaseConfirm:
		labels["1"], labels["2"] = "yes", "no, key it again"
		return labels
	case phaseReview:
		labels["1"], labels["2"], labels["3"] = "keep the message", "record it again", "discard it"
		return labels
	}
	switch k := t.kind().(type) {
	case *Menu:
		for _, o := range k.Options {
			labels[o.DTMF] = t.label(o.Prompt, o.Call, o.Goto)
		}
	case *Confirm:
		labels["1"], labels["2"] = "yes", "no"
	case *Answer:
		t.labelOffer(labels, k.Offer)
	case *Collect:
		t.labelOffer(labels, k.Offer)
	}
	return labels
}

func (t *turn) labelOffer(labels map[string]string, order []string) {
	for i, section := range t.sections(order) {
		labels[fmt.Sprint(i+1)] = section
	}
	labels["9"] = "another matter"
}

// label is the sentence that offers a key, or where the key leads.
func (t *turn) label(prompt, call string, target Target) string {
	if lang, text, ok := t.textOf(prompt); ok && prompt != "" {
		if said, err := text.speak(t.env(lang), nil); err == nil {
			return strings.Join(strings.Fields(said), " ")
		}
	}
	if call != "" {
		return "to the flow " + call
	}
	return "to " + string(target)
}
