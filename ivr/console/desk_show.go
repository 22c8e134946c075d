package console

import (
	"net/http"
	"strings"
)

// deskShow is GET /desk, the agent's page.
type deskShow struct{ deskPages }

func (h deskShow) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.secure(w.Header())
	if h.assets.url("desk.js") == "" {
		h.answer(w, r, http.StatusServiceUnavailable, "unbuilt", deskScreen{Lang: langOf(r), Theme: themeOf(r)})
		return
	}
	s, err := h.screen(r.Context(), r, "", new(taskNotes))
	if err != nil {
		h.answer(w, r, http.StatusServiceUnavailable, "away", deskScreen{Lang: langOf(r), Theme: themeOf(r)})
		return
	}
	s.Browser = map[string]string{}
	for key, text := range h.words[s.Lang] {
		if name, ok := strings.CutPrefix(key, "js."); ok {
			s.Browser[name] = text
		}
	}
	h.answer(w, r, http.StatusOK, "desk", s)
}

// secure lets the page run our own scripts, use the microphone, and talk to us
// and to the websockets of the other instances; nothing else.
func (h deskShow) secure(header http.Header) {
	connect := strings.Join(append([]string{"'self'"}, h.Elsewhere...), " ")
	header.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "+
		"media-src 'self' blob: mediastream:; connect-src "+connect+"; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
	header.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(self)")
}
