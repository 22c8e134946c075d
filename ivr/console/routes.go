package console

import (
	"net/http"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"infolinia/ivr"
)

// New is the console over HTTP.
func New(s Settings) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", healthz)
	var ready, metrics, page http.Handler = readyz{s}, promhttp.HandlerFor(s.Metrics, promhttp.HandlerOpts{}), newFront(s)
	all := newAssets()
	mux.Handle("GET /style.css", all)
	mux.Handle("GET /assets/{name}", all)
	if s.LogIns != nil {
		d := newDoor(*s.LogIns, all)
		ready, metrics, page = d.monitored(ready), d.monitored(metrics), d.openHere(page)
		logInRoutes(mux, &s, d)
	}
	mux.Handle("GET /readyz", ready)
	mux.Handle("GET /metrics", metrics)
	mux.Handle("GET /{$}", page)
	if s.Desk != nil {
		deskRoutes(mux, newDeskPages(*s.Desk, all))
	}
	return secured(sameOrigin(s.LogIns, bounded(mux)))
}

// logInRoutes are how people come to the pages that are not for everybody.
func logInRoutes(mux *http.ServeMux, s *Settings, d *door) {
	mux.Handle("GET /login", logInShow{d})
	mux.Handle("POST /login", logInDo{d})
	mux.Handle("POST /logout", logOut{d})
	agents := d.signed(ivr.TakeCalls)
	if d.Telephone != nil {
		mux.Handle("GET /desk/phone", agents(newTelephone(d)))
	}
	if s.Desk != nil && s.Desk.Signed == nil {
		desk := *s.Desk
		desk.Signed, desk.Elsewhere = agents, append(slices.Clone(desk.Elsewhere), d.sockets()...)
		s.Desk = &desk
	}
}

// deskRoutes are the agent's page, for those who are signed in.
func deskRoutes(mux *http.ServeMux, p deskPages) {
	for pattern, h := range map[string]http.Handler{
		"GET /desk":              deskShow{p},
		"GET /desk/events":       deskEvents{p},
		"POST /desk/do":          deskDo{p},
		"POST /desk/draft":       deskDraft{p},
		"POST /desk/phone":       deskPhone{p},
		"GET /desk/articles":     deskArticles{p},
		"GET /desk/article/{id}": deskArticle{p},
		"GET /desk/case":         deskCase{p},
	} {
		mux.Handle(pattern, p.Signed(h))
	}
}

// healthz says that the process lives.
func healthz(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok\n"))
}

const (
	// largestBody is how much of what a browser sends is read, bytes: the longest
	// note in any letters, as a form writes it.
	largestBody = 64 << 10
	// bodyTime is how long it may take to send it.
	bodyTime = 20 * time.Second
)

// bounded reads of what is sent only so much, and waits for it only so long.
func bounded(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyTime)) // a test's recorder has none
			r.Body = http.MaxBytesReader(w, r.Body, largestBody)
		}
		h.ServeHTTP(w, r)
	})
}

// secured lets a page run no scripts, load nothing from elsewhere, be framed by
// nobody and be kept by no cache. The desk, the log-in and the assets say otherwise
// for themselves.
func secured(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy",
			"default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("X-Frame-Options", "DENY")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		header.Set("Cache-Control", "no-store")
		if r.TLS != nil {
			header.Set("Strict-Transport-Security", "max-age=31536000")
		}
		h.ServeHTTP(w, r)
	})
}
