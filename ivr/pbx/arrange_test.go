package pbx

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"infolinia/ivr/pbx/fakeari"
)

// talk is a caller and two answered telephones, legs a and b of task t.
type talk struct {
	*rig
	c    *fakeari.Caller
	id   string
	a, b *fakeari.Telephone
}

func talking(t *testing.T, test func(t *testing.T, k *talk)) {
	t.Helper()
	long := func(s *fakeari.Server) {
		waits(s)
		s.Length = func(string) time.Duration { return time.Hour }
	}
	fake(t, long, func(t *testing.T, r *rig) {
		k := &talk{rig: r}
		k.c, k.id = r.call()
		for name, phone := range map[string]**fakeari.Telephone{"a": &k.a, "b": &k.b} {
			r.ok(r.phone.RingLeg(t.Context(), Leg{ID: name, Task: "t", Call: k.id, Endpoint: "PJSIP/200"}))
			*phone = r.rings(name)
			(*phone).Answer()
			r.wait(t, "leg "+name+" up", 1)
		}
		test(t, k)
	})
}

// set arranges; each is the members of one list, separated by blanks.
func (k *talk) set(together, music, ring string) {
	k.t.Helper()
	k.ok(k.phone.Arrange(k.t.Context(), Arrangement{Task: "t", Call: k.id,
		Together: strings.Fields(together), Music: strings.Fields(music), Ring: strings.Fields(ring)}))
}

// scene tells what everybody hears, in the order caller, a, b: who is in the bridge,
// music, ringing or nothing.
func (k *talk) scene() string {
	var all []string
	for _, one := range []struct {
		channel string
		hears   func() (moh, ringing bool)
	}{{k.id, k.c.Hears}, {"leg-a", k.a.Hears}, {"leg-b", k.b.Hears}} {
		moh, ringing := one.hears()
		heard := "-"
		switch {
		case slices.Contains(k.ari.Bridged("talk-t"), one.channel):
			heard = "talk"
		case moh:
			heard = "music"
		case ringing:
			heard = "ring"
		}
		if moh && ringing || heard == "talk" && (moh || ringing) {
			heard = "a muddle"
		}
		all = append(all, heard)
	}
	return strings.Join(all, " ")
}

// shapes are arrangements with what everybody hears then.
var shapes = []struct{ together, music, ring, want string }{
	{"caller a", "", "", "talk talk -"},
	{"", "caller", "", "music - -"},
	{"", "caller", "a", "music ring -"},
	{"a b", "caller", "", "music talk talk"},
	{"caller a", "b", "", "talk talk music"},
	{"caller a b", "", "", "talk talk talk"},
	{"caller b", "", "", "talk - talk"},
	{"", "", "caller", "ring - -"},
	{"", "b", "caller a", "ring ring music"},
}

func TestEveryArrangementIsReachedFromEveryOther(t *testing.T) {
	talking(t, func(t *testing.T, k *talk) {
		for _, from := range shapes {
			for _, to := range shapes {
				k.set(from.together, from.music, from.ring)
				k.set(to.together, to.music, to.ring)
				if got := k.scene(); got != to.want {
					t.Errorf("from %q to %q: %q", from.want, to.want, got)
				}
			}
		}
		k.set("", "", "")
		if got := k.scene(); got != "- - -" {
			t.Errorf("at the end: %q", got)
		}
		if k.ari.Bridged("talk-t") != nil {
			t.Error("the bridge is still there")
		}
	})
}

func TestEveryArrangementIsReachedByWhoeverTakesOver(t *testing.T) {
	for _, from := range shapes {
		talking(t, func(t *testing.T, k *talk) {
			for _, to := range shapes {
				k.set(from.together, from.music, from.ring)
				k.restart()
				if _, err := k.phone.Legs(t.Context(), "t", []string{"a", "b"}); err != nil {
					t.Fatal(err)
				}
				k.set(to.together, to.music, to.ring)
				if got := k.scene(); got != to.want {
					t.Errorf("from %q to %q: %q", from.want, to.want, got)
				}
			}
		})
	}
}

func TestWhatIsArrangedAlreadyIsNotOrderedAgain(t *testing.T) {
	talking(t, func(t *testing.T, k *talk) {
		for _, s := range shapes {
			k.set(s.together, s.music, s.ring)
			before := len(k.ari.Orders())
			for range 3 {
				k.set(s.together, s.music, s.ring)
			}
			for _, o := range k.ari.Orders()[before:] {
				if !strings.HasPrefix(o, http.MethodGet) {
					t.Errorf("%q: %s", s.want, o)
				}
			}
		}
	})
}

func TestKeysOfACallerBelongToTheTalkWhileThereIsOne(t *testing.T) {
	talking(t, func(t *testing.T, k *talk) {
		k.c.Press("1")
		k.wait(t, "key 1", 1)
		k.set("caller a", "", "")
		k.c.Press("2")
		synctest.Wait() // it has come through by now
		k.set("", "caller", "")
		k.c.Press("3")
		k.wait(t, "key 3", 1)
		if strings.Contains(strings.Join(k.all(), ","), "key 2") {
			t.Error("a key of the talk was an input")
		}
		if n := k.count("POST /channels/" + k.id + "/variable"); n != 1 {
			t.Errorf("the time limit was taken off %d times", n)
		}
	})
}

func TestAClassOfMusicIsWhatTheQueueNames(t *testing.T) {
	talking(t, func(t *testing.T, k *talk) {
		a := Arrangement{Task: "t", Call: k.id, Music: []string{TheCaller}, Class: "calm"}
		k.ok(k.phone.Arrange(t.Context(), a))
		if got := k.c.Music(); got != "calm" {
			t.Errorf("hears %q", got)
		}
		a.Class = ""
		k.ok(k.phone.Arrange(t.Context(), a))
		if got := k.c.Music(); got != "default" {
			t.Errorf("hears %q", got)
		}
	})
}

func TestACallerWhoIsNamedNowhereHearsWhatHisCallPlays(t *testing.T) {
	talking(t, func(t *testing.T, k *talk) {
		k.ok(k.phone.MusicOnHold(t.Context(), k.id, true, ""))
		k.set("", "", "a")
		if got := k.scene(); got != "music ring -" {
			t.Error(got)
		}
		k.set("caller a", "", "") // and no more once somebody talks to him
		if got := k.scene(); got != "talk talk -" {
			t.Error(got)
		}
	})
}

func TestACallerIsConnectedAsSoonAsHisPromptIsStopped(t *testing.T) {
	talking(t, func(t *testing.T, k *talk) {
		k.ok(k.phone.PlayFiles(t.Context(), k.id, "p1", files("long")))
		arranged := make(chan error, 1)
		go func() {
			arranged <- k.phone.Arrange(t.Context(), Arrangement{Task: "t", Call: k.id, Together: []string{TheCaller, "a"}})
		}()
		time.Sleep(time.Second)
		if got := k.scene(); got != "- talk -" {
			t.Errorf("behind the prompt: %q", got)
		}
		k.ok(k.phone.StopPlay(t.Context(), k.id, "p1"))
		k.ok(<-arranged)
		if got := k.scene(); got != "talk talk -" {
			t.Error(got)
		}
	})
}

func TestWhoIsGoneIsLeftOutOfAnArrangement(t *testing.T) {
	talking(t, func(t *testing.T, k *talk) {
		k.set("caller a b", "", "")
		k.b.Hangup(16)
		k.set("caller a b", "", "")
		if got := k.ari.Bridged("talk-t"); len(got) != 2 || !slices.Contains(got, k.id) || !slices.Contains(got, "leg-a") {
			t.Errorf("in the talk: %q", got)
		}
		k.set("caller a", "b", "")
		k.set("caller a", "", "b")
		k.c.Hangup()
		k.wait(t, "hung up", 1)
		k.set("caller a", "", "")
		k.set("", "caller a", "")
		if moh, _ := k.a.Hears(); !moh {
			t.Error("who is left hears no music")
		}
		k.set("", "", "")
	})
}

func TestATalkWhoseBridgeAsteriskLostIsJoinedAgain(t *testing.T) {
	talking(t, func(t *testing.T, k *talk) {
		k.set("caller a", "", "")
		k.ok(k.phone.rest.do(t.Context(), remove("/bridges/%s", "talk-t"), nil))
		k.set("caller a", "", "")
		if got := k.scene(); got != "talk talk -" {
			t.Error(got)
		}
	})
}

func TestAnArrangementThatAsteriskRefusesIsDoneByTheNext(t *testing.T) {
	talking(t, func(t *testing.T, k *talk) {
		for _, order := range []string{"POST /ari/bridges/talk-t", "POST /ari/bridges/talk-t/addChannel",
			"POST /ari/bridges/talk-t/removeChannel", "DELETE /ari/bridges", "POST /ari/channels/leg-b/moh", "GET /ari/bridges/talk-t"} {
			k.ari.SetFault(nil)
			k.set("a b", "", "caller")
			k.set("a", "b", "")
			failing(order, 1)(k.ari)
			for range 2 {
				_ = k.phone.Arrange(t.Context(), Arrangement{Task: "t", Call: k.id, Together: []string{TheCaller, "a"}, Music: []string{"b"}})
			}
			if got := k.scene(); got != "talk talk music" {
				t.Errorf("after a failed %s: %q", order, got)
			}
		}
	})
}

// The limit would send the caller to the fallback in the middle of his talk.
func TestTheTimeLimitOfACallerWhoTalksIsTakenOffUntilThatHasSucceeded(t *testing.T) {
	talking(t, func(t *testing.T, k *talk) {
		limit := "/channels/" + k.id + "/variable"
		failing("POST /ari"+limit, 1)(k.ari)
		a := Arrangement{Task: "t", Call: k.id, Together: []string{TheCaller, "a"}}
		if err := k.phone.Arrange(t.Context(), a); err == nil {
			t.Error("as if it were off")
		}
		if got := k.scene(); got != "talk talk -" {
			t.Errorf("they wait for it: %q", got)
		}
		k.ari.SetFault(nil)
		before := k.count("POST " + limit)
		k.set("caller a", "", "")
		k.set("caller a", "", "")
		if n := k.count("POST "+limit) - before; n != 1 {
			t.Errorf("lifted %d times", n)
		}
	})
}

func TestBridgesOfTalksThatNobodyIsInAreSweptAway(t *testing.T) {
	talking(t, func(t *testing.T, k *talk) {
		k.set("caller a", "", "")
		k.c.Hangup()
		k.a.Hangup(16)
		time.Sleep(time.Minute)
		if k.ari.Bridged("talk-t") != nil || strings.Contains(strings.Join(k.ari.Left(), " "), "bridge") {
			t.Errorf("left over: %q", k.ari.Left())
		}
	})
}
