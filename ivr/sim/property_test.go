package sim_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"infolinia/ivr/flow"
	"infolinia/ivr/sim"
)

// shippedLines are the line callers hear and those of the transcripts.
func shippedLines(t *testing.T) []sim.Line {
	t.Helper()
	dirs, err := filepath.Glob("testdata/*/callflows")
	if err != nil || len(dirs) == 0 {
		t.Fatal("no lines", err)
	}
	var all []sim.Line
	for _, dir := range append(dirs, "../../callflows") {
		all = append(all, loadLine(t, filepath.Dir(dir)))
	}
	return all
}

func anyName[V any](t *rapid.T, of string, names map[string]V) (string, bool) {
	if len(names) == 0 {
		return "", false
	}
	var all []string
	for name := range names {
		all = append(all, name)
	}
	slices.Sort(all)
	return rapid.SampledFrom(all).Draw(t, of), true
}

var (
	moods   = []string{"0", "1", "2 busy 40s", "1 no_answer", "1 reject", "1 lost 5s"}
	results = []string{"busy", "no_answer", "failed", "talk", "talk 10s"}
	answers = []string{"error", "timeout", "notfound", "garbage", "after 2s notfound", "after 9s notfound", `{"found":true}`, `after 1500ms {"found":true,"stan":"x","ile":2}`}
)

// anyLine is a line of a script that suits a call on a line.
func anyLine(t *rapid.T, line sim.Line) string {
	words := []string{"press", "press", "press", "press", "wait", "wait", "settle", "speak", "crash", "agents", "ahead", "transfer", "service", "lookup"}
	switch word := rapid.SampledFrom(words).Draw(t, "word"); word {
	case "press":
		return "press " + rapid.StringMatching(`[0-9*#A]{1,3}|[1-4]{1,2}|[0-9]{8,9}#?`).Draw(t, "keys")
	case "wait", "speak":
		return fmt.Sprintf("%s %dms", word, 100*rapid.IntRange(0, 200).Draw(t, "tenths"))
	case "agents":
		if queue, ok := anyName(t, "queue", line.Content.Queues); ok {
			return "agents " + queue + " " + rapid.SampledFrom(moods).Draw(t, "mood")
		}
	case "ahead":
		if queue, ok := anyName(t, "queue", line.Content.Queues); ok {
			return fmt.Sprintf("ahead %s %d %ds", queue, rapid.IntRange(0, 40).Draw(t, "ahead"), rapid.IntRange(0, 30).Draw(t, "every"))
		}
	case "transfer":
		if to, ok := anyName(t, "destination", line.Program.Destinations); ok {
			return "transfer " + to + " " + rapid.SampledFrom(results).Draw(t, "result")
		}
	case "lookup":
		if name, ok := anyName(t, "lookup", line.Program.Lookups); ok {
			return "lookup " + name + " " + rapid.SampledFrom(answers).Draw(t, "answer")
		}
	case "service":
		return "service " + rapid.SampledFrom([]string{"sms on", "sms off", "callback on", "callback off", "report off", "report on"}).Draw(t, "service")
	default:
		return word
	}
	return "wait 1s"
}

func anyScript(t *rapid.T, line sim.Line) string {
	lines := []string{
		"at " + rapid.SampledFrom([]string{"2026-06-09T10:00:00+02:00", "2026-10-25T01:59:50+02:00", "2026-12-24T23:59:55+01:00"}).Draw(t, "at"),
		"from " + rapid.SampledFrom([]string{"anonymous", "+48600100200"}).Draw(t, "from"),
		"lang " + rapid.SampledFrom(line.Program.Languages).Draw(t, "lang"),
	}
	for name := range line.Program.Lookups {
		lines = append(lines, "lookup "+name+" notfound")
	}
	slices.Sort(lines[3:])
	lines = append(lines, "call")
	for range rapid.IntRange(0, 40).Draw(t, "length") {
		lines = append(lines, anyLine(t, line))
	}
	return strings.Join(append(lines, "hangup"), "\n")
}

// TestAnyScriptRunsToItsEndAndIsTheSameWithRestores also holds the offered keys
// against the state at each event.
func TestAnyScriptRunsToItsEndAndIsTheSameWithRestores(t *testing.T) {
	all := shippedLines(t)
	rapid.Check(t, func(t *rapid.T) {
		line := all[rapid.IntRange(0, len(all)-1).Draw(t, "line")]
		text := anyScript(t, line)
		script, err := sim.Parse(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		var transcripts [2]string
		for i, restore := range []bool{false, true} {
			s := sim.New(line, time.Now())
			s.Restore = restore
			s.Emit = func(e sim.Event) {
				told, err := json.Marshal(e)
				if err != nil {
					t.Fatal(err)
				}
				transcripts[i] += string(told) + "\n"
				if s.Started() {
					call := s.State()
					flow.Choices(s.Program(), &call, s.World())
				}
			}
			if err := s.Run(script, nil); err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			// A recording is closed after the caller has gone.
			if err := s.Settle(); err != nil || !s.Ended() {
				t.Fatalf("the call goes on after the hang-up: %v\n%s", err, text)
			}
		}
		if transcripts[0] != transcripts[1] {
			d := sim.Difference(strings.Split(transcripts[0], "\n"), strings.Split(transcripts[1], "\n"))
			t.Fatalf("restored between inputs the call goes another way: %s\n%s", d, text)
		}
		if n := strings.Count(transcripts[0], `"event":"end"`); n > 1 {
			t.Fatalf("%d ends\n%s", n, transcripts[0])
		}
	})
}

func FuzzScript(f *testing.F) {
	for _, seed := range []string{
		"at 2026-06-09T10:00:00+02:00\nfrom anonymous\nlang pl\ncall\nwait 3.5s\npress 12#\nhangup",
		"lookup case_status after 2s {\"found\":true}\nagents info 2 busy 90s\ntransfer office talk 10s\nservice sms off",
		"# comment\n\ufeffcall\nspeak 1s\nsettle\ncrash\npublish ../new dir", "call\n----\n     0.0  answer", "wait -1s", "press",
		"lookup x after", "agents info", "transfer office talk 1s 2s",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		script, err := sim.Parse(strings.NewReader(text))
		if err != nil {
			return
		}
		for _, c := range script.Commands {
			if c.Word == "" || c.Line < 1 {
				t.Errorf("%+v of %q", c, text)
			}
		}
		if _, err := sim.ParseCase(text + "\n----\n     0.0  answer\n"); err != nil && !strings.Contains(text, "----") {
			t.Errorf("a script that is understood is no test with a transcript: %v", err)
		}
	})
}
