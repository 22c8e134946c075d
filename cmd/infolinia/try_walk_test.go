package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"infolinia/ivr/sim"
)

// walkLine is a line with a little of everything a walk meets.
var walkLine = map[string]string{
	"callflows/line.yaml": `
number: "243645555"
entry: main
languages: {default: pl, supported: [pl]}
fallback: office
destinations: {office: "200"}
boxes: {info: {}}
defaults: {max_exceeded: agent}
links:
  - {dtmf: "0", goto: agent, label: {pl: "rozmowy z pracownikiem"}}
  - {dtmf: "*", do: back}
`,
	"callflows/main.yaml": `
schema: 1
flow: main
start: top
nodes:
  top:
    type: menu
    prompt: {enumerate: true, intro: {pl: "Dzień dobry."}}
    options:
      - {dtmf: "1", label: {pl: "stanu sprawy"}, goto: pesel}
      - {dtmf: "2", label: {pl: "wiadomości"}, goto: mail}
  pesel:
    type: collect
    var: pesel
    sensitive: true
    prompt: {pl: "Proszę podać PESEL."}
    digits: {min: 4, max: 4}
    next: status
  status:
    type: lookup
    ref: status
    input: {pesel: pesel}
    cases: {found: said, not_found: top, error: top}
  said: {type: play, prompt: {pl: "Stan sprawy to {{ state }}."}, next: top}
  mail:
    type: voicemail
    prompt: {pl: "Proszę mówić."}
    box: info
    next: top
    cases: {empty: top, failed: top}
  agent: {type: transfer, to: office, cases: {busy: top, no_answer: top, failed: top}}
`,
	"callflows/lookups.yaml": `
status:
  url: "https://cases.example/api/{{ pesel }}"
  found: "body.found"
  map: {state: "body.state"}
`,
}

func writeLine(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

var callTime = time.Date(2026, 6, 9, 8, 0, 0, 500_000_000, time.UTC)

func startWalk(t *testing.T) (*walk, sim.Line) {
	t.Helper()
	line, err := loadLine(writeLine(t, walkLine), os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	return newWalk(sim.New(line, callTime), publisher(".", os.Stderr)), line
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func answering(w *walk, text string) {
	w.s.AskLookup = func(name string, _ map[string]string) (sim.Answer, bool) {
		a, err := w.answer(name, text)
		return a, err == nil
	}
}

// wantPasses says that a recorded walk is a test that passes, also when the call
// is saved and restored between every two inputs.
func wantPasses(t *testing.T, line sim.Line, path string) sim.Case {
	t.Helper()
	text, err := os.ReadFile(path)
	must(t, err)
	c, err := sim.ParseCase(string(text))
	must(t, err)
	for _, restore := range []bool{false, true} {
		s := sim.New(line, time.Now())
		s.Restore = restore
		got, err := c.Play(s, publisher(".", os.Stderr))
		must(t, err)
		if d := sim.Difference(c.Want, got); d != "" {
			t.Errorf("restored %v: %s\n%s", restore, d, text)
		}
	}
	if len(c.Want) < 3 {
		t.Errorf("the transcript is %q", c.Want)
	}
	return c
}

func TestARecordedWalkIsATestThatPasses(t *testing.T) {
	w, line := startWalk(t)
	answering(w, `after 2s {"found":true,"state":"gotowa"}`)
	must(t, w.do("call"))
	for range 13 { // as the clock on the wall ticks
		must(t, w.lasting("wait", grain))
	}
	for _, l := range []string{"press 1", "wait 0.3s", "press 2", "press 8", "press 0", "press 9", "wait 1.7s", "crash", "settle", "press *", "press 2"} {
		must(t, w.do(l))
	}
	for range 60 {
		must(t, w.lasting("wait", grain))
	}
	for range 31 {
		must(t, w.lasting("speak", grain))
	}
	for _, l := range []string{"press #", "settle", "hangup"} {
		must(t, w.do(l))
	}
	path := filepath.Join(t.TempDir(), "walk.txt")
	must(t, w.save(path))
	c := wantPasses(t, line, path)
	want := []string{
		"at 2026-06-09T08:00:00Z", "call", "wait 1.3s", "press 1", "wait 0.3s", "press 0", "press 0", "press 0",
		`lookup status after 2s {"found":true,"state":"gotowa"}`, "press 0", "wait 1.7s", "crash", "settle", "press *", "press 2", "wait 6s", "speak 3.1s",
		"press #", "settle", "hangup",
	}
	if d := cmp.Diff(want, strings.Split(c.Source, "\n")); d != "" {
		t.Errorf("script (-want +got):\n%s", d)
	}
}

func TestSensitiveDigitsAreNotRecorded(t *testing.T) {
	w, _ := startWalk(t)
	answering(w, "notfound")
	for _, l := range []string{"call", "wait 1s", "press 1", "wait 1s", "press 4711", "wait 5s"} {
		must(t, w.do(l))
	}
	path := filepath.Join(t.TempDir(), "walk.txt")
	must(t, w.save(path))
	text, err := os.ReadFile(path)
	must(t, err)
	if strings.Contains(string(text), "4711") || !strings.Contains(string(text), "press 0000") {
		t.Errorf("recorded:\n%s", text)
	}
}

func TestALineThatCannotBeFollowedLeavesNoTrace(t *testing.T) {
	w, _ := startWalk(t)
	must(t, w.do("call"))
	must(t, w.do("wait 1s"))
	before := slices.Clone(w.script)
	for _, l := range []string{"nonsense", "wait long", "agents nobody 1", "from anonymous"} {
		if err := w.do(l); err == nil {
			t.Errorf("%q is followed", l)
		}
	}
	if !slices.Equal(before, w.script) {
		t.Errorf("script %q, want %q", w.script, before)
	}
}

func TestWithoutATerminalTheCallerTypesLines(t *testing.T) {
	w, line := startWalk(t)
	var out strings.Builder
	in := strings.NewReader(`
# a call at noon
at 2026-06-09T12:00:00+02:00
nonsense
call
press 1
press 1234
{"found": tru
{"found": true, "state": "gotowa"}
wait 1s
hangup
wait 5s
`)
	must(t, tryByLines(w, in, &out))
	for _, want := range []string{
		`! unknown word "nonsense"`, "The flow asks the look-up status by pesel.", "is neither JSON nor error",
		"say pl  Stan sprawy to gotowa.", "end by caller",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("not told: %s", want)
		}
	}
	if strings.Contains(out.String(), "1234") {
		t.Error("a sensitive value is told")
	}
	path := filepath.Join(t.TempDir(), "walk.txt")
	must(t, w.save(path))
	if c := wantPasses(t, line, path); !strings.HasPrefix(c.Source, "at 2026-06-09T12:00:00+02:00\ncall\n") {
		t.Errorf("script:\n%s", c.Source)
	}
}
