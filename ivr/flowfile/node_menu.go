package flowfile

import (
	"strconv"
	"strings"

	"infolinia/ivr/flow"
)

func (b *builder) menu() flow.Kind {
	b.s.menu = true
	b.listens()
	k := &flow.Menu{Links: b.firstMenu()}
	b.menuPrompt(k)
	options := b.n.get("options").items()
	b.s.opaque = b.s.opaque || len(options) == 0
	for _, e := range options {
		if e.kind == mapping {
			k.Options = append(k.Options, b.option(e, k.Enumerate))
		} else {
			b.s.opaque = true
		}
	}
	if k.Enumerate && k.Links {
		b.s.reads = append(b.s.reads, b.linkReads...)
	}
	b.checkKeys(k)
	b.links()
	return k
}

// firstMenu tells whether this is the first menu in the entry flow's file.
func (b *builder) firstMenu() bool {
	if b.flow != b.program.Entry {
		return false
	}
	for _, id := range b.program.Flows[b.flow].Order {
		if b.nodeTrees[id].get("type").str() == "menu" {
			return id == b.id
		}
	}
	return false
}

// menuPrompt reads a prompt that may enumerate the options; whatever stands
// beside that is its intro.
func (b *builder) menuPrompt(k *flow.Menu) {
	n := b.n.get("prompt")
	if n == nil {
		return
	}
	entries := []*node{n}
	if n.kind == list {
		entries = n.entries
	}
	intro := &node{kind: list, at: n.at, key: n.key, parent: n.parent}
	for i, e := range entries {
		if !e.has("enumerate") && !e.has("intro") {
			intro.entries = append(intro.entries, e)
			continue
		}
		setBool(&k.Enumerate, e.get("enumerate"))
		if in := e.get("intro"); in != nil && in.kind == list {
			intro.entries = append(intro.entries, in.entries...)
		} else if in != nil {
			intro.entries = append(intro.entries, in)
		}
		if i < len(entries)-1 {
			b.errorf(entries[i+1].at, "prompt: the options are spoken last; put this before enumerate")
		}
	}
	k.Prompt = b.say(intro, "prompt")
}

func (b *builder) option(n *node, enumerate bool) flow.Option {
	o := flow.Option{DTMF: n.get("dtmf").str(), Label: textsOf(n.get("label")), Call: n.get("call").str()}
	if lang := n.get("set_language"); b.supported(lang) {
		o.SetLanguage = lang.str()
	}
	id := b.id + ".option." + o.DTMF
	switch say, label := n.get("say"), n.get("label"); {
	case say != nil:
		b.s.reads = append(b.s.reads, b.saying(id, say, o.SetLanguage)...)
		o.Prompt = id
		b.checkTexts(label, false) // it names the option for staff only
	case label != nil:
		b.s.reads = append(b.s.reads, b.enumerated(id, "option", o.DTMF, label)...)
		o.Prompt = id
	case enumerate:
		b.warnf(n.at, "option %q is not spoken, for it has neither label nor say; write label: {pl: …}", o.DTMF)
	}
	b.optionExit(n, &o)
	return o
}

// saying is an option's own sentence. One that switches the language needs no
// text but in that language.
func (b *builder) saying(id string, say *node, switches string) []use {
	b.checkTexts(say, switches == "" || !say.has(switches))
	template, reads := b.compileTexts(say, b.types)
	b.program.Prompts[id] = template
	b.keepText(id, say, template)
	return reads
}

// optionExit finds where an option leads: exactly one of goto and call.
func (b *builder) optionExit(n *node, o *flow.Option) {
	switch {
	case n.has("goto") && n.has("call"):
		b.errorf(n.get("call").keyAt(), "option %q has both goto and call; keep one", o.DTMF)
	case n.has("goto") && n.has("next"):
		b.errorf(n.get("next").keyAt(), "option %q has both goto and next; next belongs to call", o.DTMF)
	case n.has("call") && !n.has("next"):
		b.s.opaque = true
		b.errorf(n.at, "option %q calls flow %q but lacks next; write where the call goes on after it, such as next: NODE", o.DTMF, o.Call)
	case !n.has("goto") && !n.has("call"):
		b.s.opaque = true
		b.errorf(n.at, "option %q leads nowhere; write goto: NODE, or call: FLOW with next: NODE", o.DTMF)
	}
	if n.has("goto") {
		o.Goto = b.exit(n.get("goto"), "")
	}
	if n.has("call") {
		o.Goto = b.exit(n.get("next"), b.called(n.get("call")))
	}
}

// supported reports a language that the line does not speak.
func (b *builder) supported(n *node) bool {
	if n == nil || len(b.languages) == 0 {
		return true
	}
	return b.exists(n, "language", "languages.supported of line.yaml", b.languages)
}

// enumerated composes the sentence that speaks a label and its key.
func (l *loader) enumerated(id, phrase, dtmf string, label *node) []use {
	l.checkTexts(label, true)
	template := flow.Template{}
	_, reads := l.compileTexts(label, l.types)
	for _, e := range label.items() {
		lang := e.key.text
		frame, ok := l.phrase(phrase, lang)
		if e.kind != text || !ok {
			continue
		}
		sentence := strings.NewReplacer("{label}", e.text, "{key}", l.keyWords(dtmf, lang)).Replace(frame)
		if compiled, err := flow.ParseText(sentence, l.types); err == nil {
			template[lang] = compiled
		}
	}
	l.program.Prompts[id] = template
	l.keepText(id, label, template)
	return reads
}

// checkKeys looks at the keys of a menu: twice the same, too many, a gap, or
// one that a link has for something else.
func (b *builder) checkKeys(k *flow.Menu) {
	seen := map[string]position{}
	var digits []int
	for i, e := range b.n.get("options").items() {
		dtmf := e.get("dtmf")
		if dtmf.str() == "" {
			continue
		}
		if before, twice := seen[dtmf.text]; twice {
			b.errorf(dtmf.at, "two options have the key %q (the first in line %d); change one", dtmf.text, before.line)
			continue
		}
		seen[dtmf.text] = dtmf.at
		b.s.keys = append(b.s.keys, dtmf.text)
		if d, err := strconv.Atoi(dtmf.text); err == nil && len(dtmf.text) == 1 && d > 0 {
			digits = append(digits, d)
		}
		b.checkLinkKey(dtmf, e, i)
	}
	if n := len(seen); n > 4 {
		b.warnf(b.n.get("options").keyAt(), "%s has %d options; a caller keeps at most 4 in mind, so split the menu", b.n.name(), n)
	}
	b.checkGap(digits)
}

func (b *builder) checkLinkKey(dtmf, option *node, _ int) {
	for _, link := range b.program.Links {
		if link.DTMF != dtmf.text {
			continue
		}
		if to, _ := b.peek(option.get("goto")); link.Goto == "" || to != link.Goto {
			b.warnf(dtmf.at, "the key %q is a link of the line (%s) and means something else here; callers are used to the link, so take another key", dtmf.text, linkMeaning(link))
		}
	}
}

func linkMeaning(l flow.Link) string {
	if l.Do != "" {
		return l.Do
	}
	return string(l.Goto)
}

// checkGap warns when the keys 1, 2, 3 … of a menu leave one out.
func (b *builder) checkGap(digits []int) {
	has, highest := map[int]bool{}, 0
	for _, d := range digits {
		has[d] = true
		highest = max(highest, d)
	}
	var missing []string
	for d := 1; d < highest; d++ {
		if !has[d] {
			missing = append(missing, strconv.Itoa(d))
		}
	}
	if len(missing) > 0 {
		b.warnf(b.n.get("options").keyAt(), "the keys of %s have a gap: there is a %d but no %s; callers expect keys in a row", b.n.name(), highest, join(missing))
	}
}
