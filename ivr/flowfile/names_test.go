package flowfile

import "testing"

func TestANameThatDoesNotExistIsReportedWithTheLikelyOne(t *testing.T) {
	testSlips(t, []slip{
		{name: "next", file: main, of: "next: thanks", put: "next: ‸thank", says: `did you mean "thanks"?`},
		{name: "case", file: main, of: "found: say_status", put: "found: ‸say_statu", says: `no node "say_statu" in flow main; did you mean "say_status"?`},
		{name: "goto", file: main, of: "goto: id_card", put: "goto: ‸idcard", says: `did you mean "id_card"?`},
		{name: "node of another flow", file: main, of: "goto: id_card}", put: "goto: ‸vehicles.chose}", says: `did you mean "choose"?`, more: true},
		{name: "another flow", file: main, of: "no: bye", put: "no: ‸vehicels.choose", says: `no flow "vehicels"`},
		{name: "a flow as target", file: main, of: "no: bye", put: "no: ‸vehicles", says: "{type: call, flow: vehicles}"},
		{name: "a node without its flow", file: main, of: "no: bye", put: "no: ‸often", says: `did you mean "vehicles.often"?`},
		{name: "start", file: vehicles, of: "start: choose", put: "start: ‸chose", says: `did you mean "choose"?`},
		{name: "entry", file: line, of: "entry: main", put: "entry: ‸mian", says: `did you mean "main"?`, more: true},
		{name: "link", file: line, of: `{dtmf: "0", goto: agent`, put: `{dtmf: "0", goto: ‸agnet`, says: `did you mean "agent"?`},
		{name: "event", file: line, of: `prompt: sorry, goto: agent`, put: `prompt: sorry, goto: ‸agnt`, says: `did you mean "agent"?`},
		{name: "default max_exceeded", file: line, of: `max_exceeded: agent`, put: `max_exceeded: ‸agents`, says: `did you mean "agent"?`},
		{name: "max_exceeded of a node", file: main, of: "max_no_input: 3", put: "max_exceeded: ‸ofice", says: `did you mean "office"?`},
		{name: "flow to call", file: main, of: "call: vehicles", put: "call: ‸vehicle", says: `did you mean "vehicles"?`},
		{name: "article", file: main, of: "article: dowod-osobisty", put: "article: ‸dowod-osobist", says: `did you mean "dowod-osobisty"?`},
		{name: "hours", file: main, of: "ref: hotline", put: "ref: ‸hot_line", says: `did you mean "hotline"?`},
		{name: "hours of a queue", file: queues, of: "hours: hotline", put: "hours: ‸hotlin", says: `did you mean "hotline"?`},
		{name: "hours in an expression", file: main, of: `next_open("hotline")`, put: `next_open(‸"hotlin")`, says: `no hours "hotlin"`},
		{name: "notice", file: main, of: "ref: city_alert", put: "ref: ‸city_allert", says: `did you mean "city_alert"?`},
		{name: "look-up", file: main, of: "ref: case_status", put: "ref: ‸case_state", says: `no look-up "case_state"`, more: true},
		{name: "queue", file: main, of: "ref: info, cases", put: "ref: ‸inof, cases", says: `did you mean "info"?`},
		{name: "queue of a callback", file: vehicles, of: "queue: info", put: "queue: ‸inof", says: `did you mean "info"?`},
		{name: "prompt", file: main, of: "prompt: still_there", put: "prompt: ‸stil_there", says: `did you mean "still_there"?`},
		{name: "prompt of another flow", file: vehicles, of: `prompt: {pl: "Nie ma takiego kodu."}`, put: "prompt: ‸still_there", says: `belongs to flow main`},
		{name: "destination", file: main, of: "to: office", put: "to: ‸offce", says: `did you mean "office"?`},
		{name: "fallback", file: line, of: "fallback: office", put: "fallback: ‸offce", says: `did you mean "office"?`},
		{name: "box", file: main, of: "box: info", put: "box: ‸infos", says: `did you mean "info"?`},
		{name: "input of a look-up", file: main, of: "{number: case_no}", put: "{number: ‸case_nr}", says: `nothing sets a variable "case_nr"; did you mean "case_no"?`},
		{name: "input that the address needs", file: main, of: "input: {number: case_no}", put: "‸input: {numer: case_no}", says: `needs "number"`},
		{name: "section to offer", file: main, of: "article: dowod-osobisty,", put: "article: dowod-osobisty, offer: [fees, ‸place],", says: `no section "place"`},
		{name: "article without sms", file: vehicles, of: `text: {pl: "plock.eu"}`, put: "article: ‸paszport", says: `no article "paszport"`},
	})
}

func TestWhatStandsTwiceIsReported(t *testing.T) {
	second := "id: ‸dowod-osobisty\ntitle: {pl: Dowód}\nsay: {short: {pl: Tak.}}\n"
	testSlips(t, []slip{
		{name: "flow", file: "callflows/other.yaml", put: "flow: ‸main\nstart: a\nnodes: {a: {type: hangup}}\n", says: `"main" is already in callflows/main.yaml`},
		{name: "article id", file: "kb/obywatelskie/drugi.yaml", put: second, says: "already in kb/obywatelskie/dowod-osobisty.yaml"},
		{name: "article code", file: "kb/obywatelskie/drugi.yaml", put: "id: drugi\ncode: ‸\"101\"\ntitle: {pl: Dowód}\nsay: {short: {pl: Tak.}}\n", says: `"101" is already that of kb/obywatelskie/dowod-osobisty.yaml`},
		{name: "option key", file: main, of: `{dtmf: "2", label: {pl: "dowodu`, put: `{dtmf: ‸"1", label: {pl: "dowodu`, says: `two options have the key "1"`},
		{name: "link key", file: line, of: `{dtmf: "*", do: back}`, put: `{dtmf: ‸"0", do: back}`, says: `two links have the key "0"`, more: true},
		{name: "prompt name", file: vehicles, of: "nodes:", put: "prompts: {‸still_there: {pl: Halo}}\nnodes:", says: `"still_there" is already in callflows/main.yaml`, more: true},
	})
}

func TestWhatExcludesEachOtherIsReported(t *testing.T) {
	testSlips(t, []slip{
		{name: "goto and call", file: main, of: "goto: id_card}", put: "goto: id_card, ‸call: vehicles}", says: "both goto and call"},
		{name: "goto and next", file: main, of: "goto: id_card}", put: "goto: id_card, ‸next: more}", says: "both goto and next"},
		{name: "neither goto nor call", file: main, of: `{dtmf: "2", label: {pl: "dowodu osobistego"}, goto: id_card}`, put: `‸{dtmf: "2", label: {pl: "dowodu osobistego"}}`, says: `"2" leads nowhere`, more: true},
		{name: "call without next", file: main, of: `{dtmf: "1", label: {pl: "pojazdów i praw jazdy"}, call: vehicles, next: more}`, put: `‸{dtmf: "1", label: {pl: "pojazdów i praw jazdy"}, call: vehicles}`, says: "lacks next"},
		{name: "link with goto and do", file: line, of: "do: back", put: "goto: agent, ‸do: back", says: "both goto and do"},
		{name: "title of no destination", file: line, of: "destinations: {", put: "titles: {‸ofice: {pl: Punkt}}\ndestinations: {", says: `no destination "ofice"`},
		{name: "link with neither", file: line, of: `{dtmf: "*", do: back}`, put: `‸{dtmf: "*"}`, says: "leads nowhere"},
		{name: "sms with both", file: vehicles, of: `text: {pl: "plock.eu"}`, put: `text: {pl: "plock.eu"}, ‸article: dowod-osobisty`, says: "both text and article"},
		{name: "sms with neither", file: vehicles, of: `link: {type: sms, text: {pl: "plock.eu"},`, put: `‸link: {type: sms,`, says: "nothing to send"},
		{name: "collect without variable", file: main, of: "  case_no:\n    type: collect\n    var: case_no\n", put: "  ‸case_no:\n    type: collect\n", says: `lacks "var"`, more: true},
	})
	testSlips(t, []slip{
		{name: "code without unknown", file: vehicles, of: "article_code: true\n    prompt: {pl: \"Proszę wprowadzić kod sprawy.\"}\n    digits: {min: 3, max: 3}\n    next: return\n    cases: {unknown: wrong}",
			put: "article_code: ‸true\n    prompt: {pl: \"Proszę wprowadzić kod sprawy.\"}\n    digits: {min: 3, max: 3}\n    next: return", says: `no case "unknown"`, more: true},
		{name: "cases without code", file: vehicles, of: "    article_code: true\n    prompt: {pl: \"Proszę wprowadzić kod sprawy.\"}\n    digits: {min: 3, max: 3}\n    next: return\n    cases",
			put: "    var: given\n    prompt: {pl: \"Proszę wprowadzić kod sprawy.\"}\n    digits: {min: 3, max: 3}\n    next: return\n    ‸cases", says: "only a collect with article_code"},
	})
}

func TestWhatMayBeLeftOutIsNoError(t *testing.T) {
	for _, s := range []slip{
		{name: "a usual section that the article lacks", file: main, of: "article: dowod-osobisty,", put: "article: dowod-osobisty, offer: ‸[sms, time, fees],"},
		{name: "the hours of a special day", file: hours, of: `{date: "2026-12-31", hours: []}`, put: `‸{date: "2026-12-31"}`},
		{name: "the title of an article", file: idCard, of: `title: {pl: "Dowód osobisty"}` + "\n", put: "‸"},
	} {
		t.Run(s.name, func(t *testing.T) {
			files := example(t)
			s.make(t, files)
			if _, problems := LoadFS(files); len(errorsOf(problems)) > 0 {
				t.Error(listed(problems))
			}
		})
	}
}
