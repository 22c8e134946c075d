package flow_test

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"infolinia/ivr"
)

// answer lets the open effect be answered, if it is still waited for.
func (o *outside) answer() {
	t := o.t
	if o.open == nil || o.call.Await == "" {
		return
	}
	id := o.call.Await
	failed := rapid.IntRange(0, 3).Draw(t, "fails") == 0
	talk := time.Duration(rapid.IntRange(0, 20).Draw(t, "talk")) * time.Second
	switch o.open.(type) {
	case ivr.StartLookup:
		o.take(anyAnswer(id).Draw(t, "answer"))
	case ivr.Record:
		o.take(ivr.RecordEnded{ID: id, Talk: talk, Failed: failed})
	case ivr.IssueReport:
		o.take(ivr.ReportIssued{ID: id, Number: "204178", Failed: failed})
	case ivr.SendSMS:
		o.take(ivr.ServiceDone{ID: id, Refused: failed})
	case ivr.Callback:
		o.answerCallback(id, failed)
	case ivr.Enqueue:
		o.answerQueue(id)
	case ivr.Transfer:
		states := []ivr.TransferState{ivr.TransferAnswered, ivr.TransferBusy, ivr.TransferNoAnswer, ivr.TransferFailed}
		if o.stages > 0 {
			states = []ivr.TransferState{ivr.TransferEnded}
		}
		o.stages++
		o.take(ivr.TransferChanged{ID: id, State: rapid.SampledFrom(states).Draw(t, "transfer")})
	}
}

// answerCallback takes a call back, which ends the place it keeps, or not. An agent
// may have been quicker.
func (o *outside) answerCallback(id string, refused bool) {
	if o.place != "" && rapid.IntRange(0, 3).Draw(o.t, "quicker") == 0 {
		o.open, o.stages = ivr.Enqueue{ID: o.place}, 1
		if o.take(ivr.QueueChanged{ID: o.place, State: ivr.QueueConnected}); o.call.Visit.Phase != "talk" {
			o.t.Fatalf("an agent has the caller, who is in %s (%s)", o.call.Node, o.call.Visit.Phase)
		}
		return
	}
	if !refused {
		o.place = ""
	}
	o.take(ivr.ServiceDone{ID: id, Refused: refused})
}

// answerQueue says where the caller stands: in the queue, in a talk, after which he
// may wait again, or out of both.
func (o *outside) answerQueue(id string) {
	t := o.t
	states := []ivr.QueueState{ivr.QueueWaiting, ivr.QueueWaiting, ivr.QueueConnected, ivr.QueueClosed, ivr.QueueFull,
		ivr.QueueUnavailable, ivr.QueueFailed, ivr.QueueCallback}
	if o.stages > 0 {
		states = []ivr.QueueState{ivr.QueueEnded, ivr.QueueConnected, ivr.QueueWaiting, ivr.QueueUnavailable}
	}
	state := rapid.SampledFrom(states).Draw(t, "queue")
	switch state {
	case ivr.QueueConnected:
		o.stages++
	case ivr.QueueWaiting:
		o.stages = 0
	case ivr.QueueEnded, ivr.QueueClosed, ivr.QueueFull, ivr.QueueUnavailable:
		o.place = ""
	}
	wait := time.Duration(rapid.IntRange(0, 20).Draw(t, "wait")) * time.Minute
	o.take(ivr.QueueChanged{ID: id, State: state, Position: rapid.IntRange(0, 120).Draw(t, "place"), Wait: wait})
}

func anyAnswer(id string) *rapid.Generator[ivr.LookupEnded] {
	return rapid.Custom(func(t *rapid.T) ivr.LookupEnded {
		body, err := ivr.DecodeJSON([]byte(rapid.SampledFrom([]string{
			`{"found":true,"stan":"gotowa","ile":3}`, `{"found":true,"status":{"text":"gotowa"}}`, `{"found":false}`,
			`{"found":"tak"}`, `{"found":true,"stan":{}}`, `[]`, `null`, `"{{ x }}"`, `{"found":true,"stan":null,"ile":"1e400"}`,
		}).Draw(t, "body")))
		if err != nil {
			t.Fatal(err)
		}
		return ivr.LookupEnded{
			ID: id, Body: body, NotFound: rapid.IntRange(0, 4).Draw(t, "not found") == 0,
			Code: rapid.SampledFrom([]int{200, 200, 200, 404, 500, 0}).Draw(t, "code"),
			Fail: rapid.SampledFrom([]string{"", "", "", "timeout", "error"}).Draw(t, "fail"),
		}
	})
}

// stale brings an input about something that is over, or never was: it is no
// step.
func (o *outside) stale() {
	id := o.call.ID + ".1.play99"
	for used := range o.used { // any one will do
		if !o.timers[used] && (o.play == nil || o.play.ID != used) {
			id = min(id, used)
		}
	}
	in := rapid.SampledFrom([]ivr.Input{
		ivr.PlayEnded{ID: id}, ivr.PlayEnded{ID: id, Failed: true}, ivr.PlayMark{ID: id}, ivr.TimerFired{ID: id},
		ivr.LookupEnded{ID: id, Code: 200}, ivr.RecordEnded{ID: id, Talk: time.Second}, ivr.ReportIssued{ID: id, Number: "1"},
		ivr.QueueChanged{ID: id, State: ivr.QueueConnected}, ivr.QueueChanged{ID: id, State: ivr.QueueEnded},
		ivr.TransferChanged{ID: id, State: ivr.TransferEnded}, ivr.ServiceDone{ID: id}, ivr.Arrived{},
		ivr.PlayEnded{}, ivr.TimerFired{}, ivr.LookupEnded{}, ivr.QueueChanged{},
	}).Draw(o.t, "stale")
	if o.take(in) {
		o.t.Fatalf("%#v is a step", in)
	}
}

// crash resumes the call from what was saved; what was open may be gone.
func (o *outside) crash() {
	saved, err := json.Marshal(o.call)
	if err != nil {
		o.t.Fatal(err)
	}
	o.call = ivr.Call{}
	if err := json.Unmarshal(saved, &o.call); err != nil {
		o.t.Fatal(err)
	}
	away := time.Duration(rapid.IntRange(0, 10_000).Draw(o.t, "away")) * time.Millisecond
	o.now = o.now.Add(away)
	in := ivr.Resumed{Away: away}
	if o.play != nil && rapid.Bool().Draw(o.t, "prompt gone") {
		in.Gone = append(in.Gone, o.play.ID)
		o.gone[o.play.ID], o.play = true, nil
	}
	if o.call.Await != "" && rapid.Bool().Draw(o.t, "effect gone") {
		in.Gone = append(in.Gone, o.call.Await)
	}
	// The process took its timers with it: those of the state are ordered anew,
	// or taken back.
	o.timers = map[string]bool{}
	for _, timer := range o.call.Timers {
		o.timers[timer.ID] = true
	}
	o.take(in)
}

func TestTheEngineKeepsItsPromisesWhateverHappens(t *testing.T) {
	all := lines(t)
	rapid.Check(t, func(t *rapid.T) {
		o := anyCall(t, all)
		for range rapid.IntRange(1, 120).Draw(t, "length") {
			if o.call.Ended {
				break
			}
			o.happen()
		}
		if !o.call.Ended {
			o.take(ivr.HungUp{})
		}
		for tries := 0; !o.call.Ended; tries++ { // a recording may still have to be closed
			if tries > 3 {
				t.Fatalf("the call does not end in %s (%s)", o.call.Node, o.call.Visit.Phase)
			}
			o.fire()
		}
		for _, in := range []ivr.Input{ivr.Key{Digit: '1'}, ivr.HungUp{}, ivr.Resumed{}, ivr.Arrived{}, ivr.TimerFired{ID: "x"}} {
			if o.take(in) {
				t.Fatalf("%T after the end is a step", in)
			}
		}
	})
}
