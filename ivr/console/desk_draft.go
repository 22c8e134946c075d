package console

import "net/http"

const (
	// mostNote is how long a note may be, in bytes: the field's 4000 characters.
	mostNote = 12000
	// mostName is how long the name of a task, code or tab may be, in bytes.
	mostName = 200
)

// deskDraft is POST /desk/draft: what the agent has written so far.
type deskDraft struct{ deskPages }

func (h deskDraft) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	task, d := r.PostFormValue("task"), Draft{r.PostFormValue("note"), r.PostFormValue("code")}
	if task == "" || len(task) > mostName || len(d.Code) > mostName || len(d.Note) > mostNote {
		h.sentence(w, r, http.StatusBadRequest, "refused.unknown")
		return
	}
	if err := h.Drafts.SaveDraft(r.Context(), who(r.Context()).Login, task, d); err != nil {
		h.sentence(w, r, http.StatusServiceUnavailable, "refused.failed")
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
