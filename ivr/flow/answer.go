package flow

import (
	"slices"
	"strconv"

	"infolinia/ivr"
)

const phaseOffer = "offer" // of an article's sections

func (a *Answer) enter(t *turn) { t.tell(a.Article, a.Offer, a.Next) }

func (a *Answer) on(t *turn, in signal) {
	if t.inPhase(phaseSMS) {
		t.texting(in)
		return
	}
	t.told(in)
	if q, ok := t.open(); ok {
		t.hear(q, in)
	}
}

// told notes that a section is over: from then on there is only the offer.
func (t *turn) told(in signal) {
	switch in.(type) {
	case said, keys:
		t.c.Visit.Section = ""
	}
}

func (a *Answer) question(t *turn) (question, bool) { return t.offer(a.Offer, a.Next), true }

// tell speaks an article's short text and offers its sections; one that may
// not be read any more is not.
func (t *turn) tell(article string, offer []string, next Target) {
	v := &t.c.Visit
	v.Article, v.Timeout = article, 0
	t.note(ivr.Note{Event: "article", Node: t.c.Node, Article: article})
	if !t.usable("short") {
		t.phase(phaseExpired)
		t.pose(t.expired())
		return
	}
	v.Section = "short"
	if len(t.sections(offer)) == 0 {
		v.Exit = string(next)
	}
	t.phase(phaseOffer)
	t.pose(t.offer(offer, next))
}

// offer is the section that was asked for, and then what else there is.
func (t *turn) offer(order []string, next Target) question {
	v := &t.c.Visit
	q := question{links: true, strict: true}
	if v.Section != "" {
		q.lines = append(q.lines, t.sectionLine(v.Section))
	}
	q.repeat = func() { v.Section = ""; t.repeat() }
	q.silence = func() {
		if v.Silences++; v.Silences > 1 {
			t.goTo(next)
			return
		}
		v.Section = ""
		t.askAgain()
	}
	if v.Exit != "" {
		return q
	}
	for i, s := range t.sections(order) {
		key := strconv.Itoa(i + 1)
		q.lines = append(q.lines, t.offerLine(s, key))
		q.choices = append(q.choices, choice{key, func() { t.tellSection(s) }})
	}
	q.lines = append(q.lines, phrase("offer_next"))
	q.choices = append(q.choices, choice{"9", func() { t.goTo(next) }})
	return q
}

func (t *turn) sectionLine(section string) ivr.Line {
	switch section {
	case "sms_sent", "sms_refused":
		return phrase(section)
	}
	return ivr.Line{Prompt: "article." + t.c.Visit.Article + "." + section, Short: section == "short"}
}

// offerLine names a section and its key.
func (t *turn) offerLine(section, key string) ivr.Line {
	l := phrase("offer_" + section)
	args := map[string]string{"label": section}
	if _, known := t.p.Prompts[l.Prompt]; !known {
		l = phrase("offer_other")
	}
	if word, ok := t.p.Prompts["phrase.key_"+key]; ok {
		args["key"] = word[t.c.Lang].Source
	}
	l.Args = args
	return l
}

func (t *turn) tellSection(section string) {
	t.c.Visit.Silences = 0
	t.c.Visit.NoInput, t.c.Visit.NoMatch = 0, 0
	if section == "sms" {
		t.textArticle(t.c.Visit.Article)
		return
	}
	t.c.Visit.Section = section
	t.askAgain()
}

// sections are those that can be offered now, in their order.
func (t *turn) sections(order []string) []string {
	if len(order) == 0 {
		order = DefaultOffer[:]
	}
	const keys = 8 // 9 is another matter
	usable := slices.DeleteFunc(slices.Clone(order), func(s string) bool { return !t.usable(s) })
	return usable[:min(len(usable), keys)]
}

// usable tells whether a section may be read, in any usable language.
func (t *turn) usable(section string) bool {
	a, ok := t.w.Articles[t.c.Visit.Article]
	if !ok || !a.Good(section, t.w.Now) {
		return false
	}
	if section == "sms" && (!t.w.Services.SMS || !t.c.Caller.Known) {
		return false
	}
	texts := t.articleTexts(a.ID, section)
	_, ok = t.language(func(lang string) bool { return texts[lang] != "" })
	return ok
}

func (t *turn) articleTexts(id, section string) ivr.Texts {
	a := t.w.Articles[id]
	if section == "sms" {
		return a.SMS
	}
	return a.Say[section]
}

// expired tells that an article cannot be read and offers a person.
func (t *turn) expired() question {
	return question{
		lines:   []ivr.Line{phrase("expired")},
		links:   true,
		choices: []choice{{"1", t.person}, {"2", func() { t.goTo(t.afterArticle()) }}},
		silence: t.person,
		repeat:  t.askAgain,
	}
}

// afterArticle is where the caller goes on to.
func (t *turn) afterArticle() Target {
	switch k := t.kind().(type) {
	case *Answer:
		return k.Next
	case *Collect:
		return k.Next
	}
	return t.p.MaxExceeded
}
