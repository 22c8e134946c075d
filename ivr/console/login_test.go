package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/account"
	"infolinia/ivr/record"
	"infolinia/ivr/store"
	"infolinia/ivr/store/redistest"
)

const password = "cztery konie na dachu"

// office is a console with accounts, and browsers that visit it.
type office struct {
	t        *testing.T
	server   *httptest.Server
	accounts *account.Accounts

	mu  sync.Mutex
	now time.Time
}

func (o *office) clock() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.now
}

func (o *office) later(d time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.now = o.now.Add(d)
}

// openOffice serves two pages of its own: /secret, for those who take calls, and
// /editor. change changes the settings before it opens.
func openOffice(t *testing.T, s *store.Store, change func(*LogIns)) *office {
	t.Helper()
	o := newOffice(t, s, change)
	o.server.Start()
	return o
}

func newOffice(t *testing.T, s *store.Store, change func(*LogIns)) *office {
	t.Helper()
	book, err := record.Open(filepath.Join(t.TempDir(), "records.db"))
	if err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, now: time.Now()}
	o.accounts = account.New(account.Settings{Book: book, Sessions: s, Attempts: s, Now: o.clock, Cost: account.Cost{Memory: 64, Passes: 1, Threads: 1}})
	for login, role := range map[string]ivr.Role{"anna": ivr.RoleAgent, "ewa": ivr.RoleEditor} {
		if err := o.accounts.Add(t.Context(), ivr.Account{Login: login, Name: login, Role: role}, password); err != nil {
			t.Fatal(err)
		}
	}
	logIns := LogIns{Accounts: o.accounts, Look: time.Millisecond}
	if change != nil {
		change(&logIns)
	}
	console := settings(emptyDesk())
	console.LogIns = &logIns
	d := newDoor(logIns, newAssets())
	mux := http.NewServeMux()
	mux.Handle("/", New(console))
	hello := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "hello %s", who(r.Context()).Login) })
	stream := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	for pattern, h := range map[string]http.Handler{
		"/secret": d.signed(ivr.TakeCalls)(hello), "/editor": d.signed(ivr.EditContent)(hello), "/stream": d.signed(ivr.TakeCalls)(stream),
	} {
		mux.Handle(pattern, secured(sameOrigin(&logIns, h)))
	}
	o.server = httptest.NewUnstartedServer(mux)
	t.Cleanup(func() {
		o.server.Close()
		if err := book.Close(); err != nil {
			t.Error(err)
		}
	})
	return o
}

// visitor is a browser that keeps cookies and follows no redirect.
type visitor struct {
	*office
	http.Client
}

func (o *office) visitor() *visitor {
	jar, _ := cookiejar.New(nil) // never fails
	b := &visitor{o, *o.server.Client()}
	b.Jar = jar
	b.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return b
}

// reply is an answer with its text.
type reply struct {
	*http.Response
	text string
}

func (b *visitor) send(method, path string, form url.Values, header ...string) reply {
	b.t.Helper()
	req, err := http.NewRequest(method, b.server.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Accept", "text/html")
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := b.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return reply{resp, string(text)}
}

func (b *visitor) get(path string, header ...string) reply {
	b.t.Helper()
	return b.send("GET", path, nil, header...)
}

func (b *visitor) logIn(login, password string, more ...string) reply {
	b.t.Helper()
	form := url.Values{"login": {login}, "password": {password}}
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return b.send("POST", "/login", form)
}

func (b *visitor) mustLogIn(login string) {
	b.t.Helper()
	if p := b.logIn(login, password); p.StatusCode != http.StatusSeeOther {
		b.t.Fatal(p.Status, p.text)
	}
}

func (b *visitor) token() string {
	b.t.Helper()
	at, err := url.Parse(b.server.URL)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range b.Jar.Cookies(at) {
		if strings.HasSuffix(c.Name, "infolinia") {
			return c.Value
		}
	}
	return ""
}

func (p reply) expect(t *testing.T, code int, words ...string) {
	t.Helper()
	if p.StatusCode != code {
		t.Errorf("%s, want %d", p.Status, code)
	}
	for _, w := range words {
		if !strings.Contains(p.text, w) {
			t.Errorf("no %q in\n%s", w, p.text)
		}
	}
}

func TestWhoIsNotLoggedInIsSentToTheLogInAndBack(t *testing.T) {
	b := openOffice(t, store.NewMemory(), nil).visitor()
	p := b.get("/secret?q=1")
	p.expect(t, 303)
	at := p.Header.Get("Location")
	b.get(at).expect(t, 200, "Logowanie", `name="next" value="/secret?q=1"`, `for="login"`, `for="password"`, "autofocus", `lang="pl"`)
	p = b.logIn("Anna ", password, "next", "/secret?q=1")
	p.expect(t, 303)
	if to := p.Header.Get("Location"); to != "/secret?q=1" {
		t.Error(to)
	}
	b.get("/secret").expect(t, 200, "hello anna")
	if p := b.get("/login"); p.Header.Get("Location") != "/desk" {
		t.Error("asked to log in again: ", p.Status)
	}
	if p := b.get("/secret", "Accept", "text/event-stream"); p.StatusCode != 200 {
		t.Error(p.Status)
	}
}

func TestScriptsAndFormsAreToldThatNobodyIsLoggedIn(t *testing.T) {
	b := openOffice(t, store.NewMemory(), nil).visitor()
	b.get("/secret", "Accept", "*/*").expect(t, 401)
	b.send("POST", "/secret", nil).expect(t, 401)
}

func TestAfterTheLogInNobodyIsLedToAnotherSite(t *testing.T) {
	b := openOffice(t, store.NewMemory(), nil).visitor()
	for _, next := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, "/\t/evil.example", "javascript:alert(1)", "desk", `\\evil.example`} {
		if p := b.logIn("anna", password, "next", next); p.Header.Get("Location") != "/desk" {
			t.Errorf("%q leads to %q", next, p.Header.Get("Location"))
		}
		if p := b.get("/login?lang=pl&next=" + url.QueryEscape(next)); strings.Contains(p.text, "evil") || strings.Contains(p.text, "alert") {
			t.Errorf("%q is in the form", next)
		}
	}
}

func TestTheFormSaysWhyNobodyIsLetIn(t *testing.T) {
	o := openOffice(t, store.NewMemory(), nil)
	b := o.visitor()
	p := b.logIn(`anna"><script>`, "wrong")
	p.expect(t, 401, "Login lub hasło jest nieprawidłowe", `role="alert"`, `aria-invalid="true"`, "<title>Błąd", "anna&#34;&gt;")
	if strings.Contains(p.text, "wrong") || b.token() != "" {
		t.Error("the password is shown, or there is a cookie")
	}
	if err := o.accounts.SetDisabled(t.Context(), "anna", true); err != nil {
		t.Fatal(err)
	}
	b.logIn("anna", password).expect(t, 403, "To konto jest wyłączone")
	for range 4 {
		b.logIn("ewa", "wrong").expect(t, 401)
	}
	b.logIn("ewa", "wrong").expect(t, 401)
	p = b.logIn("ewa", password)
	p.expect(t, 429, "Zbyt wiele nieudanych prób", "za 1 minutę")
	if p.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	b.logIn("anna", strings.Repeat("x", 1<<20)).expect(t, 400)
}

func TestTheLogInIsInEnglishForWhoChoosesIt(t *testing.T) {
	b := openOffice(t, store.NewMemory(), nil).visitor()
	b.get("/login").expect(t, 200, `href="/login?lang=en"`)
	b.get("/login?lang=en").expect(t, 200, `<html lang="en"`, "Password")
	b.get("/login").expect(t, 200, "Password")
	b.logIn("anna", "wrong").expect(t, 401, "Wrong login or password")
	b.get("/login?lang=pl").expect(t, 200, "Hasło")
}

func TestTheCookieIsForThisHostAloneAndForNoScript(t *testing.T) {
	o := openOffice(t, store.NewMemory(), nil)
	c := cookieOf(t, o.visitor().logIn("anna", password))
	if c.Name != "infolinia" || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" || c.Secure {
		t.Error(c)
	}
	o = newOffice(t, store.NewMemory(), nil)
	o.server.StartTLS()
	b := o.visitor()
	p := b.logIn("anna", password)
	if c = cookieOf(t, p); c.Name != "__Host-infolinia" || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" || !c.Secure {
		t.Error(c)
	}
	if p.Header.Get("Strict-Transport-Security") == "" {
		t.Error("a browser may come back without encryption")
	}
	b.get("/secret").expect(t, 200)
}

func cookieOf(t *testing.T, p reply) *http.Cookie {
	t.Helper()
	for _, c := range p.Cookies() {
		if strings.HasSuffix(c.Name, "infolinia") {
			return c
		}
	}
	t.Fatal("no cookie: ", p.Status, p.text)
	return nil
}

func TestEachLogInGetsANewTokenAndTheOneBeforeIsOver(t *testing.T) {
	o := openOffice(t, store.NewMemory(), nil)
	b, thief := o.visitor(), o.visitor()
	planted := strings.Repeat("A", 43)
	at, _ := url.Parse(o.server.URL)
	for _, victim := range []*visitor{b, thief} {
		victim.Jar.SetCookies(at, []*http.Cookie{{Name: "infolinia", Value: planted, Path: "/"}})
	}
	b.mustLogIn("anna")
	first := b.token()
	if first == planted {
		t.Error("a token that was planted is used")
	}
	thief.get("/secret").expect(t, 303)
	thief.Jar.SetCookies(at, []*http.Cookie{{Name: "infolinia", Value: first, Path: "/"}})
	thief.get("/secret").expect(t, 200)
	b.mustLogIn("anna")
	if b.token() == first {
		t.Error("the token is the one of before")
	}
	thief.get("/secret").expect(t, 303)
	b.get("/secret").expect(t, 200)
}

func TestLoggingOutIsHeardAtEveryInstance(t *testing.T) {
	server := redistest.Start(t)
	open := func() *store.Store {
		s := store.OpenRedis(store.Settings{Line: "test", Addrs: []string{server.Addr}})
		t.Cleanup(func() { s.Close() })
		return s
	}
	o := openOffice(t, open(), nil)
	second := account.New(account.Settings{Book: o.accounts.Book, Sessions: open(), Attempts: open()})
	b, phone := o.visitor(), o.visitor()
	b.mustLogIn("anna")
	phone.mustLogIn("anna")
	token, other := b.token(), phone.token()
	if _, err := second.Session(t.Context(), token); err != nil {
		t.Error("the second instance does not know who is in: ", err)
	}
	p := b.send("POST", "/logout", nil)
	p.expect(t, 303)
	if b.token() != "" {
		t.Error("the cookie is still there")
	}
	b.get(p.Header.Get("Location")).expect(t, 200, "Wylogowano.")
	if _, err := second.Session(t.Context(), token); !errors.Is(err, ivr.ErrNoSession) {
		t.Error(err)
	}
	if _, err := second.Session(t.Context(), other); err != nil {
		t.Error("logged out of another browser: ", err)
	}
	b.mustLogIn("anna")
	b.send("POST", "/logout", url.Values{"everywhere": {"1"}}).expect(t, 303)
	phone.get("/secret").expect(t, 303)
	b.send("POST", "/logout", nil).expect(t, 303)
}

func TestAPageIsClosedWhenNobodyUsedItAndAtTheEndOfTheDay(t *testing.T) {
	o := openOffice(t, store.NewMemory(), nil)
	b := o.visitor()
	b.mustLogIn("anna")
	for range 23 {
		o.later(30*time.Minute - time.Second)
		b.get("/secret").expect(t, 200)
	}
	o.later(time.Hour)
	b.get("/secret").expect(t, 303)
	b.mustLogIn("anna")
	o.later(30 * time.Minute)
	b.get("/secret").expect(t, 303)
}

func TestAStreamCountsAsUseAndEndsWithTheLogIn(t *testing.T) {
	o := openOffice(t, store.NewMemory(), nil)
	b := o.visitor()
	b.mustLogIn("anna")
	req, err := http.NewRequestWithContext(t.Context(), "GET", o.server.URL+"/stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := b.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	before, err := o.accounts.Session(t.Context(), b.token())
	if err != nil {
		t.Fatal(err)
	}
	o.later(20 * time.Minute)
	for { // nobody asks for anything, but the stream is there
		s, err := o.accounts.Sessions.Session(t.Context(), before.ID)
		if err != nil || s == nil {
			t.Fatal(s, err)
		}
		if s.Seen.After(before.Seen) {
			break
		}
	}
	o.later(20 * time.Minute)
	b.get("/secret").expect(t, 200)
	if err := o.accounts.LogOutEverywhere(t.Context(), "anna"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(resp.Body); err != nil {
		t.Error(err)
	}
}

func TestWhoseRoleMayNotIsToldWhy(t *testing.T) {
	b := openOffice(t, store.NewMemory(), nil).visitor()
	if p := b.logIn("ewa", password); p.Header.Get("Location") != "/" {
		t.Error("an editor is sent to ", p.Header.Get("Location"))
	}
	b.get("/editor").expect(t, 200, "hello ewa")
	b.get("/secret").expect(t, 403, "Konto ewa (redaktor) nie ma dostępu", "odbieranie rozmów", `action="/logout"`)
	b.get("/login?lang=en")
	b.get("/secret").expect(t, 403, "The account ewa (editor) has no access to this page. It needs the right to take calls.")
	b.get("/secret", "Accept", "*/*").expect(t, 403)
}

func TestWhatAnotherSiteHasABrowserSendIsRefused(t *testing.T) {
	b := openOffice(t, store.NewMemory(), func(l *LogIns) { l.Origins = []string{"https://desk.example"} }).visitor()
	b.mustLogIn("anna")
	for _, path := range []string{"/logout", "/login", "/secret", "/nothing"} {
		b.send("POST", path, nil, "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example").expect(t, 403, "another site")
		b.send("POST", path, nil, "Sec-Fetch-Site", "same-site").expect(t, 403)
		b.send("POST", path, nil, "Origin", "https://evil.example").expect(t, 403)
		b.send("POST", path, nil, "Origin", "null").expect(t, 403)
	}
	b.send("POST", "/secret", nil, "Sec-Fetch-Site", "same-origin", "Origin", b.server.URL).expect(t, 200)
	b.send("POST", "/secret", nil, "Sec-Fetch-Site", "cross-site", "Origin", "https://desk.example").expect(t, 200)
}

func TestALinkFromElsewhereAsksAgainFromHereForTheCookie(t *testing.T) {
	b := openOffice(t, store.NewMemory(), nil).visitor()
	b.get("/secret?a=1&b=2", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate").expect(t, 200, `content="0; url=/secret?a=1&amp;b=2"`)
	b.get("/secret", "Sec-Fetch-Site", "same-origin", "Sec-Fetch-Mode", "navigate").expect(t, 303)
}

func TestNoPageOfTheLogInRunsInlineScriptsOrIsKept(t *testing.T) {
	b := openOffice(t, store.NewMemory(), nil).visitor()
	b.mustLogIn("ewa")
	for _, p := range []reply{b.get("/login?lang=pl"), b.get("/secret"), b.get("/editor"), b.logIn("ewa", "wrong")} {
		policy := p.Header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || !strings.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("%s: %s", p.Request.URL, policy)
		}
		for name, want := range map[string]string{"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer"} {
			if got := p.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q", p.Request.URL, name, got)
			}
		}
		if !strings.Contains(p.Header.Get("Permissions-Policy"), "microphone=()") {
			t.Errorf("%s has a microphone", p.Request.URL)
		}
		for _, inline := range []string{"<script", "style=", "<style", "onclick"} {
			if strings.Contains(p.text, inline) {
				t.Errorf("%s: %s", p.Request.URL, inline)
			}
		}
	}
}

func TestWhileTheStoreIsAwayNobodyIsLetInAndThePageSaysSo(t *testing.T) {
	server := redistest.Start(t)
	s := store.OpenRedis(store.Settings{Line: "test", Addrs: []string{server.Addr}})
	t.Cleanup(func() { s.Close() })
	o := openOffice(t, s, nil)
	in, out := o.visitor(), o.visitor()
	in.mustLogIn("anna")
	server.Kill()
	in.get("/secret").expect(t, 200, "hello anna")
	out.logIn("anna", password).expect(t, 503, "Logowanie jest chwilowo niemożliwe")
	at, _ := url.Parse(o.server.URL)
	out.Jar.SetCookies(at, []*http.Cookie{{Name: "infolinia", Value: strings.Repeat("A", 43), Path: "/"}})
	out.get("/secret").expect(t, 503, "kto jest zalogowany")
}

func TestAVisitorsAddressIsThatOfTheConnectionUnlessAProxyOfOursSaysOtherwise(t *testing.T) {
	l := LogIns{Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/24"), netip.MustParsePrefix("::1/128")}}
	for _, c := range []struct{ peer, forwarded, want string }{
		{"192.0.2.1:5000", "", "192.0.2.1"},
		{"192.0.2.1:5000", "198.51.100.9", "192.0.2.1"},
		{"[::ffff:192.0.2.1]:5000", "198.51.100.9", "192.0.2.1"},
		{"10.0.0.7:5000", "198.51.100.9", "198.51.100.9"},
		{"10.0.0.7:5000", "203.0.113.1, 198.51.100.9, 10.0.0.8", "198.51.100.9"},
		{"10.0.0.7:5000", "203.0.113.1, nonsense", "10.0.0.7"},
		{"10.0.0.7:5000", "", "10.0.0.7"},
		{"[::1]:5000", "2001:db8::1", "2001:db8::1"},
		{"[::1]:5000", "10.0.0.9", "10.0.0.9"},
		{"@", "198.51.100.9", "invalid IP"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.peer
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		r.Header.Set("X-Forwarded-Proto", "https")
		if got := l.from(r); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
		if got, want := l.encrypted(r), strings.HasPrefix(c.peer, "10.") || strings.HasPrefix(c.peer, "[::1]"); got != want {
			t.Errorf("%+v: encrypted %v", c, got)
		}
	}
}

func TestBehindAProxyOfOursTheCookieIsForHTTPSOnly(t *testing.T) {
	o := openOffice(t, store.NewMemory(), func(l *LogIns) { l.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")} })
	p := o.visitor().send("POST", "/login", url.Values{"login": {"anna"}, "password": {password}}, "X-Forwarded-Proto", "https", "X-Forwarded-For", "192.0.2.9")
	c := cookieOf(t, p)
	s, err := o.accounts.Session(context.Background(), c.Value)
	if err != nil || c.Name != "__Host-infolinia" || !c.Secure || s.From != "192.0.2.9" {
		t.Error(c, s.From, err)
	}
}

func TestTheDeskIsForThoseWhoTakeCallsAndHasTheMicrophone(t *testing.T) {
	o := openOffice(t, store.NewMemory(), nil)
	s := settings(emptyDesk())
	s.LogIns = &LogIns{Accounts: o.accounts, Origins: []string{"https://desk.example:8444", "http://127.0.0.1:8081"}}
	s.Desk = &DeskPage{Desk: floorAway{}}
	console := New(s)
	ask := func(login string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", "/desk", nil)
		r.Header.Set("Accept", "text/html")
		if login != "" {
			token, _, err := o.accounts.LogIn(t.Context(), login, password, "127.0.0.1")
			if err != nil {
				t.Fatal(err)
			}
			r.AddCookie(&http.Cookie{Name: "infolinia", Value: token})
		}
		w := httptest.NewRecorder()
		console.ServeHTTP(w, r)
		return w
	}
	if a, b := ask(""), ask("ewa"); a.Code != 303 || b.Code != 403 {
		t.Error(a.Code, b.Code)
	}
	h := ask("anna").Header()
	policy := h.Get("Content-Security-Policy")
	if !strings.Contains(policy, "connect-src 'self' wss://desk.example:8444 ws://127.0.0.1:8081;") || strings.Contains(policy, "unsafe") {
		t.Error(policy)
	}
	if !strings.Contains(h.Get("Permissions-Policy"), "microphone=(self)") {
		t.Error("no microphone")
	}
}

// floorAway is a floor that cannot be seen.
type floorAway struct{ Desk }

func (floorAway) View(context.Context, string) (DeskView, error) {
	return DeskView{}, errors.New("away")
}

func TestWithoutAccountsThereIsNoLogIn(t *testing.T) {
	if w := get(t, settings(emptyDesk()), "/login"); w.Code != 404 {
		t.Error(w.Code)
	}
	if w := get(t, settings(emptyDesk()), "/"); w.Code != 200 {
		t.Error(w.Code)
	}
}

func TestOnlyThisMachineSeesTheLineWithoutALogIn(t *testing.T) {
	o := openOffice(t, store.NewMemory(), func(l *LogIns) {
		l.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
		l.Monitors = []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}
	})
	for _, test := range []struct {
		path, from string
		want       int
	}{
		{"/", "", http.StatusOK}, {"/metrics", "", http.StatusOK}, {"/readyz", "", http.StatusOK},
		{"/", "10.2.0.1", http.StatusSeeOther}, {"/metrics", "10.2.0.1", http.StatusForbidden}, {"/readyz", "10.2.0.1", http.StatusForbidden},
		{"/", "10.1.0.1", http.StatusSeeOther}, {"/metrics", "10.1.0.1", http.StatusOK}, {"/readyz", "10.1.0.1", http.StatusOK},
		{"/healthz", "10.2.0.1", http.StatusOK},
	} {
		var headers []string
		if test.from != "" {
			headers = []string{"X-Forwarded-For", test.from}
		}
		if got := o.visitor().get(test.path, headers...); got.StatusCode != test.want {
			t.Errorf("%s from %q: %d, want %d", test.path, test.from, got.StatusCode, test.want)
		}
	}
}
