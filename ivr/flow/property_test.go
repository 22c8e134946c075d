package flow_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"infolinia/ivr"
	"infolinia/ivr/flowfile"
	"infolinia/ivr/hours"
)

// lines are those that properties are tried on: the shipped one and those of the
// transcripts, which have every node type between them.
func lines(t *testing.T) []*flowfile.Bundle {
	t.Helper()
	dirs, err := filepath.Glob("../sim/testdata/*/callflows")
	if err != nil || len(dirs) == 0 {
		t.Fatal("no lines", err)
	}
	var all []*flowfile.Bundle
	for _, dir := range append(dirs, "../../callflows") {
		bundle, problems := flowfile.Load(filepath.Dir(dir))
		if flowfile.Errors(problems) > 0 {
			t.Fatal(dir, problems)
		}
		all = append(all, bundle)
	}
	return all
}

// outside is all that is around a call: it keeps what was ordered, and lets
// anything happen that may.
type outside struct {
	t        *rapid.T
	line     *flowfile.Bundle
	now      time.Time
	services ivr.Services

	call   ivr.Call
	play   *ivr.Play
	heard  int             // parts of play
	timers map[string]bool // armed
	open   ivr.Effect      // the one awaited
	stages int             // of open, for those that come in stages
	used   map[string]bool // every id there ever was
	gone   map[string]bool // prompts that ended while nobody listened
	cut    map[string]bool // prompts that were stopped
	secret string          // keys pressed while they were sensitive
	place  string          // ID of the Enqueue by which the desk has the caller
	music  bool
	ended  bool
}

func anyCall(t *rapid.T, lines []*flowfile.Bundle) *outside {
	o := &outside{
		t: t, line: lines[rapid.IntRange(0, len(lines)-1).Draw(t, "line")],
		now:      time.Date(2026, 6, 9, 8, 0, 0, 0, time.UTC),
		services: ivr.Services{SMS: true, Callback: true, Report: true, Queue: true},
		timers:   map[string]bool{}, used: map[string]bool{}, gone: map[string]bool{}, cut: map[string]bool{},
	}
	p := o.line.Program
	o.call = p.New("sys-1.1", ivr.Caller{Known: rapid.Bool().Draw(t, "known")})
	o.take(ivr.Arrived{Lang: rapid.SampledFrom(append(p.Languages, "")).Draw(t, "language")})
	return o
}

func (o *outside) world() *ivr.World {
	return hours.World(o.line.Content, ivr.Warsaw(), o.now, o.services)
}

// take gives an input to the call and holds the step against every promise.
func (o *outside) take(in ivr.Input) (changed bool) {
	t, p, w := o.t, o.line.Program, o.world()
	if _, isKey := in.(ivr.Key); isKey && p.Secret(&o.call) {
		o.secret += string(in.(ivr.Key).Digit)
	}
	before := everything(o.call)
	next, effects := p.Step(o.call, in, w)
	if after := everything(o.call); after != before {
		t.Fatalf("%T changed its argument:\n%s\n%s", in, before, after)
	}
	again, sameEffects := p.Step(o.call, in, w)
	if everything(again) != everything(next) || fmt.Sprintf("%#v", effects) != fmt.Sprintf("%#v", sameEffects) {
		t.Fatalf("%T gives something else the second time", in)
	}
	o.restoredDoesTheSame(in, w, next, effects)
	if next.Seq == o.call.Seq {
		if len(effects) > 0 || everything(next) != before {
			t.Fatalf("%T is no step, but does something: %v", in, effects)
		}
		return false
	}
	o.call = next
	for _, e := range effects {
		o.perform(e)
	}
	o.holds(in, effects)
	return true
}

// everything is the whole state, also what is never saved, as text.
func everything(c ivr.Call) string {
	saved, err := json.Marshal(c)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%s %v %q %v", saved, c.Sensitive, c.SecretDigits, c.SecretBuffer)
}

// restoredDoesTheSame: saving and restoring between two inputs changes nothing.
func (o *outside) restoredDoesTheSame(in ivr.Input, w *ivr.World, want ivr.Call, wantEffects []ivr.Effect) {
	saved, err := json.Marshal(o.call)
	if err != nil {
		o.t.Fatal(err)
	}
	var restored ivr.Call
	if err := json.Unmarshal(saved, &restored); err != nil {
		o.t.Fatal(err)
	}
	restored.Sensitive, restored.SecretDigits, restored.SecretBuffer = o.call.Sensitive, o.call.SecretDigits, o.call.SecretBuffer
	got, effects := o.line.Program.Step(restored, in, w)
	if everything(got) != everything(want) {
		o.t.Fatalf("restored before %T the call goes another way:\n%s\n%s", in, everything(want), everything(got))
	}
	if d := cmp.Diff(wantEffects, effects, cmpopts.EquateEmpty(), cmp.AllowUnexported(ivr.Value{})); d != "" {
		o.t.Fatalf("restored before %T other effects: %s", in, d)
	}
}

// perform takes over what was ordered.
func (o *outside) perform(e ivr.Effect) {
	switch e := e.(type) {
	case ivr.Play:
		if o.play != nil {
			o.t.Fatalf("%s begins while %s is open", e.ID, o.play.ID)
		}
		o.fresh(e.ID)
		o.play, o.heard = &e, 0
	case ivr.StopPlay:
		if o.gone[e.ID] || o.cut[e.ID] { // said again after a crash
			return
		}
		o.cut[e.ID] = true
		if o.play == nil || o.play.ID != e.ID {
			o.t.Fatalf("%s is stopped, but does not play", e.ID)
		}
		o.play = nil
	case ivr.SetTimer:
		if e.After < 0 {
			o.t.Fatalf("timer %s is in the past", e.ID)
		}
		o.timers[e.ID] = true
		o.used[e.ID] = true
	case ivr.CancelTimer:
		if !o.timers[e.ID] {
			o.t.Fatalf("timer %s is cancelled, but not armed", e.ID)
		}
		delete(o.timers, e.ID)
	case ivr.MusicOnHold:
		o.music = e.On
	case ivr.LeaveQueue:
		o.left(e)
	case ivr.Enqueue:
		if o.place != "" && o.place != e.ID {
			o.t.Fatalf("enters by %s, but has not left %s", e.ID, o.place)
		}
		if o.place == "" {
			o.stages = 0
		}
		o.open, o.place = e, e.ID
	case ivr.Callback:
		if e.Place != "" && e.Place != o.place {
			o.t.Fatalf("%s is to keep the place %s, which is not his", e.ID, e.Place)
		}
		o.open, o.stages = e, 0
	case ivr.StartLookup, ivr.Record, ivr.IssueReport, ivr.Transfer, ivr.SendSMS:
		o.open, o.stages = e, 0
	}
}

// left looks at why a queue is left. Leaving may be said again after a crash.
func (o *outside) left(e ivr.LeaveQueue) {
	switch e.Reason {
	case ivr.LeftByKey, ivr.LeftByTimeout, ivr.LeftByHangup, ivr.LeftForFailure:
	default:
		o.t.Fatalf("%s is left for %q", e.ID, e.Reason)
	}
	if e != o.call.Left {
		o.t.Fatalf("%+v is left, but remembered is %+v", e, o.call.Left)
	}
	if e.ID == o.place {
		o.place = ""
	}
}

// waitsWell are the promises about who waits in a queue.
func (o *outside) waitsWell(in ivr.Input) {
	c := &o.call
	stay := o.line.Program.Place(c)
	switch {
	case o.place != "" && stay != o.place:
		o.t.Fatalf("after %T in %s the desk has the place %s, the call %q", in, c.Node, o.place, stay)
	case c.Visit.Phase == "talk" && (o.music || o.play != nil):
		o.t.Fatalf("after %T who talks hears us", in)
	case stay == "" && o.music && !c.Ended:
		o.t.Fatalf("after %T in %s music is left on", in, c.Node)
	case stay != "" && c.Visit.Phase == "queue" && c.Visit.Queued && !o.music:
		o.t.Fatalf("after %T who waits hears no music", in)
	}
}

func (o *outside) fresh(id string) {
	if o.used[id] {
		o.t.Fatalf("the id %s is used twice", id)
	}
	o.used[id] = true
}

// holds are the promises about every state.
func (o *outside) holds(in ivr.Input, effects []ivr.Effect) {
	c := &o.call
	saved := everything(withoutSecrets(*c))
	for _, e := range effects {
		if n, ok := e.(ivr.Note); ok {
			text, err := json.Marshal(n)
			if err != nil {
				o.t.Fatal(err)
			}
			saved += string(text)
			o.ended = o.ended || n.Event == "end"
		}
	}
	const enough = 6 // fewer digits in a row may be there by chance
	for i := 0; i+enough <= len(o.secret); i++ {
		if strings.Contains(saved, o.secret[i:i+enough]) {
			o.t.Fatalf("after %T the sensitive %s is saved or told: %s", in, o.secret[i:i+enough], saved)
		}
	}
	o.waitsWell(in)
	if c.Ended != o.ended {
		o.t.Fatalf("after %T: ended %v, but told of the end %v", in, c.Ended, o.ended)
	}
	if c.Ended {
		return
	}
	armed := map[string]bool{}
	waits := false
	for purpose, timer := range c.Timers {
		armed[timer.ID] = true
		waits = waits || purpose != "max_call"
	}
	if !maps.Equal(armed, o.timers) {
		o.t.Fatalf("after %T the state has timers %v, ordered are %v", in, armed, o.timers)
	}
	if !waits {
		o.t.Fatalf("after %T in %s (%s) the call waits without a deadline", in, c.Node, c.Visit.Phase)
	}
	if (c.Speech != nil) != (o.play != nil) {
		o.t.Fatalf("after %T the state has speech %v, ordered is %v", in, c.Speech, o.play)
	}
}

func withoutSecrets(c ivr.Call) ivr.Call {
	c.Sensitive, c.SecretDigits, c.SecretBuffer = nil, "", nil
	return c
}

// happen lets one thing happen.
func (o *outside) happen() {
	t := o.t
	what := []string{"key", "key", "key", "keys", "timer", "timer", "time", "spoken", "spoken", "spoken", "answer", "answer", "stale", "crash", "world"}
	switch rapid.SampledFrom(what).Draw(t, "what") {
	case "key":
		o.take(ivr.Key{Digit: rapid.SampledFrom([]byte("0123456789*#A1212")).Draw(t, "key")})
	case "keys":
		for _, k := range rapid.StringMatching(`[1-9]{4,9}#?`).Draw(t, "keys") {
			o.take(ivr.Key{Digit: byte(k)})
		}
	case "timer":
		o.fire()
	case "time":
		o.now = o.now.Add(time.Duration(rapid.IntRange(1, 20_000).Draw(t, "ms")) * time.Millisecond)
	case "spoken":
		o.speak()
	case "answer":
		o.answer()
	case "stale":
		o.stale()
	case "crash":
		o.crash()
	case "world":
		o.services = ivr.Services{
			SMS: rapid.Bool().Draw(t, "sms"), Callback: rapid.Bool().Draw(t, "callback"),
			Report: rapid.Bool().Draw(t, "report"), Queue: rapid.Bool().Draw(t, "queue"),
		}
	}
}

func (o *outside) fire() {
	if len(o.call.Timers) == 0 {
		return
	}
	purpose := rapid.SampledFrom(slices.Sorted(maps.Keys(o.call.Timers))).Draw(o.t, "timer")
	timer := o.call.Timers[purpose]
	if timer.Due.After(o.now) {
		o.now = timer.Due
	}
	delete(o.timers, timer.ID)
	if purpose == "speech" {
		o.play = nil // forgotten by whoever played it
	}
	if !o.take(ivr.TimerFired{ID: timer.ID}) {
		o.t.Fatalf("the timer %s is not waited for", purpose)
	}
}

func (o *outside) speak() {
	if o.play == nil {
		return
	}
	p := *o.play
	if o.heard < len(p.Parts)-1 && rapid.Bool().Draw(o.t, "part") {
		o.take(ivr.PlayMark{ID: p.ID, Part: o.heard})
		o.heard++
		return
	}
	o.play = nil
	o.take(ivr.PlayEnded{ID: p.ID, Failed: rapid.IntRange(0, 19).Draw(o.t, "fails") == 0})
}
