package flowfile

import "testing"

func TestAWrongExpressionIsReportedWhereItStands(t *testing.T) {
	const say = `{{ digits(case_no) }}`
	testSlips(t, []slip{
		{name: "a wrong type in an argument", file: main, of: say, put: "{{ digits(case_no ‸+ 1) }}", says: "mismatched types"},
		{name: "a condition for a helper", file: main, of: say, put: "{{ ‸digits(case_no == 'x') }}", says: "digits cannot read"},
		{name: "a number as a date", file: main, of: say, put: "{{ ‸date(report_seconds) }}", says: "date cannot read report_seconds, which is int", more: true},
		{name: "the whole environment", file: main, of: say, put: "{{ ‸$env }}", says: `"$env" is neither`},
		{name: "syntax", file: main, of: say, put: "{{ digits(case_n‸o }}", says: "is wrong: "},
		{name: "not closed", file: main, of: `"Sprawa ` + say + `: {{ status_text }}."`, put: `"Sprawa ‸{{ digits(case_no) "`, says: "{{ is not closed"},
		{name: "empty", file: main, of: say, put: "{{ ‸}}", says: "the expression is empty"},
		{name: "unknown variable", file: main, of: say, put: "{{ digits(‸case_nr) }}", says: `did you mean "case_no"?`},
		{name: "unknown helper", file: main, of: say, put: "{{ ‸digit(case_no) }}", says: `did you mean "digits"?`},
		{name: "the clock", file: main, of: say, put: "{{ ‸now() }}", says: `"now" is neither`},
		{name: "too few arguments", file: main, of: say, put: "{{ ‸plural(3) }}", says: "not enough arguments"},
		{name: "text as a number", file: vehicles, of: `"again > 1"`, put: `"again ‸> 'x'"`, says: "mismatched types"},
		{name: "condition that is no condition", file: vehicles, of: `when: "again > 1"`, put: `when: "‸again + 1"`, says: "expected bool, but got int"},
		{name: "collected digits as a number", file: main, of: say, put: "{{ case_no ‸+ 1 }}", says: "mismatched types"},
		{name: "in a set", file: vehicles, of: `again: "asked + 1"`, put: `again: "asked ‸+"`, says: "unexpected token", more: true},
		{name: "in single quotes with a doubled one", file: main, of: `prompt: {pl: "Proszę zostawić wiadomość."}`, put: `prompt: {pl: 'it''s {{ ‸foo }}'}`, says: `"foo" is neither`},
		{name: "in double quotes behind an escape", file: main, of: `prompt: {pl: "Proszę zostawić wiadomość."}`, put: `prompt: {pl: "\u0105 \"x\" {{ ‸foo }}"}`, says: `"foo" is neither`},
		{name: "in a block", file: main, of: `prompt: {pl: "Proszę zostawić wiadomość."}`, put: "prompt:\n      pl: |\n        Proszę.\n‸        {{ foo }}", says: `"foo" is neither`},
		{name: "condition of a look-up", file: lookups, of: `found: "body.found"`, put: `found: "body.found ‸&"`, says: "is wrong: "},
		{name: "value of a look-up", file: lookups, of: `"body.status.text"}`, put: `"‸bdy.status.text"}`, says: `did you mean "body"?`},
		{name: "type of a look-up's value", file: lookups, of: `"body.status.text"}`, put: `{expr: ‸"code", type: bool}}`, says: "which is no bool"},
		{name: "a variable in an article", file: idCard, of: `Dowód jest bezpłatny.`, put: `Opłata: {{ ‸fee }}.`, says: `no variable can be read here`},
		{name: "a part of an address that is no name", file: lookups, of: "{{ number }}", put: "‸{{ Number }}", says: "must be a name", more: true},
		{name: "a variable called like a helper", file: main, of: "    var: case_no\n", put: "    var: ‸date\n", says: `"date", which is a helper`, more: true},
		{name: "a variable called like a word", file: vehicles, of: `{asked: "1", again: "asked + 1"}`, put: `{asked: "1", again: "asked + 1", ‸in: "1"}`, says: `"in", which is a word`},
		{name: "a value without quotes", file: vehicles, of: `asked: "1"`, put: `asked: ‸1`, says: `quote it: "1"`, more: true},
	})
}

func TestASensitiveVariableIsReadOnlyWhereItStaysSecret(t *testing.T) {
	files := example(t)
	s := slip{file: main, of: "    var: case_no\n", put: "    var: ‸case_no\n    sensitive: true\n"}
	s.make(t, files)
	_, problems := LoadFS(files)
	if got := errorsOf(problems); len(got) != 1 || got[0].Line != 38 || got[0].File != main {
		t.Fatalf("only the prompt that says it may be refused: %v", got)
	}
}

func TestTypesOfVariablesAreFoundInAnyOrder(t *testing.T) {
	_, problems := flows(t, map[string]string{
		"main": "  a: {type: set, vars: {n: \"1\", m: \"n * 2.5\", t: \"string(m)\"}, next: b}\n" +
			"  b: {type: decision, cases: [{when: \"m > n\", goto: c}, {when: \"t == 'x'\", goto: c}], else: c}\n" +
			"  c: {type: set, vars: {n: \"n + 1\", t: \"n\"}, next: d}\n" +
			"  d: {type: play, prompt: {pl: \"{{ plural(n, 'a', 'b', 'c') }} {{ t }}\"}, next: agent}",
	})
	if got := errorsOf(problems); len(got) > 0 {
		t.Error(got)
	}
}
