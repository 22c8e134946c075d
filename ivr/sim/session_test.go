package sim_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"infolinia/ivr/sim"
)

// told is what a script on a line of testdata gives as JSON.
func told(t *testing.T, topic, script string) []string {
	t.Helper()
	parsed, err := sim.Parse(strings.NewReader("at 2026-06-09T10:00:00+02:00\n" + script))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	s := sim.New(loadLine(t, "testdata/"+topic), time.Now())
	s.Emit = func(e sim.Event) {
		line, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, string(line))
	}
	if err := s.Run(parsed, nil); err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestEachEventIsOneJSONObjectWithItsFieldsInOrder(t *testing.T) {
	for _, tt := range []struct{ topic, script, want string }{
		{"keys", "call\nwait 500ms\npress 1\nhangup", `
{"t":0,"event":"answer"}
{"t":0,"event":"enter","node":"main.hello"}
{"t":0,"event":"say","lang":"pl","text":"Dzien dobry...","node":"main.hello","ms":1000}
{"t":0.5,"event":"key","dtmf":"1"}
{"t":0.5,"event":"cut","node":"main.hello"}
{"t":0.5,"event":"enter","node":"main.top"}
{"t":0.5,"event":"enter","node":"main.one"}
{"t":0.5,"event":"say","lang":"pl","text":"Menu pierwsze.","node":"main.one","ms":1000}
{"t":0.5,"event":"end","by":"caller","node":"main.one","outcome":"abandoned"}`},
		{"errors", "call\nwait 9s\npress A", `
{"t":0,"event":"answer"}
{"t":0,"event":"enter","node":"main.top"}
{"t":0,"event":"say","lang":"pl","text":"Menu glowne...","node":"main.top","ms":1000}
{"t":9,"event":"no_input","node":"main.top","count":1}
{"t":9,"event":"say","lang":"pl","text":"Cisza, prosze.","node":"main.top","ms":1000}
{"t":9,"event":"key","dtmf":"A"}
{"t":9,"event":"cut","node":"main.top"}
{"t":9,"event":"no_match","node":"main.top","count":1}
{"t":9,"event":"say","lang":"pl","text":"Zla cyfra tam.","node":"main.top","ms":1000}`},
		{"sensitive", "lookup auth notfound\ncall\npress 2\nwait 1s\npress 1234\ncrash", `
{"t":0,"event":"answer"}
{"t":0,"event":"enter","node":"main.top"}
{"t":0,"event":"say","lang":"pl","text":"Menu glowne...","node":"main.top","ms":1000}
{"t":0,"event":"key","dtmf":"2"}
{"t":1,"event":"enter","node":"main.sure"}
{"t":1,"event":"say","lang":"pl","text":"Podaj pin dwa.","node":"main.sure","ms":1000}
{"t":1,"event":"key","dtmf":null}
{"t":1,"event":"cut","node":"main.sure"}
{"t":1.1,"event":"key","dtmf":null}
{"t":1.2,"event":"key","dtmf":null}
{"t":1.3,"event":"key","dtmf":null}
{"t":1.3,"event":"say","lang":"pl","text":null,"node":"main.sure","ms":2100}
{"t":1.3,"event":"resume"}
{"t":1.3,"event":"enter","node":"main.sure"}
{"t":1.3,"event":"say","lang":"pl","text":"Podaj pin dwa.","node":"main.sure","ms":1000}`},
		{"people", "call\npress 5\nwait 61s", `
{"t":0,"event":"answer"}
{"t":0,"event":"enter","node":"main.top"}
{"t":0,"event":"say","lang":"pl","text":"Menu glowne...","node":"main.top","ms":1000}
{"t":0,"event":"key","dtmf":"5"}
{"t":0,"event":"cut","node":"main.top"}
{"t":0,"event":"enter","node":"main.ring"}
{"t":0,"event":"callback","queue":"info"}
{"t":0,"event":"enter","node":"main.promised"}
{"t":0,"event":"say","lang":"pl","text":"Zrobione, juz.","node":"main.promised","ms":1000}
{"t":1,"event":"enter","node":"main.bye"}
{"t":1,"event":"say","lang":"pl","text":"Do widzenia...","node":"main.bye","ms":1000}
{"t":2,"event":"end","by":"line","node":"main.bye","outcome":"callback"}`},
		{"nodes", "call\npress 4", `
{"t":0,"event":"answer"}
{"t":0,"event":"enter","node":"main.top"}
{"t":0,"event":"say","lang":"pl","text":"Menu glowne...","node":"main.top","ms":1000}
{"t":0,"event":"key","dtmf":"4"}
{"t":0,"event":"cut","node":"main.top"}
{"t":0,"event":"enter","node":"main.count"}
{"t":0,"event":"set","var":"n","value":2}
{"t":0,"event":"set","var":"m","value":6}
{"t":0,"event":"enter","node":"main.choose"}
{"t":0,"event":"enter","node":"main.told"}
{"t":0,"event":"say","lang":"pl","text":"Razem jest 6.","node":"main.told","ms":1000}`},
		{"voicemail", "call\nwait 2s\nspeak 1s\nhangup", `
{"t":0,"event":"answer"}
{"t":0,"event":"enter","node":"main.mail"}
{"t":0,"event":"say","lang":"pl","text":"Prosze mowic..","node":"main.mail","ms":1000}
{"t":1,"event":"say","lang":"pl","text":"Nagranie po...","node":"main.mail","ms":1000}
{"t":2,"event":"record","box":"info"}
{"t":3,"event":"hush"}
{"t":3,"event":"set","var":"report_number","value":"204178"}
{"t":3,"event":"set","var":"report_seconds","value":1}
{"t":3,"event":"end","by":"caller","node":"main.mail","outcome":"message"}`},
	} {
		want := strings.Split(strings.TrimSpace(tt.want), "\n")
		if d := cmp.Diff(want, told(t, tt.topic, tt.script)); d != "" {
			t.Errorf("%s (-want +got):\n%s", tt.topic, d)
		}
	}
}

func TestALineThatCannotBeFollowedIsNamedWithItsRemedy(t *testing.T) {
	line := loadLine(t, "testdata/lookups")
	for script, want := range map[string]string{
		"hello":                                       `line 1: unknown word "hello"`,
		"wait 1s":                                     "line 1: `wait` comes before `call`",
		"call\nat 2026-06-09T10:00:00+02:00":          "line 2: `at` must stand before `call`",
		"call\ncall":                                  "line 2: the call has already come in",
		"call\n\nwait soon":                           `line 3: wait: "soon" is no duration`,
		"call\npress 12x":                             `"12X" has something that is no key`,
		"agents nobody 1\ncall":                       `line 1: agents: the line has no queue "nobody"`,
		"transfer nobody busy\ncall":                  `the line has no destination "nobody"`,
		"lookup nothing error\ncall":                  `the line has no look-up "nothing"`,
		"lookup status {found}\ncall":                 "is neither JSON nor error, timeout, notfound, garbage",
		"service fax off\ncall":                       `"fax" is not one of sms, callback, report`,
		"lang fr\ncall":                               `the line does not speak "fr", but pl`,
		"from nobody\ncall":                           `"nobody" is neither a telephone number nor anonymous`,
		"at noon\ncall":                               `"noon" is no time`,
		"call\npress 1\nwait 1s\npress 0012\nwait 1s": "line 4: the flow asks the look-up \"status\": give its answer with a line `lookup status {…}`",
		"from anonymous":                              "the script never lets the call come in",
	} {
		parsed, err := sim.Parse(strings.NewReader(script))
		if err == nil {
			err = sim.New(line, time.Now()).Run(parsed, nil)
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; want %q", script, err, want)
		}
	}
}

func TestLinesAfterTheEndOfTheCallDoNothing(t *testing.T) {
	lines := told(t, "nodes", "call\nhangup\npress 1\nwait 1h\ncrash\nhangup")
	if last := lines[len(lines)-1]; !strings.Contains(last, `"event":"end"`) || len(lines) != 4 {
		t.Errorf("%q", lines)
	}
}

func TestALookUpWithoutAnAnswerMayBeAskedFor(t *testing.T) {
	s := sim.New(loadLine(t, "testdata/lookups"), time.Now())
	asked := 0
	s.AskLookup = func(name string, input map[string]string) (sim.Answer, bool) {
		if asked++; name != "status" || input["number"] != "0012" {
			t.Errorf("asked for %s by %v", name, input)
		}
		return sim.Answer{Kind: "notfound"}, true
	}
	parsed, err := sim.Parse(strings.NewReader("call\npress 1\nwait 1s\npress 0012\nwait 1s\npress 0012\nwait 1s"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Run(parsed, nil); err != nil || asked != 1 {
		t.Errorf("%v, asked %d times: the answer holds from there on", err, asked)
	}
}
