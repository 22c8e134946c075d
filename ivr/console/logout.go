package console

import "net/http"

// logOut is POST /logout; with everywhere=1 it ends all log-ins of the account. Who
// is not logged in is logged out as well.
type logOut struct{ *door }

func (h logOut) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s, err := h.session(r); err == nil {
		err = h.Accounts.LogOut(r.Context(), s)
		if r.PostFormValue("everywhere") != "" {
			err = h.Accounts.LogOutEverywhere(r.Context(), s.Account.Login)
		}
		if err != nil && r.PostFormValue("everywhere") != "" {
			h.away(w, r) // others of them go on
			return
		}
	}
	http.SetCookie(w, h.cookie(r, ""))
	http.Redirect(w, r, "/login?left=1", http.StatusSeeOther)
}
