package call_test

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"

	"infolinia/ivr/pbx/fakeari"
)

// dice decide by what they are asked about and how often it was asked before,
// so that the order in which goroutines ask does not change a run.
type dice struct {
	seed  uint64
	mu    sync.Mutex
	asked map[string]int
}

func (d *dice) of(what string) *rand.Rand {
	d.mu.Lock()
	n := d.asked[what]
	d.asked[what]++
	d.mu.Unlock()
	h := fnv.New64a()
	fmt.Fprintf(h, "%s %d", what, n)
	return rand.New(rand.NewPCG(d.seed, h.Sum64()))
}

// rates are how likely things go wrong while the trouble lasts.
type rates struct {
	dropped, repeated, delayed          float64 // events
	refused, unanswered, slow, false404 float64 // requests
	saveSlow, saveFails, saveLost       float64
	lookupFails                         float64
}

func newRates(r *rand.Rand) rates {
	some := func() float64 {
		if r.Float64() < 0.7 {
			return 0
		}
		return []float64{0.01, 0.05, 0.2}[r.IntN(3)]
	}
	return rates{some(), some(), some(), some(), some(), some(), some(), some(), some(), some(), some()}
}

// trouble makes things go wrong by its rates, until it is over.
type trouble struct {
	rates
	dice *dice
	w    *world

	mu   sync.Mutex
	over bool
}

func (x *trouble) end() {
	x.mu.Lock()
	x.over = true
	x.mu.Unlock()
}

func (x *trouble) lasts() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return !x.over
}

// request is what goes wrong with a request to Asterisk.
func (x *trouble) request(r *http.Request) fakeari.Fault {
	x.w.judgeRequest(r)
	if !x.lasts() {
		return fakeari.Fault{}
	}
	roll := x.dice.of(r.Method + " " + r.URL.Path)
	var f fakeari.Fault
	switch p := roll.Float64(); {
	case p < x.refused:
		f = fakeari.Fault{Status: []int{500, 503, 500}[roll.IntN(3)], Message: "refused"}
	case p < x.refused+x.unanswered/2:
		f = fakeari.Fault{Lost: true}
	case p < x.refused+x.unanswered:
		f = fakeari.Fault{Delay: time.Hour}
	case p < x.refused+x.unanswered+x.slow:
		f = fakeari.Fault{Delay: time.Duration(roll.ExpFloat64() * float64(500*time.Millisecond))}
	case p < x.refused+x.unanswered+x.slow+x.false404:
		f = fakeari.Fault{Status: 404, Message: "Channel not found"}
		x.w.deny(r.URL.Path)
	default:
		return f
	}
	x.w.blame(r.URL.Path)
	return f
}

// event is what becomes of an event. The start of a call is not dropped: the
// dialplan would not have given it to us.
func (x *trouble) event(e fakeari.Event) []fakeari.Event {
	if !x.lasts() || e.Type() == "ApplicationReplaced" {
		return []fakeari.Event{e}
	}
	raw, err := json.Marshal(e)
	if err != nil {
		panic(err)
	}
	name := eventName(raw)
	roll := x.dice.of("event " + name)
	begins := e.Type() == "StasisStart" && !strings.Contains(name, "leg-")
	isKey := e.Type() == "ChannelDtmfReceived"
	app := e["application"].(string)
	switch p := roll.Float64(); {
	case p < x.dropped && !begins:
		x.w.blame(name)
		return nil
	case p < x.dropped+x.repeated && !isKey:
		x.w.blame(name)
		return []fakeari.Event{e, e}
	case p < x.dropped+x.repeated+x.delayed:
		x.w.blame(name)
		after := time.Duration(roll.ExpFloat64() * float64(time.Second))
		time.AfterFunc(after, func() { x.w.ari.Send(app, string(raw)) })
		return nil
	}
	return []fakeari.Event{e}
}

// eventName is what an event is about.
func eventName(raw []byte) string {
	var e struct {
		Type, Digit             string
		Channel, Peer, Playback struct{ ID string }
		Recording               struct{ Name string }
	}
	if err := json.Unmarshal(raw, &e); err != nil {
		panic(err)
	}
	return strings.Join([]string{e.Type, e.Digit, e.Channel.ID, e.Peer.ID, e.Playback.ID, e.Recording.Name}, " ")
}
