package flow

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"infolinia/ivr"
)

// runesPerSecond is the pace by which the length of a text is estimated.
const runesPerSecond = 14

// Estimate is how long a text takes to say at the normal pace: its code points
// at 14 a second, rounded up to 0.1 s, at least 0.5 s.
func Estimate(text string) time.Duration {
	tenths := (utf8.RuneCountInString(text)*10 + runesPerSecond - 1) / runesPerSecond
	return max(time.Duration(tenths)*100*time.Millisecond, 500*time.Millisecond)
}

func lines(p Prompt) []ivr.Line {
	out := make([]ivr.Line, len(p))
	for i, id := range p {
		out[i] = ivr.Line{Prompt: id}
	}
	return out
}

func phrase(name string) ivr.Line { return ivr.Line{Prompt: "phrase." + name} }

// say speaks segments one after the other, in place of what was to be said
// before. The node gets said when all are over, or keys when the caller
// broke in.
func (t *turn) say(segments ...ivr.Segment) {
	t.dropSpeech()
	t.c.Speech = &ivr.Speech{Queue: segments}
	t.sayNext()
}

// sayNext begins the first segment of the queue that has something to say.
func (t *turn) sayNext() {
	s := t.c.Speech
	for len(s.Queue) > 0 {
		segment := s.Queue[0]
		if segment.BargeIn && len(*t.buffer()) > 0 {
			break // the caller knows what he wants
		}
		parts, short, err := t.parts(segment.Lines)
		if err != nil {
			t.c.Speech = nil
			t.internalError(err.Error())
			return
		}
		if len(parts) > 0 {
			s.Short = short
			t.play(s, segment, parts)
			return
		}
		s.Queue = s.Queue[1:]
	}
	t.c.Speech = nil
	t.signals = append(t.signals, said{})
}

func (t *turn) play(s *ivr.Speech, segment ivr.Segment, parts []ivr.Part) {
	speed := segment.Speed
	if speed == 0 {
		speed = 1
	}
	play := ivr.Play{ID: t.id("play"), Node: t.c.Node, Parts: parts, Speed: speed, Secret: t.tellsSecret(parts)}
	s.ID, s.Parts, s.Mark = play.ID, len(parts), 0
	t.do(play)
	var estimate time.Duration
	for _, p := range parts {
		estimate += Estimate(p.Text)
		if p.Recording != "" {
			estimate += t.c.Visit.Talk
		}
	}
	t.arm(timerSpeech, 3*estimate+15*time.Second)
}

// tellsSecret tells whether a sensitive value is being read back: only a
// confirmation may do that.
func (t *turn) tellsSecret(parts []ivr.Part) bool {
	return t.secret() && t.inPhase(phaseConfirm) &&
		slices.ContainsFunc(parts, func(p ivr.Part) bool { return p.Dynamic })
}

// stopSpeaking cuts what is being said, for the caller broke in.
func (t *turn) stopSpeaking() {
	if t.c.Speech == nil {
		return
	}
	t.note(ivr.Note{Event: "cut", Node: t.c.Node})
	t.dropSpeech()
}

// mostCut bounds how many stopped Plays are remembered.
const mostCut = 4

// stopAgain repeats the stops that may have gone down with a process: else the
// caller hears the old prompt to its end before what was to be said instead.
func (t *turn) stopAgain() {
	for _, id := range t.c.Cut {
		t.do(ivr.StopPlay{ID: id})
	}
}

// dropSpeech ends what is being said.
func (t *turn) dropSpeech() {
	if t.c.Speech == nil {
		return
	}
	if id := t.c.Speech.ID; id != "" {
		t.do(ivr.StopPlay{ID: id})
		t.c.Cut = append(t.c.Cut, id)
		t.c.Cut = t.c.Cut[max(0, len(t.c.Cut)-mostCut):]
	}
	t.c.Speech = nil
	t.disarm(timerSpeech)
}

func (t *turn) markHeard(in ivr.PlayMark) bool {
	s := t.c.Speech
	if s == nil || s.ID != in.ID || in.Part < s.Mark {
		return false
	}
	t.heard(in.Part + 1)
	return true
}

// heard notes that the first n parts of the open Play were heard.
func (t *turn) heard(n int) {
	s := t.c.Speech
	t.c.Cut = nil // what was played before is over
	s.Mark = n
	if s.Short > 0 && n >= s.Short {
		t.c.Outcome, t.c.Answered = ivr.OutcomeContained, true
	}
}

func (t *turn) playEnded(in ivr.PlayEnded) bool {
	s := t.c.Speech
	if s == nil || s.ID == "" || s.ID != in.ID {
		return false
	}
	t.disarm(timerSpeech)
	if in.Failed && !t.inPhase(phaseQueue) { // nobody loses his place for an announcement
		t.c.Speech = nil
		t.internalError("a prompt could not be played")
		return true
	}
	t.heard(s.Parts)
	if segment := s.Queue[0]; segment.Flush && !segment.BargeIn {
		*t.buffer() = nil
	}
	s.Queue = s.Queue[1:]
	t.sayNext()
	return true
}

// parts resolves lines to what is spoken in the call's language; short is the
// number of parts up to the end of an answer's short text, 0 without one.
func (t *turn) parts(ls []ivr.Line) (parts []ivr.Part, short int, err error) {
	for _, l := range ls {
		switch {
		case l.Beep:
			parts = append(parts, ivr.Part{Beep: true})
			continue
		case l.Recording != "":
			parts = append(parts, ivr.Part{Recording: l.Recording})
			continue
		}
		lang, text, ok := t.textOf(l.Prompt)
		if !ok {
			t.note(ivr.Note{Event: "missing_text", Node: t.c.Node, Prompt: l.Prompt})
			continue
		}
		if lang != t.c.Lang {
			foreign, err := t.foreign(lang, l.Prompt)
			if err != nil {
				return nil, 0, err
			}
			parts = append(parts, foreign...)
		}
		part, err := t.part(l, lang, text)
		if err != nil {
			return nil, 0, err
		}
		if strings.TrimSpace(part.Text) != "" {
			parts = append(parts, part)
		}
		if l.Short {
			short = len(parts)
		}
	}
	return parts, short, nil
}

// foreign notes that a text is not in the caller's language, and says so once
// in a call when the default language stands in.
func (t *turn) foreign(lang, prompt string) ([]ivr.Part, error) {
	t.note(ivr.Note{Event: "language_fallback", Node: t.c.Node, Prompt: prompt, Lang: lang})
	if lang != t.p.Default || t.c.ForeignSaid {
		return nil, nil
	}
	const only = "phrase.only_default_language"
	text, ok := t.p.Prompts[only][t.c.Lang]
	if !ok {
		return nil, nil
	}
	t.c.ForeignSaid = true
	part, err := t.part(ivr.Line{Prompt: only}, t.c.Lang, text)
	return []ivr.Part{part}, err
}

func (t *turn) part(l ivr.Line, lang string, text Text) (ivr.Part, error) {
	args := t.p.queueArgs(l.Prompt, lang, l.Args)
	if l.Prompt == confirmValue {
		value, err := t.keyedAloud(lang)
		if err != nil {
			return ivr.Part{}, err
		}
		args = map[string]string{"value": value}
	}
	said, err := text.speak(t.env(lang), args)
	if err != nil {
		return ivr.Part{}, err
	}
	return ivr.Part{Prompt: l.Prompt, Lang: lang, Text: said, Dynamic: len(text.Reads()) > 0 || l.Prompt == confirmValue}, nil
}

// textOf takes a prompt's text in the call's language, else in the default
// one, else in the first supported language that has it.
func (t *turn) textOf(prompt string) (lang string, text Text, ok bool) {
	texts := t.template(prompt)
	lang, ok = t.language(func(lang string) bool { return texts[lang].Source != "" })
	return lang, texts[lang], ok
}

func (t *turn) language(has func(lang string) bool) (string, bool) {
	if has(t.c.Lang) {
		return t.c.Lang, true
	}
	if has(t.p.Default) {
		return t.p.Default, true
	}
	i := slices.IndexFunc(t.p.Languages, has)
	if i < 0 {
		return "", false
	}
	return t.p.Languages[i], true
}

// template finds a prompt: of this version, or of what is always current.
func (t *turn) template(prompt string) Template {
	switch kind, name, _ := strings.Cut(prompt, "."); kind {
	case "notice":
		return current(t.w.Notices[name].Text)
	case "article":
		id, section, _ := strings.Cut(name, ".")
		return current(t.articleTexts(id, section))
	}
	return t.p.Prompts[prompt]
}

// current compiles a text that is not pinned to the version. One that does not
// compile is as good as missing: it was refused when it was loaded.
func current(texts ivr.Texts) Template {
	out := Template{}
	for lang, source := range texts {
		if text, err := ParseText(source, nil); err == nil {
			out[lang] = text
		}
	}
	return out
}

// env is what expressions see.
func (t *turn) env(lang string) map[string]any {
	env := helpers{lang: lang, world: t.w}.functions()
	for name, v := range t.c.Vars {
		env[name] = v.Any()
	}
	if c, ok := t.kind().(*Collect); ok && c.Var != "" && t.inPhase(phaseConfirm) {
		env[c.Var] = t.keyed()
	}
	return env
}
