package console

import (
	"net/http"
	"strings"
)

// foundArticles is how many results a search shows: as many as have a key.
const foundArticles = 9

// deskArticles is GET /desk/articles?q=: results while the agent types.
type deskArticles struct{ deskPages }

// articleResults is what the template shows.
type articleResults struct {
	Asked  string
	Found  []FoundArticle
	Failed bool
}

func (h deskArticles) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := strings.TrimSpace(r.FormValue("q"))
	found, err := h.Answers.Search(readIn(r), q, foundArticles)
	h.answer(w, r, http.StatusOK, "results", articleResults{q, found, err != nil})
}

// readIn is the language an answer is to be read in: the caller's.
func readIn(r *http.Request) string {
	if lang := r.FormValue("lang"); lang != "" {
		return lang
	}
	return languages()[0]
}
