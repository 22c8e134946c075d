package flowfile

import (
	"maps"
	"slices"

	"infolinia/ivr/flow"
)

func (b *builder) confirm() flow.Kind {
	b.listens()
	b.s.keys = []string{"1", "2"}
	k := &flow.Confirm{Prompt: b.say(b.n.get("prompt"), "prompt"), Yes: b.to("yes"), No: b.to("no")}
	b.links()
	return k
}

func (b *builder) answer() flow.Kind {
	b.s.listens = true
	k := &flow.Answer{Article: b.n.get("article").str(), Offer: b.offer()}
	b.article(b.n.get("article"))
	if a, there := b.content.Articles[k.Article]; there {
		// A usual section that the article lacks is no slip: it is not offered.
		known := append(sections(a), flow.DefaultOffer[:]...)
		for _, e := range b.n.get("offer").items() {
			if e.str() != "" && !slices.Contains(known, e.text) {
				b.errorf(e.at, "offer: the article %q has no section %q%s", a.ID, e.text, hint(e.text, known))
			}
		}
	}
	k.Next = b.to("next")
	b.links()
	return k
}

func (b *builder) offer() []string {
	var out []string
	for _, e := range b.n.get("offer").items() {
		if slices.Contains(out, e.str()) {
			b.errorf(e.at, "offer: the section %q stands twice; remove one", e.text)
		}
		if e.str() == "short" {
			b.errorf(e.at, `offer: "short" is always said first; remove it`)
		}
		out = append(out, e.str())
	}
	return out
}

// article checks that an article exists.
func (b *builder) article(n *node) {
	if n.str() == "" || articleText.parse(n.text) != nil {
		return
	}
	if _, there := b.content.Articles[n.text]; !there && !b.brokenArticle(n.text) {
		b.errorf(n.at, "%s: there is no article %q in kb/%s", n.name(), n.text, hint(n.text, slices.Collect(maps.Keys(b.content.Articles))))
	}
}

// Digits of a collect that says nothing about them.
const (
	minDigits = 1
	maxDigits = 32
)

func (b *builder) collect() flow.Kind {
	b.listens()
	digits := b.n.get("digits")
	k := &flow.Collect{
		Var: b.n.get("var").str(), Min: minDigits, Max: maxDigits, TermChar: "#",
		Offer: b.offer(),
	}
	k.Prompt = b.say(b.n.get("prompt"), "prompt")
	setBool(&k.Sensitive, b.n.get("sensitive"))
	setBool(&k.ArticleCode, b.n.get("article_code"))
	setInt(&k.Min, digits.get("min"))
	setInt(&k.Max, digits.get("max"))
	if term := digits.get("term_char"); term != nil && term.kind == text {
		k.TermChar = term.text
	}
	if k.Min > k.Max {
		at := digits.get("min")
		if at == nil {
			at = digits.get("max")
		}
		b.errorf(at.at, "digits: min %d is more than max %d; change one of them", k.Min, k.Max)
	}
	b.checkCollect(k)
	k.Confirm = b.confirmDigits(k)
	var sets []string
	if k.Var != "" {
		sets = []string{k.Var}
	}
	k.Next = b.to("next", sets...)
	k.Cases = b.cases(map[string][]string{"unknown": sets})
	if k.ArticleCode {
		b.links()
	}
	return k
}

func (b *builder) checkCollect(k *flow.Collect) {
	n := b.n
	switch {
	case !k.ArticleCode && !n.has("var"):
		b.errorf(n.keyAt(), `%s, a collect node, lacks "var": write the variable that the digits go into, such as var: case_no`, n.name())
	case k.ArticleCode && n.get("cases").get("unknown") == nil:
		b.errorf(n.get("article_code").at, `%s asks for an article's code, but has no case "unknown"; write cases: {unknown: NODE}`, n.name())
	case !k.ArticleCode && n.has("cases"):
		b.errorf(n.get("cases").keyAt(), "%s: only a collect with article_code: true has cases; remove them", n.name())
	case !k.ArticleCode && n.has("offer"):
		b.errorf(n.get("offer").keyAt(), "%s: only a collect with article_code: true offers sections; remove offer", n.name())
	}
	if term := n.get("digits").get("term_char"); term != nil && len(k.TermChar) == 1 && k.TermChar[0] >= '0' && k.TermChar[0] <= '9' {
		b.errorf(term.at, `term_char: %q is a digit and could not be keyed then; write "#" or "*"`, k.TermChar)
	}
}

func (b *builder) confirmDigits(k *flow.Collect) *flow.ConfirmDigits {
	n := b.n.get("confirm")
	if n == nil {
		return nil
	}
	c := &flow.ConfirmDigits{SayAs: "digits"}
	if as := n.get("say_as"); as.str() != "" {
		c.SayAs = as.text
	}
	before := len(b.s.reads)
	c.Prompt = b.say(n.get("prompt"), "confirm")
	for i := range b.s.reads[before:] {
		if u := &b.s.reads[before+i]; u.name == k.Var {
			u.confirm = true
		}
	}
	return c
}
