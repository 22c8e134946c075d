package console

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"infolinia/ivr"
)

// largestForm is how much of a log-in form is read, bytes.
const largestForm = 16 << 10

// logInPage is what the page of the log-in shows.
type logInPage struct {
	Lang, Theme string
	Login       string
	Next        string // where to afterwards
	// Why nobody is let in, and Note what else there is to say: keys of words.
	Why, Note string
	Wait      int // minutes to wait, of too many attempts
	// Wrong: the fields are to be filled in anew.
	Wrong bool
}

// logInShow is GET /login.
type logInShow struct{ *door }

func (h logInShow) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	next := local(r.FormValue("next"))
	if s, err := h.session(r); err == nil && r.FormValue("lang") == "" {
		http.Redirect(w, r, afterLogIn(s, next), http.StatusSeeOther)
		return
	}
	lang := chooseLanguage(w, r)
	page := logInPage{Lang: lang, Next: next}
	if r.FormValue("left") != "" {
		page.Note = "login.left"
	}
	h.page(w, r, http.StatusOK, page)
}

// logInDo is POST /login. Each log-in gets a token of its own; one that the browser
// had before ends.
type logInDo struct{ *door }

func (h logInDo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, largestForm)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "the form cannot be read", http.StatusBadRequest)
		return
	}
	page := logInPage{Lang: langOf(r), Login: r.PostFormValue("login"), Next: local(r.PostFormValue("next"))}
	before, had := h.session(r)
	token, s, err := h.Accounts.LogIn(r.Context(), page.Login, r.PostFormValue("password"), h.from(r))
	var refused *ivr.LogInError
	switch {
	case errors.As(err, &refused):
		h.refuse(w, r, page, refused)
		return
	case err != nil:
		page.Why = "login.away"
		h.page(w, r, http.StatusServiceUnavailable, page)
		return
	}
	if had == nil {
		_ = h.Accounts.LogOut(r.Context(), before) // the browser has forgotten it
	}
	http.SetCookie(w, h.cookie(r, token))
	http.Redirect(w, r, afterLogIn(s, page.Next), http.StatusSeeOther)
}

// refuse shows the form again with the reason.
func (d *door) refuse(w http.ResponseWriter, r *http.Request, page logInPage, why *ivr.LogInError) {
	code := http.StatusUnauthorized
	switch why.Why {
	case ivr.AccountDisabled:
		code, page.Why = http.StatusForbidden, "login.disabled"
	case ivr.TooManyAttempts:
		code, page.Why = http.StatusTooManyRequests, "login.often"
		page.Wait = int(math.Ceil(why.Wait.Minutes()))
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(why.Wait.Seconds()))))
	default:
		page.Why, page.Wrong = "login.wrong", true
	}
	d.page(w, r, code, page)
}

func (d *door) page(w http.ResponseWriter, r *http.Request, code int, page logInPage) {
	page.Theme = themeOf(r)
	d.render(w, code, page.Lang, "login", page)
}

// render writes a page that runs no script and sends its form to us only.
func (d *door) render(w http.ResponseWriter, code int, lang, name string, data any) {
	var out bytes.Buffer
	if err := d.templates[lang].ExecuteTemplate(&out, name, data); err != nil {
		http.Error(w, fmt.Sprintf("page %s: %v", name, err), http.StatusInternalServerError)
		return
	}
	header := w.Header()
	header.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "+
		"connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
	header.Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(code)
	_, _ = w.Write(out.Bytes())
}

// chooseLanguage is the language of the page, and keeps one that was asked for.
func chooseLanguage(w http.ResponseWriter, r *http.Request) string {
	for _, lang := range languages() {
		if r.FormValue("lang") == lang {
			http.SetCookie(w, &http.Cookie{Name: "lang", Value: lang, Path: "/", MaxAge: 365 * 24 * 3600, SameSite: http.SameSiteLaxMode})
			return lang
		}
	}
	return langOf(r)
}

// local is an address of ours, without a host; any other is none.
func local(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(address, "/") ||
		strings.HasPrefix(address, "//") || strings.ContainsAny(address, "\\\r\n\t") {
		return ""
	}
	return address
}

// afterLogIn is where somebody goes who is logged in.
func afterLogIn(s ivr.Session, next string) string {
	switch {
	case next != "":
		return next
	case s.Account.Role.May(ivr.TakeCalls):
		return "/desk"
	}
	return "/"
}

func logInAddress(next string) string { return "/login?" + url.Values{"next": {next}}.Encode() }
