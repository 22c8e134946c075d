package console

import (
	"net/http"
	"strings"

	"infolinia/ivr"
)

// closedPage says why there is something else than the page asked for.
type closedPage struct {
	Lang, Theme string
	Why         string      // a key of words
	Who         ivr.Account // who is logged in
	Right       ivr.Right   // that is missing
	Next        string
}

// forbidden says whose role may not what.
func (d *door) forbidden(w http.ResponseWriter, r *http.Request, s ivr.Session, do ivr.Right) {
	d.closed(w, r, http.StatusForbidden, closedPage{Why: "closed.right", Who: s.Account, Right: do})
}

// away says that it cannot be told now who is logged in.
func (d *door) away(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Retry-After", "5")
	d.closed(w, r, http.StatusServiceUnavailable, closedPage{Why: "closed.away"})
}

// answer is a page of another name that only knows where to go on.
func (d *door) answer(w http.ResponseWriter, r *http.Request, code int, name, next string) {
	d.render(w, code, langOf(r), name, closedPage{Lang: langOf(r), Theme: themeOf(r), Next: next})
}

// closed is a page for people and a sentence for scripts.
func (d *door) closed(w http.ResponseWriter, r *http.Request, code int, page closedPage) {
	page.Lang, page.Theme = langOf(r), themeOf(r)
	if !strings.Contains(r.Header.Get("Accept"), "text/html") {
		http.Error(w, d.words[page.Lang][page.Why], code)
		return
	}
	d.render(w, code, page.Lang, "closed", page)
}
