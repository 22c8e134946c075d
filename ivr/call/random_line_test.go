package call_test

import (
	"context"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/call"
	"infolinia/ivr/flow"
	"infolinia/ivr/flowfile"
)

// The line of the random runs: small, with every kind of effect that must not
// be doubled. A path through it transfers at most once and keeps at most one
// message.
var smallLine = fstest.MapFS{
	"callflows/line.yaml": file(`
number: "243645555"
entry: main
languages: {default: pl, supported: [pl]}
defaults: {max_exceeded: office, timeout: 6s, interdigit_timeout: 3s}
links:
  - {dtmf: "#", do: repeat}
  - {dtmf: "*", do: back}
limits: {max_call: 4m, max_steps_without_input: 50, max_repeats: 2, max_errors: 6}
events: {error.lookup: {prompt: away, goto: more}, error.internal: {prompt: sorry, goto: office}}
prompts: {sorry: {pl: "Przepraszamy."}, away: {pl: "Brak danych."}, one_moment: {pl: "Chwilę."}}
destinations: {office: "200"}
boxes: {info: {email: ""}}
fallback: office
`),
	"callflows/lookups.yaml": file(`
case_status: {url: "https://cases.invalid/{{ number }}", timeout: 4s, waiting: one_moment, found: "body.found", map: {status_text: "body.text"}}
`),
	"callflows/queues.yaml": file(`
info: {max_wait: 60s, announce: [position, wait], announce_every: 15s, callback_after: 8s}
`),
	"callflows/main.yaml": file(`
schema: 1
flow: main
start: top
nodes:
  top:
    type: menu
    prompt: {pl: "Sprawa: jeden. Dowód: dwa. Zgłoszenie: trzy. Pracownik: cztery. Kolejka: pięć."}
    options:
      - {dtmf: "1", label: {pl: "sprawy"}, goto: case_no}
      - {dtmf: "2", label: {pl: "dowodu"}, goto: card}
      - {dtmf: "3", label: {pl: "zgłoszenia"}, goto: mail}
      - {dtmf: "4", label: {pl: "pracownika"}, goto: office}
      - {dtmf: "5", label: {pl: "kolejki"}, goto: line}
  line: {type: queue, ref: info, cases: {timeout: more, left: more, failed: bye}}
  case_no:
    type: collect
    var: case_no
    prompt: {pl: "Proszę podać numer."}
    digits: {min: 2, max: 4, term_char: "#"}
    confirm: {say_as: digits}
    next: status
  status: {type: lookup, ref: case_status, input: {number: case_no}, cases: {found: say_status, not_found: unknown_case}}
  unknown_case: {type: play, prompt: {pl: "Nie ma takiej sprawy."}, next: case_no}
  say_status: {type: play, prompt: {pl: "Sprawa {{ digits(case_no) }}: {{ status_text }}."}, next: more}
  card: {type: answer, article: dowod, next: more}
  more: {type: confirm, prompt: {pl: "Czy coś jeszcze?"}, yes: top, no: bye}
  mail: {type: voicemail, prompt: {pl: "Proszę mówić."}, max: 20s, box: info, as: report, next: thanks, cases: {empty: bye, failed: office}}
  thanks: {type: play, prompt: {pl: "Zgłoszenie {{ digits(report_number) }}."}, next: bye}
  office: {type: transfer, to: office, cases: {busy: bye, no_answer: bye, failed: bye}}
  bye: {type: hangup, prompt: {pl: "Do widzenia."}}
`),
	"kb/urzad/dowod.yaml": file(`
id: dowod
code: "101"
title: {pl: "Dowód"}
keywords: {pl: [dowód]}
valid_until: "2099-12-31"
say: {short: {pl: "Dowód wydaje urząd."}, fees: {pl: "Nic nie kosztuje."}, where: {pl: "Na rynku."}}
sources: [{title: "t", publisher: "p", url: "https://example.invalid", date: "2026-01-01"}]
`),
}

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

var compiled = sync.OnceValues(func() (*flowfile.Bundle, []flowfile.Problem) { return flowfile.LoadFS(smallLine) })

// smallVersions always has the one version.
type smallVersions struct{ *flowfile.Bundle }

func loadSmallLine(t *testing.T) smallVersions {
	t.Helper()
	b, problems := compiled()
	if flowfile.Errors(problems) > 0 {
		t.Fatalf("the line of the random runs: %v", problems)
	}
	return smallVersions{b}
}

func (v smallVersions) Current() *flow.Program { return v.Bundle.Program }

func (v smallVersions) Program(string) *flow.Program { return v.Bundle.Program }

func (v smallVersions) World(now time.Time) *ivr.World {
	return &ivr.World{Now: now, Location: time.UTC, Articles: v.Content.Articles, Queues: v.Content.Queues,
		Services: ivr.Services{Report: true, Queue: true, Callback: true}}
}

// sounds says every part in a second, by the name of its prompt.
type sounds struct{}

const soundLength = time.Second

func (sounds) Say(_ context.Context, _ string, p ivr.Part, _ float64) (call.Clip, error) {
	return call.Clip{Path: "/prompts/" + p.Prompt, Length: soundLength}, nil
}
func (sounds) Beep() call.Clip { return call.Clip{Path: "/prompts/beep", Length: soundLength} }
func (sounds) Apology(string) call.Clip {
	return call.Clip{Path: "/prompts/apology", Length: soundLength}
}
func (sounds) Forget(string)     {}
func (sounds) Discard(call.Clip) {}
