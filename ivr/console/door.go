package console

import (
	"context"
	"errors"
	"html/template"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"infolinia/ivr"
)

// LogIns is who may log in, and how browsers reach us.
type LogIns struct {
	Accounts Accounts
	// Origins are further addresses of the pages, as https://desk.example: a reverse
	// proxy's, another instance's.
	Origins []string
	// Proxies are the networks of reverse proxies: their word for a visitor's address
	// and for HTTPS is taken.
	Proxies []netip.Prefix
	// Monitors are the networks that may read /readyz and /metrics, beside this machine.
	Monitors []netip.Prefix
	// Telephone is Asterisk's websocket for SIP, as http://127.0.0.1:8088/ws; nil:
	// browsers are no telephones here.
	Telephone *url.URL
	// Look is how often it is seen whether the log-in of what lasts, a stream of
	// events or a telephone, still goes on; 2 s when zero.
	Look time.Duration
}

// Accounts know who is logged in. Session and Look fail with ivr.ErrNoSession when
// nobody is, LogIn with an *ivr.LogInError when it is refused; another error says
// that it cannot be told now.
type Accounts interface {
	LogIn(ctx context.Context, login, password, from string) (token string, s ivr.Session, err error)
	// Session is the log-in of a token, Look that of a session's ID.
	Session(ctx context.Context, token string) (ivr.Session, error)
	Look(ctx context.Context, id string) (ivr.Session, error)
	LogOut(ctx context.Context, s ivr.Session) error
	LogOutEverywhere(ctx context.Context, login string) error
}

// door lets people in to the pages.
type door struct {
	LogIns
	templates map[string]*template.Template // by language
	words     map[string]words
}

func newDoor(l LogIns, all assets) *door {
	if l.Look <= 0 {
		l.Look = 2 * time.Second
	}
	d := &door{LogIns: l, templates: map[string]*template.Template{}, words: map[string]words{}}
	for _, lang := range languages() {
		d.words[lang] = readWords(lang)
		d.templates[lang] = template.Must(template.New("").Funcs(deskFuncs(lang, d.words[lang], all)).
			ParseFS(pageFiles, "pages/head.html", "pages/login.html", "pages/closed.html"))
	}
	return d
}

// openHere lets whoever is at this machine see how the line is, and everybody else
// who has logged in and may.
func (d *door) openHere(h http.Handler) http.Handler {
	known := d.signed(ivr.SeeLine)(h)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if here(r) {
			h.ServeHTTP(w, r)
			return
		}
		known.ServeHTTP(w, r)
	})
}

// signed lets only those pass whose role has a right, as WithAgent tells the
// handler. The request ends when the log-in does.
func (d *door) signed(do ivr.Right) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s, err := d.session(r)
			switch {
			case errors.Is(err, ivr.ErrNoSession):
				d.toLogIn(w, r)
				return
			case err != nil:
				d.away(w, r)
				return
			case !s.Account.Role.May(do):
				d.forbidden(w, r, s, do)
				return
			}
			ctx, done := d.lasting(r.Context(), s, do)
			defer done()
			agent := Agent{Login: s.Account.Login, Name: s.Account.Name, Role: string(s.Account.Role), Session: s.ID}
			h.ServeHTTP(w, r.WithContext(WithAgent(ctx, agent)))
		})
	}
}

// lasting is a context that ends with the log-in, or when it loses the right. As
// long as it lasts, the log-in is used. Done ends it.
func (d *door) lasting(ctx context.Context, s ivr.Session, do ivr.Right) (_ context.Context, done func()) {
	ctx, end := context.WithCancel(ctx)
	var looking sync.WaitGroup
	looking.Go(func() {
		defer end()
		tick := time.NewTicker(d.Look)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			now, err := d.Accounts.Look(ctx, s.ID)
			if errors.Is(err, ivr.ErrNoSession) || err == nil && !now.Account.Role.May(do) {
				return
			}
		}
	})
	return ctx, func() { end(); looking.Wait() }
}

// session is the log-in of whoever asks.
func (d *door) session(r *http.Request) (ivr.Session, error) {
	c, err := r.Cookie(d.cookieName(r))
	if err != nil {
		return ivr.Session{}, ivr.ErrNoSession
	}
	return d.Accounts.Session(r.Context(), c.Value)
}

// cookieName: with the prefix a browser takes the cookie only from this very host
// and over HTTPS (RFC 6265bis section 4.1.3.2).
func (d *door) cookieName(r *http.Request) string {
	if d.encrypted(r) {
		return "__Host-infolinia"
	}
	return "infolinia"
}

// cookie holds a token; none: the browser forgets it. It ends with the browser, and
// otherwise by what the accounts say.
func (d *door) cookie(r *http.Request, token string) *http.Cookie {
	c := &http.Cookie{Name: d.cookieName(r), Value: token, Path: "/", HttpOnly: true, Secure: d.encrypted(r), SameSite: http.SameSiteStrictMode}
	if token == "" {
		c.MaxAge = -1
	}
	return c
}

// toLogIn sends a page to the log-in and tells anything else that there is none.
// A browser that comes by a link from elsewhere leaves strict cookies at home: it
// asks once more, from here.
func (d *door) toLogIn(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet || !strings.Contains(r.Header.Get("Accept"), "text/html") {
		http.Error(w, "not logged in", http.StatusUnauthorized)
		return
	}
	if r.Header.Get("Sec-Fetch-Site") == "cross-site" && r.Header.Get("Sec-Fetch-Mode") == "navigate" {
		d.answer(w, r, http.StatusOK, "again", r.URL.RequestURI())
		return
	}
	http.Redirect(w, r, logInAddress(r.URL.RequestURI()), http.StatusSeeOther)
}
