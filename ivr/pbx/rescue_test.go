package pbx

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"infolinia/ivr/pbx/fakeari"
)

// rescuer is a Phone that serves nobody.
func (r *rig) rescuer() *Phone {
	return New(Config{URL: r.ari.URL, Dial: r.ari.Dial, App: app, RecordingDir: r.t.TempDir(), Log: zerolog.Nop()}, nil)
}

// caller calls, as the nth one.
func (r *rig) caller(n int) *fakeari.Caller {
	r.t.Helper()
	c, _ := r.ari.Call(app, "+48600100200", "243645555")
	r.wait(r.t, "arrived", n)
	r.ok(r.phone.Answer(r.t.Context(), c.ID))
	return c
}

// offices are two: 200 answers, 201 rings for long.
func offices(s *fakeari.Server) {
	s.Far = func(endpoint string) fakeari.Far {
		if strings.Contains(endpoint, "201") {
			return fakeari.Far{Rings: time.Hour}
		}
		return fakeari.Far{Rings: time.Second, Talks: time.Minute}
	}
}

func TestCallersWhomNobodyServesAreGivenToTheFallbackAndTalksGoOn(t *testing.T) {
	fake(t, offices, func(t *testing.T, r *rig) {
		menu, ringing, talking := r.caller(1), r.caller(2), r.caller(3)
		r.ok(r.phone.PlayFiles(t.Context(), menu.ID, menu.ID+".1.play", files("top")))
		r.ok(r.phone.Transfer(t.Context(), ringing.ID, ringing.ID+".1.transfer", "201"))
		r.ok(r.phone.Transfer(t.Context(), talking.ID, talking.ID+".1.transfer", "200"))
		r.wait(t, "transfer "+talking.ID+".1.transfer answered", 1)
		r.stop() // the daemon has died

		p := r.rescuer()
		for _, want := range []Rescued{
			{Sent: []string{menu.ID, ringing.ID}, Talking: []string{talking.ID}},
			{Talking: []string{talking.ID}}, // nobody is sent twice
		} {
			got, err := p.Rescue(t.Context())
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Error(err, diff)
			}
		}
		for name, c := range map[string]*fakeari.Caller{"fallback,s": menu, "Up": talking} {
			if c.State() != name {
				t.Errorf("%s is %s, want %s", c.ID, c.State(), name)
			}
		}
		if diff := cmp.Diff([]string{"leg-" + talking.ID + ".1.transfer"}, r.ari.Legs()); diff != "" {
			t.Errorf("legs: %s", diff)
		}
		time.Sleep(2 * time.Minute) // the person hangs up
		got, err := p.Rescue(t.Context())
		if diff := cmp.Diff(Rescued{Sent: []string{talking.ID}}, got); diff != "" || err != nil {
			t.Error(err, diff)
		}
		if left := r.ari.Left(); len(left) > 0 {
			t.Errorf("left over: %q", left)
		}
		r.start()
	})
}

func TestARecordingIsEndedBeforeItsCallerIsGivenToTheFallback(t *testing.T) {
	fake(t, nil, func(t *testing.T, r *rig) {
		c := r.caller(1)
		r.ok(r.phone.Record(t.Context(), c.ID, c.ID+".4.record", time.Minute, time.Minute))
		r.stop()
		p := r.rescuer()
		if err := os.WriteFile(p.RecordingPath(c.ID+".4.record.wav"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Rescue(t.Context()); err != nil {
			t.Error(err)
		}
		orders := r.ari.Orders()
		want := []string{"POST /recordings/live/" + c.ID + ".4.record/stop", "POST /channels/" + c.ID + "/continue"}
		if diff := cmp.Diff(want, orders[len(orders)-2:]); diff != "" {
			t.Error(diff)
		}
		r.start()
	})
}

func TestACallerWhoCannotBeRescuedKeepsNobodyWaiting(t *testing.T) {
	fake(t, nil, func(t *testing.T, r *rig) {
		one, other := r.caller(1), r.caller(2)
		r.stop()
		r.ari.Fault = faulty("POST /ari/channels/"+one.ID+"/continue", func() fakeari.Fault {
			return fakeari.Fault{Status: http.StatusInternalServerError, Message: "Allocation failed"}
		})
		got, err := r.rescuer().Rescue(t.Context())
		if err == nil || !strings.Contains(err.Error(), one.ID) {
			t.Errorf("the error does not name %s: %v", one.ID, err)
		}
		if diff := cmp.Diff(Rescued{Sent: []string{other.ID}}, got); diff != "" {
			t.Error(diff)
		}
		r.start()
	})
}

func TestAnApplicationThatWasNeverServedHasNobodyToRescue(t *testing.T) {
	fake(t, nil, func(t *testing.T, r *rig) {
		p := New(Config{URL: r.ari.URL, Dial: r.ari.Dial, App: "infolinia-2", Log: zerolog.Nop()}, nil)
		got, err := p.Rescue(t.Context())
		if diff := cmp.Diff(Rescued{}, got); diff != "" || err != nil {
			t.Error(err, diff)
		}
	})
}
