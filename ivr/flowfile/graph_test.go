package flowfile

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestWhatNobodyReachesOrLeavesIsReported(t *testing.T) {
	const unknown = `  unknown_case: {type: play, prompt: {pl: "Nie znaleźliśmy sprawy o tym numerze."}, next: `
	testSlips(t, []slip{
		{name: "unreachable node", file: main, of: "  office: {type", put: "  ‸lost: {type: hangup}\n  office: {type", says: `"main.lost" cannot be reached`},
		{name: "unreachable flow", file: "callflows/lost.yaml", put: "flow: ‸lost\nstart: a\nnodes: {a: {type: hangup}}\n", says: `"lost" cannot be reached`},
		{name: "return in the entry flow", file: main, of: "no: bye", put: "no: ‸return", says: "refused in the entry flow"},
		{name: "return in line.yaml", file: line, of: `{dtmf: "0", goto: agent`, put: `{dtmf: "0", goto: ‸return`, says: "return is refused in line.yaml"},
		{name: "two nodes in a ring", file: main, of: unknown + "case_no}", put: strings.Replace(unknown, "un", "‸un", 1) + "again}\n  again: {type: outcome, set: closed, next: unknown_case}", says: "main.unknown_case, main.again"},
		{name: "a node that leads to itself", file: main, of: unknown + "case_no}", put: strings.Replace(unknown, "un", "‸un", 1) + "unknown_case}", says: "never gets out of main.unknown_case"},
	})
}

// flows makes a bundle of a line and flows; each flow is a list of nodes. The
// entry flow has an agent.
func flows(t *testing.T, nodes map[string]string) (*Bundle, []Problem) {
	t.Helper()
	files := fstest.MapFS{
		line:    {Data: []byte("number: \"243645555\"\nentry: main\nlanguages: {default: pl, supported: [pl]}\n")},
		queues:  {Data: []byte("info:\n")},
		lookups: {Data: []byte("cases: {url: \"http://127.0.0.1/x\", map: {state: body.state}}\n")},
	}
	for name, n := range nodes {
		n = strings.Trim(n, "\n")
		start, _, _ := strings.Cut(n, ":")
		text := "flow: " + name + "\nstart: " + strings.TrimSpace(start) + "\nnodes:\n" + n + "\n"
		if name == "main" {
			text += "  agent: {type: queue, ref: info}\n"
		}
		files["callflows/"+name+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	return LoadFS(files)
}

func TestFlowsAreLookedAtTogether(t *testing.T) {
	ask := "  ask: {type: menu, prompt: {pl: Proszę wybrać.}, options: ["
	for _, c := range []struct {
		name  string
		nodes map[string]string
		want  []string // "file:line part of message"; empty: fine
	}{
		{"a flow that is called returns", map[string]string{
			"main": ask + `{dtmf: "1", call: sub, next: bye}]}` + "\n  bye: {type: hangup}",
			"sub":  "  a: {type: play, prompt: {pl: Tak.}, next: return}",
		}, nil},
		{"a flow entered by a target cannot return", map[string]string{
			"main": ask + `{dtmf: "1", call: sub, next: bye}, {dtmf: "2", goto: sub.a}]}` + "\n  bye: {type: hangup}",
			"sub":  "  a: {type: play, prompt: {pl: Tak.}, next: return}",
		}, []string{"callflows/sub.yaml:4 return is refused in flow \"sub\""}},
		{"a flow returns through a caller that returns", map[string]string{
			"main": "  a: {type: call, flow: sub, next: bye}\n  bye: {type: hangup}",
			"sub":  "  b: {type: call, flow: deep, next: return}",
			"deep": "  c: {type: play, prompt: {pl: Tak.}, next: return}",
		}, nil},
		{"flows that call each other for ever", map[string]string{
			"main": "  a: {type: call, flow: sub, next: agent}",
			"sub":  "  b: {type: call, flow: deep, next: return}",
			"deep": "  c: {type: call, flow: sub, next: return}",
		}, []string{"callflows/deep.yaml:4 the caller never gets out of deep.c, sub.b", "callflows/main.yaml:4 from the node \"main.a\""}},
		{"a loop with a way out is fine", map[string]string{
			"main": "  a: {type: set, vars: {n: \"1\"}, next: b}\n  b: {type: decision, cases: [{when: \"n > 3\", goto: agent}], else: c}\n  c: {type: set, vars: {n: \"n + 1\"}, next: b}",
		}, nil},
		{"a menu that only leads to itself has its agent", map[string]string{
			"main": ask + `{dtmf: "1", goto: ask}]}`,
		}, nil},
		{"a menu that leads to nobody", map[string]string{
			"main": ask + `{dtmf: "1", goto: ask}], max_exceeded: ask}`,
		}, []string{"callflows/main.yaml:4 from the node \"main.ask\" neither a person"}},
		{"a variable set on one way only", map[string]string{
			"main": ask + `{dtmf: "1", goto: get}, {dtmf: "2", goto: say}]}` + "\n  get: {type: collect, var: no, prompt: {pl: Proszę.}, next: say}\n" +
				"  say: {type: play, prompt: {pl: \"{{ digits(no) }}\"}, next: agent}",
		}, []string{"callflows/main.yaml:6 \"no\" may be read here before it is set on the way main.ask > main.say"}},
		{"a variable set by a called flow on all its ways", map[string]string{
			"main": "  go: {type: call, flow: sub, next: say}\n  say: {type: play, prompt: {pl: \"{{ x }}\"}, next: agent}",
			"sub":  ask + `{dtmf: "1", goto: a}, {dtmf: "2", goto: b}]}` + "\n  a: {type: set, vars: {x: \"1\"}, next: return}\n  b: {type: set, vars: {x: \"2\"}, next: return}",
		}, nil},
		{"a variable set by a called flow on one way only", map[string]string{
			"main": "  go: {type: call, flow: sub, next: say}\n  say: {type: play, prompt: {pl: \"{{ x }}\"}, next: agent}",
			"sub":  ask + `{dtmf: "1", goto: a}, {dtmf: "2", goto: return}]}` + "\n  a: {type: set, vars: {x: \"1\"}, next: return}",
		}, []string{"callflows/main.yaml:5 \"x\" may be read here before it is set"}},
		{"a collect that was given up sets nothing", map[string]string{
			"main": "  get: {type: collect, var: no, prompt: {pl: Proszę.}, next: agent, max_exceeded: say}\n  say: {type: play, prompt: {pl: \"{{ no }}\"}, next: agent}",
		}, []string{"callflows/main.yaml:5 \"no\" may be read"}},
		{"report_number only after as: report", map[string]string{
			"main": "  mail: {type: voicemail, box: info, next: say, cases: {empty: agent}}\n  say: {type: play, prompt: {pl: \"{{ report_seconds }} {{ report_number }}\"}, next: agent}",
		}, []string{"callflows/main.yaml:4 there is no box \"info\"", "callflows/main.yaml:5 \"report_number\" is neither a variable"}},
		{"a looked-up value is there only when it was found", map[string]string{
			"main": "  ask: {type: lookup, ref: cases, cases: {found: say, not_found: say, error: agent}}\n  say: {type: play, prompt: {pl: \"{{ state }}\"}, next: agent}",
		}, []string{"callflows/main.yaml:5 \"state\" may be read"}},
		{"an error may strike before anything is set", map[string]string{
			"main": "  get: {type: collect, var: no, prompt: {pl: Proszę.}, next: bye, max_exceeded: bye}\n  bye: {type: hangup}\n  other: {type: hangup}",
		}, []string{"callflows/main.yaml:6 \"main.other\" cannot be reached"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, problems := flows(t, c.nodes)
			problems = errorsOf(problems)
			if len(problems) != len(c.want) {
				t.Errorf("want %d problems", len(c.want))
			}
			for i, p := range problems {
				at, says := "", ""
				if i < len(c.want) {
					at, says, _ = strings.Cut(c.want[i], " ")
				}
				if !strings.HasPrefix(p.String(), at+":") || !strings.Contains(p.Message, says) || says == "" {
					t.Errorf("got %v", p)
				}
			}
		})
	}
}

func errorsOf(problems []Problem) []Problem {
	var out []Problem
	for _, p := range problems {
		if !p.Warning {
			out = append(out, p)
		}
	}
	return out
}
