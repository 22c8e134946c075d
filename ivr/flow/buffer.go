package flow

import (
	"strings"

	"infolinia/ivr"
)

// buffer is where keys wait: in the saved state, or in memory only while a
// sensitive collect is open.
func (t *turn) buffer() *[]ivr.Keyed {
	if t.secret() {
		return &t.c.SecretBuffer
	}
	return &t.c.Buffer
}

// secret tells whether keys and what is said of them must never be written.
func (t *turn) secret() bool { return t.p.Secret(t.c) }

// Secret tells whether the keys that a call is waiting for are sensitive: of a
// collect that says so, or a telephone number.
func (p *Program) Secret(c *ivr.Call) bool {
	n := p.Nodes[c.Node]
	if n == nil {
		return false
	}
	switch k := n.Kind.(type) {
	case *Collect:
		return k.Sensitive && c.Visit.Exit == ""
	case *CallBack, *QueueUp:
		return c.Visit.Phase == phaseDigits || c.Visit.Phase == phaseConfirm
	}
	return false
}

// key takes a pressed key.
func (t *turn) key(digit string) bool {
	c := t.c
	if c.Node == "" {
		return false
	}
	c.Steps = 0
	secret := t.secret()
	n := ivr.Note{Event: "key", Node: c.Node, Digit: digit}
	if secret {
		n.Digit, n.Secret = "", true
	}
	t.note(n)
	if drop := c.DropTerm; drop != nil {
		c.DropTerm = nil
		t.disarm(timerTerm)
		if digit == drop.Digit {
			return true
		}
	}
	if t.talking() {
		return true
	}
	b := t.buffer()
	*b = append(*b, ivr.Keyed{Digit: digit, At: t.w.Now})
	if c.Speech != nil {
		if !c.Speech.Queue[0].BargeIn {
			return true
		}
		t.stopSpeaking()
	}
	t.signals = append(t.signals, keys{})
	return true
}

// talking tells whether the caller is connected to a person: his keys are not
// ours.
func (t *turn) talking() bool { return t.inPhase(phaseTalk) }

// match finds the choice that the buffered keys make. The longest choice wins;
// wait says that a longer one may still come; n is 0 when none matches.
func match(buffer []ivr.Keyed, choices []choice) (chosen choice, n int, wait bool) {
	var keyed strings.Builder
	for _, k := range buffer {
		keyed.WriteString(k.Digit)
	}
	all := keyed.String()
	for _, c := range choices {
		switch {
		case strings.HasPrefix(all, c.dtmf) && len(c.dtmf) > n:
			chosen, n = c, len(c.dtmf)
		case len(c.dtmf) > len(all) && strings.HasPrefix(c.dtmf, all):
			wait = true
		}
	}
	return chosen, n, wait
}
