package lookup

import (
	"bytes"
	"context"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"infolinia/ivr"
)

const pesel = "44051401458"

// office is a server that may be asked, and a client that may ask it.
func office(t *testing.T, handler http.HandlerFunc, change ...func(*Settings)) (*Client, string) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	s := Settings{Hosts: []string{strings.TrimPrefix(server.URL, "http://")}, Networks: []string{"127.0.0.1"}}
	for _, c := range change {
		c(&s)
	}
	c, err := New(s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c, server.URL
}

func ask(t *testing.T, c *Client, l ivr.Lookup, input map[string]string) (ivr.LookupEnded, error) {
	t.Helper()
	l.Name = "case_status"
	return c.answer(t.Context(), l, ivr.StartLookup{ID: "c.7", Name: l.Name, Timeout: 5 * time.Second, Input: input})
}

func TestAnAnswerComesBackWithItsCodeAndItsValues(t *testing.T) {
	var asked *http.Request
	c, base := office(t, func(w http.ResponseWriter, r *http.Request) {
		asked = r
		w.WriteHeader(http.StatusAccepted)
		fmt.Fprint(w, `{"found": true, "n": 12, "price": 12.5, "list": ["a", 1, null]}`)
	}, func(s *Settings) { s.Secrets = map[string]string{"cases_token": "Bearer t0p"} })
	got, err := ask(t, c, ivr.Lookup{
		URL:     base + "/api/cases/{{ number }}?q={{name}}#x",
		Headers: map[string]string{"Authorization": "secret:cases_token", "X-Office": "plock"},
	}, map[string]string{"number": "00/12 ą", "name": "a&b=c+d"})
	if err != nil {
		t.Fatal(err)
	}
	want := ivr.LookupEnded{ID: "c.7", Code: http.StatusAccepted, Body: map[string]any{
		"found": true, "n": 12, "price": 12.5, "list": []any{"a", 1, nil},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if asked.Method != "GET" || asked.RequestURI != "/api/cases/00%2F12%20%C4%85?q=a%26b%3Dc%2Bd" {
		t.Errorf("asked %s %s", asked.Method, asked.RequestURI)
	}
	if asked.Header.Get("Authorization") != "Bearer t0p" || asked.Header.Get("X-Office") != "plock" {
		t.Errorf("headers %v", asked.Header)
	}
}

func TestAnHTTPErrorIsAnAnswerWithoutAFailure(t *testing.T) {
	c, base := office(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, "<html>no</html>")
	})
	got, err := ask(t, c, ivr.Lookup{URL: base}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(ivr.LookupEnded{ID: "c.7", Code: 404}, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnAnswerMayHaveSixtyFourKibibytes(t *testing.T) {
	c, base := office(t, func(w http.ResponseWriter, r *http.Request) {
		n := maxBody - 2
		if r.URL.Path == "/more" {
			n++
		}
		fmt.Fprintf(w, `"%s"`, strings.Repeat("x", n))
	})
	if got, err := ask(t, c, ivr.Lookup{URL: base + "/"}, nil); err != nil || len(got.Body.(string)) != maxBody-2 {
		t.Errorf("64 KiB: %v, %v", got.Fail, err)
	}
	if got, err := ask(t, c, ivr.Lookup{URL: base + "/more"}, nil); got.Fail != "error" || err == nil {
		t.Errorf("a byte more: %+v, %v", got, err)
	}
}

func TestASlowAnswerFailsInTime(t *testing.T) {
	c, base := office(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/body" {
			w.(http.Flusher).Flush()
		}
		<-r.Context().Done()
	})
	for _, path := range []string{"/head", "/body"} {
		start := time.Now()
		got, err := c.answer(t.Context(), ivr.Lookup{URL: base + path}, ivr.StartLookup{ID: "c.7", Timeout: 100 * time.Millisecond})
		if got.Fail != "timeout" || err == nil || time.Since(start) > 2*time.Second {
			t.Errorf("%s: %+v, %v after %v", path, got, err, time.Since(start))
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got, err := c.answer(ctx, ivr.Lookup{URL: base}, ivr.StartLookup{ID: "c.7", Timeout: time.Second}); got.Fail != "error" || err == nil {
		t.Errorf("cancelled: %+v, %v", got, err)
	}
}

func TestAHostGetsOnlySoManyQuestionsAtOnce(t *testing.T) {
	var open, most atomic.Int32
	c, base := office(t, func(w http.ResponseWriter, _ *http.Request) {
		most.Store(max(most.Load(), open.Add(1)))
		<-time.After(5 * time.Millisecond)
		open.Add(-1)
		fmt.Fprint(w, "1")
	}, func(s *Settings) { s.PerHost = 2 })
	done := make(chan error)
	for range 12 {
		go func() {
			_, err := c.answer(t.Context(), ivr.Lookup{URL: base}, ivr.StartLookup{Timeout: 10 * time.Second})
			done <- err
		}()
	}
	for range 12 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if most.Load() > 2 {
		t.Errorf("%d at once", most.Load())
	}
}

func TestWhatIsNotAllowedIsRefusedBeforeItIsAsked(t *testing.T) {
	var asked atomic.Int32
	c, base := office(t, func(http.ResponseWriter, *http.Request) { asked.Add(1) })
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	for name, l := range map[string]ivr.Lookup{
		"another host":          {URL: "http://localhost:" + u.Port() + "/{{ n }}"},
		"another port":          {URL: "http://127.0.0.1:1/{{ n }}"},
		"a host from an input":  {URL: "http://{{ n }}/"},
		"a user in the URL":     {URL: strings.Replace(base, "//", "//127.0.0.1@", 1)},
		"another scheme":        {URL: strings.Replace(base, "http", "ftp", 1)},
		"no URL":                {URL: "{{ n }}"},
		"a missing input":       {URL: base + "/{{ other }}"},
		"a folder up":           {URL: base + "/api/{{ up }}"},
		"a folder up, hidden":   {URL: base + "/api/{{ up_in }}"},
		"a folder up, composed": {URL: base + "/api/.{{ dot }}"},
		"an unknown secret":     {URL: base, Headers: map[string]string{"Authorization": "secret:none"}},
	} {
		got, err := ask(t, c, l, map[string]string{"n": pesel, "up": "..", "up_in": "x/../../y", "dot": "."})
		if got.Fail != "refused" || err == nil {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if err != nil && strings.Contains(err.Error(), pesel) {
			t.Errorf("%s: the error quotes the input: %v", name, err)
		}
	}
	if asked.Load() != 0 {
		t.Errorf("the host was asked %d times", asked.Load())
	}
}

func TestAnAddressThatIsNotPublicIsRefusedUnlessListed(t *testing.T) {
	listed := func(networks ...string) func(*Settings) {
		return func(s *Settings) {
			for i, h := range s.Hosts { // a name: what counts is what it resolves to
				s.Hosts[i] = strings.Replace(h, "127.0.0.1", "localhost", 1)
			}
			s.Networks = networks
		}
	}
	handler := func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "1") }
	c, base := office(t, handler, listed())
	got, err := ask(t, c, ivr.Lookup{URL: strings.Replace(base, "127.0.0.1", "localhost", 1)}, nil)
	if got.Fail != "refused" || err == nil || !strings.Contains(err.Error(), "not public") {
		t.Errorf("%+v, %v", got, err)
	}
	c, base = office(t, handler, listed("127.0.0.0/8"))
	if got, err := ask(t, c, ivr.Lookup{URL: strings.Replace(base, "127.0.0.1", "localhost", 1)}, nil); got.Fail != "" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestARedirectStaysWithItsHost(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("the other host was asked")
	}))
	defer other.Close()
	c, base := office(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/within":
			http.Redirect(w, r, "/end", http.StatusFound)
		case "/away":
			http.Redirect(w, r, other.URL+"/"+pesel, http.StatusFound)
		case "/round":
			http.Redirect(w, r, "/round", http.StatusFound)
		default:
			fmt.Fprint(w, `"end"`)
		}
	})
	if got, err := ask(t, c, ivr.Lookup{URL: base + "/within"}, nil); got.Body != "end" {
		t.Errorf("within: %+v, %v", got, err)
	}
	for _, path := range []string{"/away", "/round"} {
		got, err := ask(t, c, ivr.Lookup{URL: base + path}, nil)
		if got.Fail != "refused" || err == nil || strings.Contains(err.Error(), pesel) {
			t.Errorf("%s: %+v, %v", path, got, err)
		}
	}
}

func TestNoErrorQuotesAnInputOrAnAnswer(t *testing.T) {
	c, base := office(t, func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		fmt.Fprintf(conn, "%s is no HTTP\r\n\r\n", r.URL.Path)
	})
	got, err := ask(t, c, ivr.Lookup{URL: base + "/{{ n }}"}, map[string]string{"n": pesel})
	if got.Fail != "error" || err == nil || strings.Contains(err.Error(), pesel) {
		t.Errorf("%+v, %v", got, err)
	}
	gone := httptest.NewServer(nil)
	host := strings.TrimPrefix(gone.URL, "http://")
	gone.Close()
	c, _ = office(t, nil, func(s *Settings) { s.Hosts = []string{host} })
	got, err = ask(t, c, ivr.Lookup{URL: "http://" + host + "/{{ n }}"}, map[string]string{"n": pesel})
	if got.Fail != "error" || err == nil || strings.Contains(err.Error(), pesel) || !strings.Contains(err.Error(), "refused") {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestTheLogSaysWhyButNotWhatWasAsked(t *testing.T) {
	var log bytes.Buffer
	c, base := office(t, func(http.ResponseWriter, *http.Request) {}, func(s *Settings) { s.Log = zerolog.New(&log) })
	l := ivr.Lookup{Name: "case_status", URL: base + "/{{ n }}"}
	order := ivr.StartLookup{ID: "c.7", Timeout: time.Second, Input: map[string]string{"n": pesel}}
	if got := c.Ask(t.Context(), l, order); got.Fail != "" || got.Code != http.StatusOK {
		t.Errorf("got %+v", got)
	}
	l.URL = "http://elsewhere.example/{{ n }}"
	if got := c.Ask(t.Context(), l, order); got.Fail != "refused" {
		t.Errorf("got %+v", got)
	}
	lines := log.String()
	if strings.Contains(lines, pesel) || !strings.Contains(lines, "not on the list of allowed hosts") || !strings.Contains(lines, "case_status") {
		t.Errorf("the log says %s", lines)
	}
}

func TestACertificateIsChecked(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "1") }))
	defer server.Close()
	pool := x509.NewCertPool()
	pool.AddCert(server.Certificate())
	for name, roots := range map[string]*x509.CertPool{"": pool, "error": nil} {
		c, err := New(Settings{
			Hosts: []string{strings.TrimPrefix(server.URL, "https://")}, Networks: []string{"127.0.0.1/32"}, RootCAs: roots,
		})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ask(t, c, ivr.Lookup{URL: server.URL}, nil); got.Fail != name {
			t.Errorf("got %+v, %v, want fail %q", got, err, name)
		}
		c.Close()
	}
}

func TestSettingsThatCannotBeMeantAreRefused(t *testing.T) {
	for _, s := range []Settings{
		{Hosts: []string{""}}, {Hosts: []string{"https://cases.example"}}, {Hosts: []string{"cases.example/api"}},
		{Networks: []string{"10.0.0.0/99"}}, {Networks: []string{"office"}},
	} {
		if _, err := New(s); err == nil {
			t.Errorf("no error for %+v", s)
		}
	}
}
