package call_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"infolinia/ivr/pbx/fakeari"
)

// sick is an Asterisk that answers a share of the requests wrongly.
type sick struct {
	kind  fakeari.Fault
	share float64
	over  func() bool
	dice  *dice

	mu    sync.Mutex
	asked map[string]int // requests by call
	kinds map[string]int
}

// ask counts a request and spoils some. Heartbeats are a matter of the
// connection, not of a call.
func (s *sick) ask(w *world, r *http.Request) fakeari.Fault {
	w.mu.Lock()
	s.mu.Lock()
	for _, c := range w.callers {
		if _, rest, named := strings.Cut(r.URL.String(), c.ID); named && !strings.ContainsAny(rest[:min(1, len(rest))], "0123456789") {
			s.asked[c.ID]++
			s.kinds[r.Method+" "+strings.ReplaceAll(r.URL.Path, c.ID, "ID")]++
		}
	}
	s.mu.Unlock()
	w.mu.Unlock()
	if s.over() || s.dice.of(r.Method+" "+r.URL.Path).Float64() >= s.share {
		return fakeari.Fault{}
	}
	return s.kind
}

// requestsOf is the most requests a call takes on such an Asterisk, in five
// minutes of trouble and some more of none, and where its callers end.
func requestsOf(t *testing.T, kind fakeari.Fault, share float64) (most int, places map[string]int, kinds map[string]int) {
	const callers = 20
	s := &sick{kind: kind, share: share, dice: &dice{seed: 7, asked: map[string]int{}}, asked: map[string]int{}, kinds: map[string]int{}}
	prepare := func(w *world) {
		s.over = func() bool { return time.Since(w.begin) > 5*time.Minute }
		w.ari.Fault = func(r *http.Request) fakeari.Fault {
			if time.Since(w.begin) < time.Second { // nobody has called yet
				return fakeari.Fault{}
			}
			return s.ask(w, r)
		}
	}
	inWorld(t, prepare, func(w *world, m *machine) {
		for range callers {
			in := w.calls()
			w.mu.Lock()
			c := w.call(in.ID)
			c.Caller, c.pressed = in, "112#114"
			w.callers = append(w.callers, c)
			w.mu.Unlock()
		}
		for _, pressed := range []string{"1", "12#", "1", "1", "4"} {
			time.Sleep(5 * time.Second)
			for _, c := range w.callers {
				c.Press(pressed)
			}
		}
		time.Sleep(10 * time.Minute)
		s.mu.Lock()
		defer s.mu.Unlock()
		most = slices.Max(slices.Collect(maps.Values(s.asked)))
		places, kinds = map[string]int{}, s.kinds
		for _, c := range w.callers {
			places[c.State()]++
		}
		m.do(func(p *process) {
			if n := p.calls().Live(); n > 0 {
				w.wrong("%d calls live on in memory", n)
			}
		})
		if left := w.ari.Left(); len(left) > 0 {
			w.wrong("left over: %q", left)
		}
	})
	return most, places, kinds
}

func TestASickAsteriskIsAskedNoMoreThanThreeTimesAsMuch(t *testing.T) {
	normal, _, kinds := requestsOf(t, fakeari.Fault{}, 0)
	t.Logf("normal: %d %v", normal, kinds)
	for name, kind := range map[string]fakeari.Fault{
		"500":       {Status: 500, Message: "refused"},
		"404":       {Status: 404, Message: "Channel not found"},
		"409":       {Status: 409, Message: "Channel not in Stasis application"},
		"no answer": {Delay: time.Hour},
	} {
		for _, share := range []float64{0.2, 0.5, 1} {
			t.Run(fmt.Sprintf("%s for %.0f%%", name, 100*share), func(t *testing.T) {
				most, places, kinds := requestsOf(t, kind, share)
				t.Logf("%d requests for %d, callers are %v", most, normal, places)
				if most > 3*normal {
					t.Errorf("%d requests, %d without trouble: %v", most, normal, kinds)
				}
				for place, n := range places {
					if place != "Down" && place != "fallback,s" {
						t.Errorf("%d callers are left %s", n, place)
					}
				}
			})
		}
	}
}
