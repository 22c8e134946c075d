package console

import "net/http"

// mostNote is how long a note may be, in bytes.
const mostNote = 8 << 10

// deskDraft is POST /desk/draft: what the agent has written so far.
type deskDraft struct{ deskPages }

func (h deskDraft) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	task, d := r.PostFormValue("task"), Draft{r.PostFormValue("note"), r.PostFormValue("code")}
	if task == "" || len(d.Note) > mostNote {
		h.sentence(w, r, http.StatusBadRequest, "refused.unknown")
		return
	}
	if err := h.Drafts.SaveDraft(r.Context(), who(r.Context()).Login, task, d); err != nil {
		h.sentence(w, r, http.StatusServiceUnavailable, "refused.failed")
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
