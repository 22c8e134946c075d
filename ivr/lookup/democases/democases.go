// Package democases stands in for the office's case system, so that the state
// of a case can be heard without one: GET /api/cases/{number}.
package democases

import (
	"encoding/json"
	"net/http"
	"time"
)

type answer struct {
	Found  bool    `json:"found"`
	Number string  `json:"number"`
	Status *status `json:"status,omitempty"`
}

type status struct {
	Text string `json:"text"`
}

// slow is the case whose answer takes long enough to hear the waiting prompt.
const slow = "1006"

// Handler answers for a few made-up cases: 0012 and 1001 to 1006, of which the
// last takes 2.5 s. Any other number is not found.
func Handler() http.Handler {
	cases := map[string]string{
		"0012": "gotowa do odbioru",
		"1001": "dokument jest gotowy do odbioru, prosimy zabrać ze sobą dotychczasowy",
		"1002": "wniosek jest rozpatrywany, o wyniku zawiadomimy listem",
		"1003": "sprawa jest zakończona, decyzję wysłaliśmy pocztą",
		"1004": "wniosek trzeba uzupełnić, pismo w tej sprawie wysłaliśmy pocztą",
		"1005": "czekamy na opinię innego wydziału, potrwa to jeszcze około dwóch tygodni",
		slow:   "termin wizyty jest potwierdzony",
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/cases/{number}", func(w http.ResponseWriter, r *http.Request) {
		number := r.PathValue("number")
		if number == slow {
			select {
			case <-time.After(2500 * time.Millisecond):
			case <-r.Context().Done():
				return
			}
		}
		a := answer{Number: number}
		if text, ok := cases[number]; ok {
			a.Found, a.Status = true, &status{Text: text}
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		json.NewEncoder(w).Encode(a) // a caller who left needs no answer
	})
	return mux
}
