package flow

import "infolinia/ivr"

const phaseSMS = "sms"

func (s *SMS) enter(t *turn) {
	prompt := s.Text
	if s.Article != "" {
		prompt = "article." + s.Article + ".sms"
	}
	if !t.sendText(prompt) {
		t.exit(s.Cases, "refused")
	}
}

// sendText orders an SMS; it tells whether one can be sent at all.
func (t *turn) sendText(prompt string) bool {
	if !t.w.Services.SMS || !t.c.Caller.Known {
		return false
	}
	lang, text, ok := t.textOf(prompt)
	if !ok {
		return false
	}
	body, err := text.speak(t.env(lang), nil)
	if err != nil {
		return false
	}
	t.phase(phaseSMS)
	t.c.Await = t.id("sms")
	t.do(ivr.SendSMS{ID: t.c.Await, Text: body})
	t.arm(timerDeadline, serviceDeadline)
	return true
}

// smsSent tells whether the text went out; done is false while nobody knows.
func (t *turn) smsSent(in signal) (sent, done bool) {
	switch in := in.(type) {
	case ivr.ServiceDone:
		t.disarm(timerDeadline)
		if !in.Refused {
			t.note(ivr.Note{Event: "sms", Node: t.c.Node})
		}
		return !in.Refused, true
	case elapsed:
		t.c.Await = ""
		return false, in.purpose == timerDeadline
	}
	return false, false
}

func (s *SMS) on(t *turn, in signal) {
	switch sent, done := t.smsSent(in); {
	case sent:
		t.goTo(s.Next)
	case done:
		t.exit(s.Cases, "refused")
	}
}

// textArticle sends an article's text and goes back to its offer.
func (t *turn) textArticle(article string) {
	if !t.sendText("article." + article + ".sms") {
		t.textDone(false)
	}
}

func (t *turn) textDone(sent bool) {
	t.phase(phaseOffer)
	t.c.Visit.Section = "sms_refused"
	if sent {
		t.c.Visit.Section = "sms_sent"
	}
	t.askAgain()
}

// texting takes what comes while an article's text is being sent.
func (t *turn) texting(in signal) {
	if sent, done := t.smsSent(in); done {
		t.textDone(sent)
	}
}
