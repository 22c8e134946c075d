package console

import "net/http"

// deskPhone is POST /desk/phone: a fresh telephone account for the page's browser
// phone. GET of the same path is its websocket, which others serve.
type deskPhone struct{ deskPages }

func (h deskPhone) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	account, err := h.Phones.Secret(r.Context(), who(r.Context()))
	if err != nil {
		h.sentence(w, r, http.StatusServiceUnavailable, "refused.phone")
		return
	}
	writeJSON(w, http.StatusOK, account)
}
