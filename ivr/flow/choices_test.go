package flow_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"infolinia/ivr"
	"infolinia/ivr/flow"
)

// TestExactlyTheKeysOfferedAreNoMistake: where the call waits for a choice, a key
// is a no-match exactly when it begins none of the choices.
func TestExactlyTheKeysOfferedAreNoMistake(t *testing.T) {
	all := lines(t)
	rapid.Check(t, func(t *rapid.T) {
		o := anyCall(t, all)
		for range rapid.IntRange(1, 40).Draw(t, "length") {
			if o.call.Ended {
				break
			}
			o.happen()
			if flow.AwaitsKey(&o.call) && len(o.call.Buffer) == 0 && o.call.DropTerm == nil {
				o.offersWhatItTakes()
			}
		}
	})
}

func (o *outside) offersWhatItTakes() {
	choices := flow.Choices(o.line.Program, &o.call, o.world())
	if len(choices) == 0 {
		o.t.Fatalf("in %s (%s) a key is awaited, but none is offered", o.call.Node, o.call.Visit.Phase)
	}
	for _, c := range choices {
		if c.Label == "" {
			o.t.Fatalf("in %s (%s) nobody knows what %s is for", o.call.Node, o.call.Visit.Phase, c.DTMF)
		}
		if c.DTMF == "0-9" { // digits: what is right shows only later
			return
		}
	}
	for _, key := range "0123456789*#ABCD" {
		offered := false
		for _, c := range choices {
			offered = offered || strings.HasPrefix(c.DTMF, string(key))
		}
		_, effects := o.line.Program.Step(o.call, ivr.Key{Digit: byte(key)}, o.world())
		mistake := false
		for _, e := range effects {
			n, ok := e.(ivr.Note)
			mistake = mistake || ok && n.Event == "no_match"
		}
		if mistake == offered {
			o.t.Fatalf("in %s (%s) the key %c is offered: %v, a mistake: %v", o.call.Node, o.call.Visit.Phase, key, offered, mistake)
		}
	}
}
