package main

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
)

func TestATelephoneIsGoodForOneLogIn(t *testing.T) {
	t.Parallel()
	l := startLine(t)
	l.hire(t, "anna")
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	post := func(path string, status int, form url.Values) {
		t.Helper()
		resp, err := browser.Post("http://"+l.http+path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if resp.StatusCode != status {
			t.Fatalf("%s: %s", path, resp.Status)
		}
	}
	enrolled := func() bool {
		var endpoints []struct{ Resource string }
		l.ari(t, http.MethodGet, "/endpoints/PJSIP", &endpoints)
		for _, e := range endpoints {
			if e.Resource == deviceOf("anna") {
				return true
			}
		}
		return false
	}
	post("/login", http.StatusSeeOther, url.Values{"login": {"anna"}, "password": {agentPassword}})
	post("/desk/phone", http.StatusOK, nil)
	if !enrolled() {
		t.Fatal("the page has no telephone")
	}
	if report, code := l.audit(t); code != 0 {
		t.Errorf("somebody is logged in, the audit gives %d: %+v", code, report)
	}
	if !enrolled() {
		t.Error("the telephone is taken away during the log-in")
	}
	post("/logout", http.StatusSeeOther, nil)
	eventually(t, "the telephone is gone with the log-in", func() bool { return !enrolled() })
}
