package console

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"infolinia/ivr"
	"infolinia/ivr/store"
	"infolinia/ivr/store/redistest"
)

// desk is what the console tells of a line in these tests.
type desk struct {
	version  Version
	live     int
	world    ivr.World
	expiring []Expiry
	unheard  map[string]int
}

func (d desk) Version() Version                 { return d.version }
func (d desk) Live() int                        { return d.live }
func (d desk) World(time.Time) *ivr.World       { return &d.world }
func (d desk) Expiring(time.Time) []Expiry      { return d.expiring }
func (d desk) Unheard() (map[string]int, error) { return d.unheard, nil }

func emptyDesk() desk {
	return desk{version: Version{Number: "243645555", ID: strings.Repeat("a1", 32), Since: time.Now()}}
}

func settings(d desk, checks ...Check) Settings {
	return Settings{Line: d, Calls: store.NewMemory(), Checks: checks, Metrics: prometheus.NewRegistry()}
}

func problem(s Severity, what string) Check {
	return Check{Name: "asterisk", Run: func(context.Context) []Problem {
		return []Problem{{Severity: s, What: Text{what, "po polsku: " + what}, Remedy: Text{"mend it", "proszę naprawić"}}}
	}}
}

func get(t *testing.T, s Settings, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	New(s).ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w
}

func TestTheLineIsReadyUnlessCallsCannotBeAnswered(t *testing.T) {
	for _, c := range []struct {
		severity Severity
		code     int
	}{{Note, 200}, {Warning, 200}, {Fatal, 503}} {
		w := get(t, settings(emptyDesk(), problem(c.severity, "silence")), "/readyz")
		var got struct {
			Ready    bool
			Problems []struct{ Check, Severity, Problem, Remedy string }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		want := got
		want.Ready = c.code == 200
		want.Problems = []struct{ Check, Severity, Problem, Remedy string }{{"asterisk", string(c.severity), "silence", "mend it"}}
		if diff := cmp.Diff(want, got); diff != "" || w.Code != c.code {
			t.Errorf("%s: code %d, (-want +got)\n%s", c.severity, w.Code, diff)
		}
		if w := get(t, settings(emptyDesk(), problem(c.severity, "silence")), "/healthz"); w.Code != 200 {
			t.Errorf("%s: the process lives, but /healthz answers %d", c.severity, w.Code)
		}
	}
}

func TestReadinessTellsWhatStaffShouldLookAt(t *testing.T) {
	d := emptyDesk()
	d.live = 3
	d.unheard = map[string]int{"info": 2}
	d.expiring = []Expiry{{ID: "becikowe", Title: "Becikowe", Until: time.Now().Add(-time.Hour)}}
	d.version.Stale = "the saved files are wrong"
	d.version.Problems = []FileProblem{
		{File: "callflows/main.yaml", Line: 4, Column: 7, Message: `there is no node "agnet"; did you mean "agent"?`},
		{File: "callflows/main.yaml", Line: 9, Column: 1, Warning: true, Message: "more than 4 options"},
	}
	body := get(t, settings(d), "/readyz").Body.String()
	for _, line := range []string{`"live_calls": 3`, `"info": 2`, `"article": "becikowe"`, `"line": 4`,
		`"check": "files"`, `"check": "articles"`, `"number": "243645555"`, "infolinia publish"} {
		if !strings.Contains(body, line) {
			t.Errorf("no %s in\n%s", line, body)
		}
	}
	if strings.Contains(body, "more than 4 options") {
		t.Error("a warning of check hides what is in the way")
	}
}

func TestWhatIsFatalComesFirst(t *testing.T) {
	r := ready(t.Context(), settings(emptyDesk(), problem(Note, "a"), problem(Warning, "b"), problem(Fatal, "c"), problem(Warning, "d")), time.Now())
	var order []string
	for _, p := range r.Problems {
		order = append(order, p.What.EN)
	}
	if diff := cmp.Diff([]string{"c", "b", "d", "a"}, order); diff != "" {
		t.Error(diff)
	}
}

func TestNoAnswerRunsScriptsIsFramedOrKept(t *testing.T) {
	for _, path := range []string{"/", "/readyz", "/healthz", "/metrics", "/nothing"} {
		h := get(t, settings(emptyDesk()), path).Header()
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff",
			"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Frame-Options": "DENY",
		} {
			if !strings.Contains(h.Get(name), want) {
				t.Errorf("%s: %s is %q", path, name, h.Get(name))
			}
		}
	}
}

func TestOnlyTheKnownPagesAreThere(t *testing.T) {
	for path, code := range map[string]int{"/": 200, "/style.css": 200, "/metrics": 200, "/index.html": 404, "/../etc/passwd": 301} {
		if w := get(t, settings(emptyDesk()), path); w.Code != code && (code != 301 || w.Code < 300) {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	w := httptest.NewRecorder()
	New(settings(emptyDesk())).ServeHTTP(w, httptest.NewRequest("POST", "/readyz", nil))
	if w.Code != 405 {
		t.Errorf("POST /readyz: %d", w.Code)
	}
}

// calls saves a live and an ended call in a real store.
func calls(t *testing.T) *store.Store {
	t.Helper()
	s := store.OpenRedis(store.Settings{Line: "test", Addrs: []string{redistest.Start(t).Addr}})
	t.Cleanup(func() { s.Close() })
	slot, err := s.Acquire(t.Context(), "infolinia-1", "test", time.Minute, 0)
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now().Add(-90 * time.Second)
	for _, c := range []*ivr.Call{
		{ID: "pbx-1", Lang: "pl", Node: "main.top", Started: start},
		{ID: "pbx-2", Lang: "uk", Node: "main.bye", Started: start, Ended: true, Outcome: ivr.OutcomeContained},
	} {
		c.Schema, c.Version, c.Seq = ivr.Schema, "v1", 1
		c.Caller = ivr.Caller{Known: true, HMAC: "k1:f00d"}
		c.Vars = map[string]ivr.Value{"case_no": ivr.Text("0012")}
		events := []ivr.Event{{Seq: 1, At: start.Add(65 * time.Second), Note: ivr.Note{Event: "set", Var: "case_no", Value: "0012"}}}
		if got, err := slot.Save(t.Context(), c, events); err != nil || got != ivr.SavedOK {
			t.Fatal(got, err)
		}
	}
	return s
}

func TestThePageShowsCallsButNothingOfTheCallers(t *testing.T) {
	s := settings(emptyDesk())
	s.Calls = calls(t)
	page := get(t, s, "/").Body.String()
	for _, want := range []string{"main.top", "trwa", "ukraiński", "1 min 05 s", "załatwiona na linii"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
	for _, secret := range []string{"0012", "f00d", "k1:"} {
		if strings.Contains(page, secret) {
			t.Errorf("%q is shown", secret)
		}
	}
}

func TestThePageStaysWhenTheStoreIsAway(t *testing.T) {
	server := redistest.Start(t)
	s := settings(emptyDesk())
	gone := store.OpenRedis(store.Settings{Line: "test", Addrs: []string{server.Addr}})
	defer gone.Close()
	server.Kill()
	s.Calls = gone
	w := get(t, s, "/")
	if w.Code != 200 || !strings.Contains(w.Body.String(), "Listy rozmów nie można teraz odczytać") {
		t.Errorf("%d\n%s", w.Code, w.Body)
	}
}
