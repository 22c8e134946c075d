package flowfile

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestAWrongShapeIsReportedWhereItStands(t *testing.T) {
	testSlips(t, []slip{
		{name: "key without quotes", file: main, of: `dtmf: "1", label: {pl: "poj`, put: `dtmf: ‸1, label: {pl: "poj`, says: `quote it: "1"`},
		{name: "bare hash in braces", file: line, of: `{dtmf: "#", do`, put: `{dtmf: ‸#, do`, says: `quote it: "#"`},
		{name: "bare star in braces", file: line, of: `{dtmf: "*", do`, put: `{dtmf: ‸*, do`, says: `quote it: "*"`},
		{name: "bare hash at the end of a line", file: main, of: `digits: {min: 4, max: 8, term_char: "#"}`, put: "digits:\n      ‸term_char: #", says: `quote it: "#"`},
		{name: "code as a number", file: idCard, of: `code: "101"`, put: `code: ‸010`, says: `quote it: "010"`},
		{name: "hours without quotes", file: hours, of: `thu: ["08:00-16:30"]`, put: `thu: [‸08:00-16:30]`, says: `quote it: "08:00-16:30"`},
		{name: "a time as hours", file: hours, of: `thu: ["08:00-16:30"]`, put: `thu: [‸8:00]`, says: `quote it: "8:00"`},
		{name: "a number as text", file: main, of: `intro: {pl: "Do wyboru są cztery tematy."}`, put: `intro: {pl: ‸112}`, says: `quote it: "112"`},
		{name: "null as text", file: main, of: `prompt: {pl: "Proszę zostawić wiadomość."}`, put: `prompt: {‸pl: }`, says: "pl is empty"},
		{name: "a map as text", file: main, of: `{pl: "Proszę zostawić wiadomość."}`, put: `{pl: {‸{ wait }}}`, says: "quote a text that begins with {{"},
		{name: "true as a number to call", file: line, of: `{office: "200"}`, put: `{office: ‸200}`, says: `quote it: "200"`},
		{name: "line number as a number", file: line, of: `number: "243645555"`, put: `number: ‸243645555`, says: `quote it: "243645555"`},
		{name: "boolean as text", file: main, of: `barge_in: false, next: hours`, put: `barge_in: ‸no, next: hours`, says: `"no" is not true or false`},
		{name: "count as text", file: main, of: `max_no_input: 3`, put: `max_no_input: ‸"3"`, says: "write 3 without quotes"},
		{name: "a key twice", file: main, of: "    ref: hotline\n", put: "    ref: hotline\n    ‸ref: hotline\n", says: `"ref" stands here twice`},
		{name: "a node twice", file: main, of: "  office: {type", put: "  office: {type: hangup}\n  ‸office: {type", says: `"office" stands here twice`},
		{name: "unknown key", file: main, of: "max_no_input: 3", put: "‸max_no_inputs: 3", says: `did you mean "max_no_input"?`},
		{name: "unknown key of the line", file: line, of: "fallback: office", put: "‸falback: office", says: `did you mean "fallback"?`},
		{name: "unknown case", file: main, of: "closed: closed, holiday", put: "closed: closed, ‸hollidays: closed, holiday", says: `did you mean "holiday"?`},
		{name: "unknown type", file: main, of: "{type: hangup, prompt: goodbye}", put: "{type: ‸hang_up, prompt: goodbye}", says: `did you mean "hangup"?`},
		{name: "unknown link action", file: line, of: "do: back", put: "do: ‸bak", says: `did you mean "back"?`},
		{name: "unknown event", file: line, of: "events: {error.lookup", put: "events: {‸error.lookups: {goto: agent}, error.lookup", says: `did you mean "error.lookup"?`},
		{name: "unknown outcome", file: main, of: "outcome: closed", put: "outcome: ‸close", says: `did you mean "closed"?`},
		{name: "unknown phrase", file: line, of: "phrases: {}", put: "phrases: {‸no_imput: {pl: Halo}}", says: `did you mean "no_input"?`},
		{name: "missing next", file: main, of: `unknown_case: {type: play, prompt: {pl: "Nie znaleźliśmy sprawy o tym numerze."}, next: case_no}`, put: `‸unknown_case: {type: play, prompt: {pl: "Nie znaleźliśmy sprawy o tym numerze."}}`, says: `lacks "next"`},
		{name: "missing type", file: main, of: "bye: {type: hangup, prompt: goodbye}", put: "‸bye: {prompt: goodbye}", says: `lacks "type"`},
		{name: "missing required case", file: main, of: "cases: {empty: bye, failed: office}", put: "‸cases: {failed: office}", says: `lacks "empty"`},
		{name: "missing open", file: main, of: "cases: {open: top, closed", put: "‸cases: {closed", says: `lacks "open"`, more: true},
		{name: "no languages", file: line, of: "number: \"243645555\"\nentry: main\nlanguages: {default: pl, supported: [pl, uk, en]}\n", put: "‸number: \"243645555\"\nentry: main\n", says: `lacks "languages"`},
		{name: "an empty list of options", file: vehicles, of: "    options:\n      - {dtmf: \"1\", label: {pl: \"rejestracji pojazdu\"}, goto: count}\n      - {dtmf: \"2\", label: {pl: \"kodu sprawy\"}, goto: by_code}\n", put: "    options: ‸[]\n", says: "the list is empty", more: true},
		{name: "an alias", file: main, of: "prompt: goodbye}", put: "prompt: ‸*goodbye}", says: "anchors and aliases"},
		{name: "a tag", file: main, of: "prompt: goodbye}", put: "prompt: ‸!!str goodbye}", says: "tags such as"},
		{name: "a merge key", file: main, of: "  bye: {type: hangup, prompt: goodbye}", put: "  bye:\n    type: hangup\n    ‸<<: {prompt: goodbye}", says: "merge keys"},
	})
}

func TestAValueThatCannotBeMeantIsReported(t *testing.T) {
	testSlips(t, []slip{
		{name: "duration without unit", file: line, of: "timeout: 8s, inter", put: "timeout: ‸8, inter", says: "8 is a number; write a duration"},
		{name: "negative duration", file: line, of: "timeout: 8s, inter", put: "timeout: ‸-8s, inter", says: `"-8s" is not a duration above zero`},
		{name: "zero duration", file: line, of: "timeout: 8s, inter", put: "timeout: ‸0s, inter", says: `"0s" is not a duration above zero`},
		{name: "a word as duration", file: line, of: "max_call: 30m", put: "max_call: ‸long", says: `"long" is not a duration`},
		{name: "endless duration", file: line, of: "max_call: 30m", put: "max_call: ‸300h", says: "longer than a day"},
		{name: "zero count", file: line, of: "max_no_match: 2", put: "max_no_match: ‸0", says: "0 is not a whole number, at least 1"},
		{name: "negative count", file: line, of: "max_errors: 10", put: "max_errors: ‸-1", says: "-1 is not a whole number"},
		{name: "a fraction as count", file: line, of: "max_errors: 10", put: "max_errors: ‸1.5", says: "1.5 is not a whole number"},
		{name: "a key that no telephone has", file: main, of: `dtmf: "4"`, put: `dtmf: ‸"A"`, says: `"A" is not a key of the telephone`, more: true},
		{name: "min over max", file: main, of: "{min: 4, max: 8", put: "{min: ‸9, max: 8", says: "min 9 is more than max 8"},
		{name: "a digit as term char", file: main, of: `term_char: "#"`, put: `term_char: ‸"5"`, says: `"5" is a digit`},
		{name: "a language that is none", file: main, of: `still_there: {pl: "Czy`, put: `still_there: {‸xx: "a", pl: "Czy`, says: `"xx" in still_there is not a language code`},
		{name: "ua for Ukrainian", file: main, of: `still_there: {pl: "Czy`, put: `still_there: {‸ua: "a", pl: "Czy`, says: "Ukrainian is uk"},
		{name: "a language the line lacks", file: main, of: `still_there: {pl: "Czy`, put: `still_there: {‸de: "a", pl: "Czy`, says: "add it to languages.supported"},
		{name: "switching to a language the line lacks", file: main, of: "set_language: en", put: "set_language: ‸de", says: `no language "de"`},
		{name: "default language not supported", file: line, of: "default: pl", put: "default: ‸de", says: `"de" is not among the supported`},
		{name: "language twice", file: line, of: "[pl, uk, en]", put: "[pl, uk, en, ‸pl]", says: "stands twice"},
		{name: "a zone that is none", file: hours, of: "Europe/Warsaw", put: "‸Europe/Plock", says: `"Europe/Plock" is not a time zone`},
		{name: "a weekday that is none", file: hours, of: "thu: [", put: "‸thr: [", says: `"thr" in weekly is not a weekday`},
		{name: "a range with a weekday that is none", file: hours, of: "mon-wed: [", put: "‸mon-wen: [", says: `"mon-wen"`},
		{name: "a weekday twice", file: hours, of: "thu: [", put: `‸tue: ["10:00-11:00"], thu: [`, says: `tue stands in "mon-wed" and again in "tue"`},
		{name: "a time that is none", file: hours, of: `thu: ["08:00-16:30"]`, put: `thu: [‸"08:00-25:30"]`, says: "there is no time 25:30"},
		{name: "opening and closing at once", file: hours, of: `thu: ["08:00-16:30"]`, put: `thu: [‸"08:00-08:00"]`, says: "at the same time"},
		{name: "a sixth Saturday", file: hours, of: "nth: 2", put: "nth: ‸6", says: "6 is not a whole number from 1 to 5"},
		{name: "a zeroth Saturday", file: hours, of: "nth: 2", put: "nth: ‸0", says: "0 is not a whole number from 1 to 5"},
		{name: "a day that is none", file: hours, of: `"2026-11-10"`, put: `‸"2026-02-30"`, says: "there is no such day"},
		{name: "a date that is none", file: hours, of: `"2026-11-10"`, put: `‸"10.11.2026"`, says: `"10.11.2026" is not a date`},
		{name: "two special entries for a day", file: hours, of: `"2026-12-31"`, put: `‸"2026-11-10"`, says: "2026-11-10 stands twice"},
		{name: "a calendar that is none", file: hours, of: "holidays: pl", put: "holidays: ‸de", says: `"de" is not one of pl, none`},
		{name: "a moment without zone", file: notices, of: `"2026-06-01T00:00:00+02:00"`, put: `‸"2026-06-01T00:00:00"`, says: "the zone is missing"},
		{name: "until before from", file: notices, of: `until: "2026-06-02T`, put: `until: ‸"2026-05-02T`, says: "is not after from"},
		{name: "an address that is none", file: lookups, of: `"https://cases.example/api`, put: `‸"ftp://cases.example/api`, says: "http:// or https://"},
		{name: "a host from a caller", file: lookups, of: `"https://cases.example/api/cases/{{ number }}"`, put: `‸"https://{{ number }}/api"`, says: "the host cannot hold"},
		{name: "a source that is no address", file: idCard, of: `url: "https://plock.eu/dowod"`, put: `url: ‸"plock.eu/dowod"`, says: "http:// or https://"},
		{name: "an e-mail that is none", file: line, of: `{email: ""}`, put: `{email: ‸"info"}`, says: `"info" is not an e-mail address`},
		{name: "a destination that is no number", file: line, of: `{office: "200"}`, put: `{office: ‸"SIP/200"}`, says: `"SIP/200" is not an extension`},
		{name: "an unknown announcement", file: queues, of: "[position, wait]", put: "[position, ‸wat]", says: `did you mean "wait"?`},
		{name: "no callers may wait", file: queues, of: "max_waiting: 30", put: "max_waiting: ‸0", says: "0 is not a whole number, at least 1"},
		{name: "callback after the longest wait", file: queues, of: "callback_after: 3m", put: "callback_after: ‸30m", says: "is not before max_wait", warning: true},
		{name: "a name that is none", file: main, of: "    var: case_no\n", put: "    var: ‸CaseNo\n", says: `"CaseNo" is not a name`, more: true},
		{name: "a flow called notice", file: "callflows/more.yaml", put: "flow: ‸notice\nstart: a\nnodes: {a: {type: hangup}}\n", says: `cannot be called "notice"`, more: true},
		{name: "a node called return", file: main, of: "  office: {type", put: "  ‸return: {type: hangup}\n  office: {type", says: `"return" in nodes is not a node's name`},
		{name: "an unknown way to say it", file: main, of: "confirm: {say_as: digits}", put: "confirm: {say_as: ‸digit}", says: `did you mean "digits"?`},
		{name: "a version of the language that is none", file: main, of: "schema: 1", put: "schema: ‸2", says: "2 is not 1"},
		{name: "a section that is a slip", file: idCard, of: "documents: {pl", put: "‸document: {pl", says: `did you mean "documents"?`},
		{name: "validity of a section there is not", file: idCard, of: "valid_sections: {fees", put: "valid_sections: {‸fes", says: `no section "fes"`},
		{name: "no short text", file: idCard, of: `say: {short: {pl: "Wniosek składa się osobiście."}, `, put: "‸say: {", says: `lacks "short"`},
	})
}

func TestAMenuWhoseOptionsAreWrongIsNotCalledATrap(t *testing.T) {
	files := fstest.MapFS{
		line: {Data: []byte("number: \"243645555\"\nentry: main\nlanguages: {default: pl, supported: [pl]}\ndefaults: {max_exceeded: a}\n")},
		main: {Data: []byte("flow: main\nstart: a\nnodes:\n  a: {type: menu, prompt: {pl: \"m\"}, options: {dtmf: \"1\", goto: a}}\n")},
	}
	_, problems := LoadFS(files)
	if got := errorsOf(problems); len(got) != 1 || !strings.Contains(got[0].Message, "put it in [ ]") {
		t.Error(listed(problems))
	}
}
