package console

import (
	"errors"
	"net/http"
	"slices"
	"time"
)

// deskDo is POST /desk/do: a command. 204: it was carried out; 409: it was not
// granted, with a sentence that says why.
type deskDo struct{ deskPages }

// mostExtension is how much one extension of a wrap-up may give.
const mostExtension = 10 * time.Minute

func (h deskDo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	agent := who(r.Context())
	c, ok := command(r, agent)
	if !ok {
		h.sentence(w, r, http.StatusBadRequest, "refused.unknown")
		return
	}
	err := h.Desk.Do(r.Context(), agent, c)
	var refused DeskRefusal
	switch {
	case errors.As(err, &refused):
		h.sentence(w, r, http.StatusConflict, "refused."+string(refused))
	case err != nil:
		h.sentence(w, r, http.StatusServiceUnavailable, "refused.failed")
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

// command reads the form; false when it makes no sense.
func command(r *http.Request, agent Agent) (Command, bool) {
	c := Command{
		Verb: Verb(r.PostFormValue("verb")), Page: agent.page(r.PostFormValue("tab")), Task: r.PostFormValue("task"),
		To:     Target{r.PostFormValue("agent"), r.PostFormValue("queue"), r.PostFormValue("destination")},
		Reason: r.PostFormValue("reason"), Code: r.PostFormValue("code"), Note: r.PostFormValue("note"),
		Extension: r.PostFormValue("extension") == "yes",
	}
	for _, name := range []string{c.Page, c.Task, c.To.Agent, c.To.Queue, c.To.Destination, c.Reason, c.Code} {
		if len(name) > mostName {
			return c, false
		}
	}
	if len(c.Note) > mostNote {
		return c, false
	}
	switch c.Verb {
	case DoExtend:
		by, err := time.ParseDuration(r.PostFormValue("by"))
		c.By = by
		return c, err == nil && by > 0 && by <= mostExtension
	case DoTransfer, DoConsult:
		return c, c.To.one()
	}
	return c, slices.Contains(verbs(), c.Verb)
}

// one tells whether exactly one target is named.
func (t Target) one() bool {
	n := 0
	for _, name := range []string{t.Agent, t.Queue, t.Destination} {
		if name != "" {
			n++
		}
	}
	return n == 1
}
