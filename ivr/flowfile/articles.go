package flowfile

import (
	"path"
	"slices"
	"strings"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/flow"
)

// forever stands for an article without a last good day.
var forever = time.Date(9999, time.December, 31, 0, 0, 0, 0, time.UTC)

// Longest time to speak an article's short text and another section.
const (
	longestPrompt  = 30 * time.Second
	longestSection = 40 * time.Second
)

// article builds one article of the knowledge base.
func (l *loader) article(n *node) {
	id := n.get("id")
	if articleText.parse(id.str()) != nil {
		return
	}
	if before, twice := l.articleAt[id.text]; twice {
		l.errorf(id.at, "the article %q is already in %s; give one of them another id", id.text, before.file)
		return
	}
	l.articleAt[id.text] = id.at
	a := ivr.Article{
		ID: id.text, Department: path.Base(path.Dir(id.at.file)), Code: l.code(n),
		Title: textsOf(n.get("title")), SMS: textsOf(n.get("sms")),
		Keywords: map[string][]string{}, Say: map[string]ivr.Texts{},
	}
	for _, e := range n.get("keywords").items() {
		for _, word := range e.items() {
			a.Keywords[e.key.text] = append(a.Keywords[e.key.text], word.str())
		}
	}
	for _, e := range n.get("say").items() {
		a.Say[e.key.text] = textsOf(e)
		l.sectionName(e)
	}
	for _, e := range n.get("sources").items() {
		a.Sources = append(a.Sources, ivr.Source{
			Title: e.get("title").str(), Publisher: e.get("publisher").str(), URL: e.get("url").str(),
			Date: e.get("date").str(), Note: e.get("note").str(),
		})
	}
	l.validity(n, &a)
	l.articleTexts(n)
	l.content.Articles[a.ID] = a
}

func (l *loader) code(n *node) string {
	code := n.get("code")
	if codeText.parse(code.str()) != nil {
		return ""
	}
	if before, twice := l.codeAt[code.text]; twice {
		l.errorf(code.at, "the code %q is already that of %s; choose another", code.text, before.file)
		return ""
	}
	l.codeAt[code.text] = code.at
	return code.text
}

// validity reads the article's last good days; the moment kept is the midnight
// after.
func (l *loader) validity(n *node, a *ivr.Article) {
	a.ValidUntil = forever
	if end, ok := midnightAfter(n.get("valid_until").str()); ok {
		a.ValidUntil = end
	}
	for _, e := range n.get("valid_sections").items() {
		end, ok := midnightAfter(e.str())
		if !ok {
			continue
		}
		if a.Say[e.key.text] == nil && (e.key.text != "sms" || len(a.SMS) == 0) {
			l.errorf(e.key.at, "valid_sections: the article has no section %q%s", e.key.text, hint(e.key.text, sections(*a)))
			continue
		}
		if a.ValidSections == nil {
			a.ValidSections = map[string]time.Time{}
		}
		a.ValidSections[e.key.text] = end
	}
}

func midnightAfter(date string) (time.Time, bool) {
	day, err := parseDay(date)
	zone, zoneErr := time.LoadLocation(localZone)
	if err != nil || zoneErr != nil {
		return time.Time{}, false
	}
	return time.Date(day.Year, day.Month, day.Day+1, 0, 0, 0, 0, zone), true
}

// sections are the names of what an article can say or send.
func sections(a ivr.Article) []string {
	var out []string
	for name := range a.Say {
		out = append(out, name)
	}
	if len(a.SMS) > 0 {
		out = append(out, "sms")
	}
	slices.Sort(out)
	return out
}

// sectionName refuses a slip in the name of a section that is offered unasked.
func (l *loader) sectionName(n *node) {
	usual := append([]string{"short"}, flow.DefaultOffer[:]...)
	if n.key.text == "sms" {
		l.errorf(n.key.at, "say: sms is not spoken; move it out of say, to the article itself")
	} else if best := nearest(n.key.text, usual); best != "" && best != n.key.text && editDistance(best, n.key.text) == 1 {
		l.errorf(n.key.at, "say: unknown section %q; did you mean %q?", n.key.text, best)
	}
}

// articleTexts checks the texts of an article: each language, each expression,
// and the length.
func (l *loader) articleTexts(n *node) {
	say := n.get("say")
	l.checkTexts(n.get("title"), false)
	l.checkTexts(n.get("sms"), false)
	if short := say.get("short"); short != nil {
		l.checkTexts(short, true)
	}
	for _, e := range say.items() {
		if e.key.text != "short" {
			l.checkTexts(e, false)
		}
		for _, text := range e.items() {
			limit := longestSection
			if e.key.text == "short" {
				limit = longestPrompt
			}
			if d := flow.Estimate(literal(text.str())); d > limit {
				l.warnf(text.at, "%s takes about %d s to say, more than %d s; callers do not keep that much in mind, so shorten it", e.key.text, int(d.Seconds()), int(limit.Seconds()))
			}
		}
	}
}

// currentTexts compiles the texts of articles and notices, which may call
// helpers but read no variables.
func (l *loader) currentTexts() {
	for _, n := range l.tree(noticesFile).items() {
		l.compileTexts(n.get("text"), nil)
	}
	for _, file := range l.kbFiles {
		tree := l.trees[file]
		for _, e := range tree.get("say").items() {
			l.compileTexts(e, nil)
		}
		l.compileTexts(tree.get("sms"), nil)
	}
}

// brokenArticle tells whether an article may be in a file that cannot be read.
func (l *loader) brokenArticle(id string) bool {
	for _, file := range l.kbFiles {
		if l.broken(file) && strings.TrimSuffix(path.Base(file), ".yaml") == id {
			return true
		}
	}
	return false
}

// literal is a text with each expression as the few letters it may become.
func literal(source string) string {
	for {
		before, after, found := strings.Cut(source, "{{")
		_, rest, closed := strings.Cut(after, "}}")
		if !found || !closed {
			return source
		}
		source = before + "xxxxxxxxxx" + rest
	}
}
