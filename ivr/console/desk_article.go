package console

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"time"

	"infolinia/ivr"
)

// deskArticle is GET /desk/article/{id}: an answer to be read aloud.
type deskArticle struct{ deskPages }

// articleText is what the template shows.
type articleText struct {
	ID, Code, Title string
	In              string   // the language of the text
	Langs           []string // those it is there in
	Sections        []articleSection
	Sources         []ivr.Source
	Until           time.Time // the last good day
}

type articleSection struct {
	Number int
	Name   string
	Text   string
	In     string // the language, when it is not there in the one asked for
	Old    bool   // past its date: not to be read
	Opened bool
}

func (h deskArticle) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, ok := h.Answers.Article(r.PathValue("id"))
	if !ok {
		h.sentence(w, r, http.StatusNotFound, "article.gone")
		return
	}
	h.answer(w, r, http.StatusOK, "article", readable(a, readIn(r), r.FormValue("section"), time.Now()))
}

// readable puts an article in the order in which it is read.
func readable(a ivr.Article, in, opened string, now time.Time) articleText {
	if a.Title[in] == "" {
		in = languages()[0]
	}
	t := articleText{ID: a.ID, Code: a.Code, Title: a.Title[in], In: in, Sources: a.Sources, Until: a.ValidUntil.Add(-time.Second)}
	t.Langs = slices.Sorted(maps.Keys(a.Title))
	for i, name := range sectionsInOrder(a) {
		s := articleSection{Number: i + 1, Name: name, Text: a.Say[name][in], In: in, Old: !a.Good(name, now), Opened: name == opened}
		if s.Text == "" {
			s.In = languages()[0]
			s.Text = a.Say[name][s.In]
		}
		t.Sections = append(t.Sections, s)
	}
	return t
}

// sectionsInOrder begins with the short answer and those that callers ask for
// most; others follow by name.
func sectionsInOrder(a ivr.Article) []string {
	order := []string{"short", "documents", "fees", "where", "time"}
	rank := func(name string) int {
		if i := slices.Index(order, name); i >= 0 {
			return i
		}
		return len(order)
	}
	return slices.SortedFunc(maps.Keys(a.Say), func(x, y string) int { return cmp.Or(cmp.Compare(rank(x), rank(y)), cmp.Compare(x, y)) })
}
