package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"infolinia/ivr"
)

// saveCalls keeps a live call, and one that has ended after 23 s.
func (l staffLine) saveCalls() {
	l.t.Helper()
	slot, err := l.store().Acquire(l.t.Context(), "infolinia-1", "test", time.Minute, 0)
	if err != nil {
		l.t.Fatal(err)
	}
	start := time.Now().Add(-time.Minute)
	save := func(c *ivr.Call, notes ...ivr.Note) {
		l.t.Helper()
		c.Schema, c.Version, c.Seq, c.Started = ivr.Schema, strings.Repeat("f", 64), 1, start
		c.Caller = ivr.Caller{Known: true, HMAC: "k1:f00d"}
		var events []ivr.Event
		for i, n := range notes {
			events = append(events, ivr.Event{Seq: 1, At: start.Add(time.Duration(i) * 11500 * time.Millisecond), Note: n})
		}
		if saved, err := slot.Save(l.t.Context(), c, events); err != nil || saved != ivr.SavedOK {
			l.t.Fatal(saved, err)
		}
	}
	save(&ivr.Call{ID: "pbx-100.1", Lang: "pl", Node: "main.top"}, ivr.Note{Event: "enter", Node: "main.top"})
	save(&ivr.Call{ID: "pbx-200.7", Lang: "en", Node: "main.bye", Ended: true, Outcome: ivr.OutcomeContained},
		ivr.Note{Event: "say", Node: "main.top", Lang: "pl", Prompt: "main.top.prompt"},
		ivr.Note{Event: "key", Node: "main.pin", Secret: true},
		ivr.Note{Event: "end", Node: "main.bye", By: "caller", Outcome: ivr.OutcomeContained})
}

func TestCallsAreListedWithoutTheirNumbers(t *testing.T) {
	l := newStaffLine(t)
	l.withRedis()
	l.says("calls", "no calls now")
	l.saveCalls()
	out := l.says("calls", "pbx-100.1", "(live)", "main.top", "pbx-200.7", "23s", "en", "contained")
	if strings.Contains(out, "f00d") {
		t.Error("the caller is shown: ", out)
	}
	lines := strings.Split(strings.TrimSpace(l.says("calls --json --all")), "\n")
	if len(lines) != 2 {
		t.Fatal(lines)
	}
	var row callRow
	if err := json.Unmarshal([]byte(lines[1]), &row); err != nil {
		t.Fatal(err)
	}
	if row.ID != "pbx-200.7" || row.Live || row.Seconds != 23 || row.Outcome != ivr.OutcomeContained {
		t.Errorf("%+v", row)
	}
}

func TestTheWayOfACallIsShownWithTimes(t *testing.T) {
	l := newStaffLine(t)
	l.withRedis()
	l.saveCalls()
	l.says("calls show pbx-200.7", "ended after 23s: contained", "0.0 s  say  pl main.top.prompt", "11.5 s  key  •", "23.0 s  end  by the caller: contained")
	l.says("calls show 100", "live, now at main.top")
	l.says("calls show 200 --json", `"prompt":"main.top.prompt"`)
	l.refuses("calls show pbx", "2 calls have")
	l.refuses("calls show nothing", `there is no call "nothing"`, "infolinia calls --all")
}
