package flow

import (
	"fmt"

	"infolinia/ivr"
)

const (
	phaseDigits  = "digits"
	phaseConfirm = "confirm" // of what was keyed
	phaseTalk    = "talk"    // with a person
)

// confirmValue is the sentence that says what was keyed; its value is put in
// only when it is spoken.
const confirmValue = "phrase.confirm_value"

// keying is how digits are taken: by a collect, or where a telephone number is
// needed.
type keying struct {
	prompt    []ivr.Line
	min, max  int
	term      string // empty: none
	confirm   *ConfirmDigits
	sensitive bool
	done      func(digits string)
}

// keyer is a node that takes digits, at least in its present phase.
type keyer interface{ keying(t *turn) keying }

func (t *turn) startKeying(k keying) {
	t.phase(phaseDigits)
	t.clearDigits()
	if k.sensitive {
		t.c.Buffer = nil
	}
	t.pose(k.ask())
}

func (k keying) ask() question { return question{lines: k.prompt, strict: true} }

func (t *turn) keyed() string {
	if t.secret() {
		return t.c.SecretDigits
	}
	return t.c.Visit.Digits
}

func (t *turn) setDigits(s string) {
	if t.secret() {
		t.c.SecretDigits = s
		return
	}
	t.c.Visit.Digits = s
}

func (t *turn) clearDigits() { t.setDigits("") }

// takeDigits takes what comes while digits are awaited.
func (t *turn) takeDigits(k keying, in signal) {
	switch in := in.(type) {
	case said, keys:
		t.consume(k)
	case elapsed:
		switch digits := t.keyed(); {
		case in.purpose != timerKey:
		case digits == "":
			t.noInput(k.ask())
		case len(digits) < k.min:
			t.tooFew(k)
		default:
			t.complete(k)
		}
	}
}

func (t *turn) tooFew(k keying) {
	t.clearDigits()
	t.noMatch(k.ask())
}

// consume uses up the buffer, key by key, until it is empty or the digits are
// complete.
func (t *turn) consume(k keying) {
	b := t.buffer()
	for len(*b) > 0 {
		key := (*b)[0]
		*b = (*b)[1:]
		digits := t.keyed()
		switch {
		case key.Digit == "*" && (digits == "" || k.term != "*"):
			if digits == "" {
				if !t.back() {
					t.repeat()
				}
				return
			}
			t.clearDigits()
		case key.Digit == k.term:
			t.terminate(k, digits)
			return
		case key.Digit >= "0" && key.Digit <= "9":
			t.setDigits(digits + key.Digit)
			t.c.Visit.LastDigit = key.At
			if len(digits)+1 >= k.max {
				t.dropTrailer(k)
				t.complete(k)
				return
			}
		default:
			t.tooFew(k)
			return
		}
	}
	if t.keyed() == "" {
		t.awaitKey()
		return
	}
	t.arm(timerKey, t.manners().InterdigitTimeout)
}

func (t *turn) terminate(k keying, digits string) {
	switch {
	case digits == "":
		t.noInput(k.ask())
	case len(digits) < k.min:
		t.tooFew(k)
	default:
		t.complete(k)
	}
}

// dropTrailer drops a term char that follows the last possible digit: from the
// buffer, or as the next key when it comes soon.
func (t *turn) dropTrailer(k keying) {
	if k.term == "" {
		return
	}
	until := t.c.Visit.LastDigit.Add(t.manners().TermTimeout)
	b := t.buffer()
	if len(*b) == 0 { // by a timer: the clock may be set meanwhile
		t.c.DropTerm = &ivr.Trailer{Digit: k.term, Until: until}
		t.arm(timerTerm, min(max(until.Sub(t.w.Now), 0), t.manners().TermTimeout))
		return
	}
	if next := (*b)[0]; next.Digit == k.term && !next.At.After(until) {
		*b = (*b)[1:]
	}
}

func (t *turn) complete(k keying) {
	t.disarm(timerKey)
	if k.confirm == nil {
		k.done(t.keyed())
		return
	}
	t.phase(phaseConfirm)
	*t.buffer() = nil
	t.c.Visit.Timeout = 0
	t.pose(t.confirmDigits(k))
}

// confirmDigits asks whether what was keyed is right.
func (t *turn) confirmDigits(k keying) question {
	ls := lines(k.confirm.Prompt)
	if len(ls) == 0 {
		ls = []ivr.Line{{Prompt: confirmValue}}
	}
	return question{
		lines:   append(ls, phrase("confirm_yes_no")),
		links:   true,
		strict:  true,
		choices: []choice{{"1", func() { k.done(t.keyed()) }}, {"2", func() { t.keyAgain(k) }}},
	}
}

// keyAgain returns to the keying after a "no"; the third one gives up.
func (t *turn) keyAgain(k keying) {
	t.c.Visit.Noes++
	if t.c.Visit.Noes >= maxNoes {
		t.giveUp()
		return
	}
	t.phase(phaseDigits)
	t.clearDigits()
	t.pose(k.ask())
}

const maxNoes = 3

// keyedAloud is what was keyed, as it is read back.
func (t *turn) keyedAloud(lang string) (string, error) {
	k, ok := t.kind().(keyer)
	if !ok {
		return "", fmt.Errorf("nothing was keyed")
	}
	sayAs := "digits"
	if c := k.keying(t).confirm; c != nil && c.SayAs != "" {
		sayAs = c.SayAs
	}
	say, ok := helpers{lang: lang, world: t.w}.functions()[sayAs].(func(any) (string, error))
	if !ok {
		return "", fmt.Errorf("no helper says %q", sayAs)
	}
	return say(t.keyed())
}
