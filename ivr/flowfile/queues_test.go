package flowfile

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"infolinia/ivr"
)

func TestAQueueIsReadAsItIsWritten(t *testing.T) {
	files := example(t)
	files[queues].Data = []byte(`info:
  hours: hotline
  strategy: fewest-calls
  skills: {language: 2m, pojazdy: never}
  priority: 5
  max_waiting: 40
  max_wait: 25m
  max_break_wait: 0s
  ring_timeout: 25s
  max_missed: 3
  wrap_up: 0s
  announce: [position, wait]
  announce_every: 1m
  comfort: sorry
  music: quiet
  callback_after: 3m
  callback_tries: 4
  callback_delay: 15m
  when_closing: callback
`)
	b, problems := LoadFS(files)
	if Errors(problems) > 0 {
		t.Fatal(listed(problems))
	}
	want := ivr.Queue{
		Name: "info", Hours: "hotline", Strategy: ivr.FewestCalls, Priority: 5,
		Skills:     map[string]time.Duration{"language": 2 * time.Minute, "pojazdy": ivr.NeverRelaxed},
		MaxWaiting: 40, MaxWait: 25 * time.Minute, RingTimeout: 25 * time.Second, MaxMissed: 3,
		Announce: []string{"position", "wait"}, AnnounceEvery: time.Minute, Comfort: "sorry", Music: "quiet",
		CallbackAfter: 3 * time.Minute, CallbackTries: 4, CallbackDelay: 15 * time.Minute, WhenClosing: ivr.CloseCallback,
	}
	if d := cmp.Diff(want, b.Content.Queues["info"]); d != "" {
		t.Error(d)
	}
}

func TestAQueueNeedsNothingButItsName(t *testing.T) {
	files := example(t)
	files[queues].Data = []byte("info:\n")
	b, problems := LoadFS(files)
	if Errors(problems) > 0 {
		t.Fatal(listed(problems))
	}
	want := ivr.Queue{
		Name: "info", Strategy: ivr.LongestIdle, MaxWaiting: 30, MaxWait: 20 * time.Minute, RingTimeout: 20 * time.Second,
		MaxMissed: 2, WrapUp: 30 * time.Second, AnnounceEvery: 45 * time.Second, WhenClosing: ivr.CloseDrain,
		MaxBreakWait: 5 * time.Minute, CallbackTries: 3, CallbackDelay: 10 * time.Minute,
	}
	if d := cmp.Diff(want, b.Content.Queues["info"]); d != "" {
		t.Error(d)
	}
}

func TestWhatAQueueCannotMeanIsReported(t *testing.T) {
	const of = "callback_after: 3m"
	put := func(s string) string { return of + ", " + s }
	testSlips(t, []slip{
		{name: "a strategy", file: queues, of: of, put: put("strategy: ‸longest_idle"), says: `"longest_idle" is not one of longest-idle, ring-all, fewest-calls, linear; did you mean "longest-idle"?`},
		{name: "a key", file: queues, of: of, put: put("‸wrapup: 30s"), says: `unknown key "wrapup" in a queue; did you mean "wrap_up"?`},
		{name: "what to do at the end", file: queues, of: of, put: put("when_closing: ‸voice_mail"), says: `did you mean "voicemail"?`},
		{name: "ringing longer than the wait", file: queues, of: of, put: put("ring_timeout: ‸21m"), says: `"21m" is over max_wait 20m0s`},
		{name: "a wait shorter than the ringing", file: queues, of: "max_wait: 20m, announce: [position, wait], callback_after: 3m", put: "max_wait: ‸15s", says: `"15s" is under ring_timeout, 20s unless written`},
		{name: "a negative time", file: queues, of: of, put: put("wrap_up: ‸-5s"), says: `"-5s" is not a duration`},
		{name: "no ringing at all", file: queues, of: of, put: put("ring_timeout: ‸0s"), says: `"0s" is not a duration above zero`},
		{name: "a time without its unit", file: queues, of: of, put: put("ring_timeout: ‸20"), says: "20 is a number; write a duration above zero such as 8s"},
		{name: "a negative priority", file: queues, of: of, put: put("priority: ‸-1"), says: "-1 is not a whole number from 0 to 100"},
		{name: "no tries", file: queues, of: of, put: put("callback_tries: ‸0"), says: "0 is not a whole number, at least 1"},
		{name: "a skill's wait", file: queues, of: of, put: put("skills: {language: ‸always}"), says: `"always" is not a wait such as 2m, or never`},
		{name: "a list of skills", file: queues, of: of, put: put("skills: ‸[language]"), says: "waits by skill, such as {language: 2m} is expected"},
		{name: "a skill's name", file: queues, of: of, put: put("skills: {‸Pojazdy: never}"), says: `"Pojazdy" in skills is not a name`},
		{name: "a comfort that is no prompt", file: queues, of: of, put: put("comfort: ‸sory"), says: `there is no prompt "sory" in the prompts of line.yaml; did you mean "sorry"?`},
		{name: "a class of music", file: queues, of: of, put: put("music: ‸../secret"), says: `"../secret" is not the name of a class of music on hold`},
		{name: "an announcement twice", file: queues, of: "[position, wait]", put: "[position, ‸position]", says: `"position" stands twice`},
	})
}

func TestWhatAQueueHardlyMeansIsAWarning(t *testing.T) {
	const of = "callback_after: 3m"
	put := func(s string) string { return of + ", " + s }
	testSlips(t, []slip{
		{name: "a skill that is never relaxed", file: queues, of: of, put: put("skills: {pojazdy: ‸20m}"), says: "20m is not before max_wait 20m0s", warning: true},
		{name: "a skill that was to be the language", file: queues, of: of, put: put("skills: {‸langauge: 2m}"), says: `did you mean "language"`, warning: true},
		{name: "nothing but announcements", file: queues, of: of, put: put("announce_every: ‸5s"), says: `with "5s" callers hear hardly anything but announcements`, warning: true},
		{name: "an end that never comes", file: queues, of: "hours: hotline, max_waiting: 30, max_wait: 20m, announce: [position, wait], callback_after: 3m", put: "when_closing: ‸callback", says: "the queue has no hours", warning: true},
	})
}

// A comforting sentence is said in a queue, where no variable can be relied on.
func TestAComfortThatReadsAVariableIsReported(t *testing.T) {
	files := example(t)
	slip{file: line, of: "  top_slow:", put: "  ‸hold: {pl: \"Sprawa {{ case_no }}.\"}\n  top_slow:"}.make(t, files)
	s := slip{file: queues, of: "callback_after: 3m", put: "callback_after: 3m, comfort: ‸hold"}
	at := s.make(t, files)
	_, problems := LoadFS(files)
	for _, p := range problems {
		if p.File == queues && p.Line == at.line && p.Column == at.column && !p.Warning {
			return
		}
	}
	t.Errorf("not reported:\n%s", listed(problems))
}
