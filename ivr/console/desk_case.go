package console

import (
	"net/http"
	"strings"
)

// deskCase is GET /desk/case?number=: how a case stands, now.
type deskCase struct{ deskPages }

// caseAnswer is what the template shows.
type caseAnswer struct {
	CaseStatus
	Found, Failed bool
}

func (h deskCase) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	number := strings.TrimSpace(r.FormValue("number"))
	if number == "" || len(number) > 64 {
		h.sentence(w, r, http.StatusBadRequest, "refused.unknown")
		return
	}
	status, found, err := h.Cases.Case(r.Context(), number, langOf(r))
	status.Number = number
	h.answer(w, r, http.StatusOK, "case", caseAnswer{status, found, err != nil})
}
