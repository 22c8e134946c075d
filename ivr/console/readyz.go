package console

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// readiness is what /readyz tells, in JSON.
type readiness struct {
	// Ready: calls can be answered, whatever else there is to mend.
	Ready     bool           `json:"ready"`
	Problems  []Problem      `json:"problems"`
	Line      Version        `json:"line"`
	LiveCalls int            `json:"live_calls"`
	Unheard   map[string]int `json:"unheard_messages"`
	Expiring  []Expiry       `json:"expiring_articles"`
}

// ready looks at everything once.
func ready(ctx context.Context, s Settings, now time.Time) readiness {
	r := readiness{
		Problems:  append([]Problem{}, run(ctx, s.Checks)...),
		Line:      s.Line.Version(),
		LiveCalls: s.Line.Live(),
		Expiring:  append([]Expiry{}, s.Line.Expiring(now)...),
		Unheard:   map[string]int{},
	}
	if why := r.Line.Stale; why != "" {
		r.warn("files", Text{"the saved files are not live: " + why, "Zapisane pliki nie są na linii: " + why},
			Text{"mend the places named in line.problems (infolinia check), or make them live with infolinia publish",
				"Proszę poprawić wymienione miejsca (infolinia check) albo włączyć pliki poleceniem infolinia publish."})
	}
	if n := r.expired(now); n > 0 {
		r.warn("articles", Text{fmt.Sprintf("%d of expiring_articles have expired: callers are offered a person instead", n),
			"Są artykuły po terminie ważności: linia ich nie czyta, proponuje rozmowę z pracownikiem"},
			Text{"confirm them and move their valid_until", "Proszę sprawdzić ich treść i zmienić valid_until; lista jest niżej."})
	}
	unheard, err := s.Line.Unheard()
	if err != nil {
		r.warn("messages", Text{"some messages cannot be read: " + err.Error(), "Nie można odczytać części wiadomości: " + err.Error()},
			Text{"mend or remove the files named", "Proszę naprawić albo usunąć wymienione pliki."})
	}
	if unheard != nil {
		r.Unheard = unheard
	}
	worstFirst(r.Problems)
	r.Ready = len(r.Of(Fatal))+len(r.Of(Idle)) == 0
	return r
}

// expired counts the articles and sections that are not read any more.
func (r *readiness) expired(now time.Time) (n int) {
	for _, e := range r.Expiring {
		if e.Gone(now) {
			n++
		}
	}
	return n
}

func (r *readiness) warn(check string, what, remedy Text) {
	r.Problems = append(r.Problems, Problem{Check: check, Severity: Warning, What: what, Remedy: remedy})
}

// Of are the problems of one severity.
func (r readiness) Of(s Severity) []Problem {
	return slices.DeleteFunc(slices.Clone(r.Problems), func(p Problem) bool { return p.Severity != s })
}

// readyz answers 503 while calls cannot be answered, else 200, with all there is
// to mend.
type readyz struct{ Settings }

func (h readyz) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	state := ready(r.Context(), h.Settings, time.Now())
	state.Line.Problems = state.Line.Of(false) // warnings are for check and the page
	code := http.StatusOK
	if !state.Ready {
		code = http.StatusServiceUnavailable
	}
	writeJSON(w, code, state)
}

func writeJSON(w http.ResponseWriter, code int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(code)
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // the reader may have gone
}
