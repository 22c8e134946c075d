package flowfile

import "infolinia/ivr/flow"

// nodeType is a type of node: the keys it may have beside those of every node,
// and how it is built.
type nodeType struct {
	name   string
	fields []field
	build  func(*builder) flow.Kind
}

// nodeTypes are all types of node in the order of the language's page.
func nodeTypes() []nodeType {
	next := field{key: "next", form: targetText, need: needNext}
	prompt := field{key: "prompt", form: promptForm, need: needPrompt}
	said := field{key: "prompt", form: promptForm}
	return []nodeType{
		{"play", speaking(prompt, next), (*builder).play},
		{"notice", speaking(ref("the notice, a name in notices.yaml"), next), (*builder).notice},
		{"menu", menuFields(), (*builder).menu},
		{"collect", collectFields(), (*builder).collect},
		{"confirm", listening(prompt,
			field{key: "yes", form: targetText, need: "write where 1 leads"},
			field{key: "no", form: targetText, need: "write where 2 leads"}), (*builder).confirm},
		{"answer", listening(
			field{key: "article", form: articleText, need: "write the id of an article of kb/"},
			field{key: "offer", form: listOf{of: sectionText}, doc: "Sections in the order offered."},
			next), (*builder).answer},
		{"schedule", []field{ref("the hours, a name in hours.yaml"),
			cases([]string{"open", "closed", "special", "holiday", "emergency"}, "open", "closed")}, (*builder).schedule},
		{"decision", []field{
			{key: "cases", form: listOf{of: branchForm}, need: "write cases: [{when: …, goto: …}]"},
			{key: "else", form: targetText, need: "write where the call goes when no case holds"}}, (*builder).decision},
		{"set", []field{
			{key: "vars", form: mapOf{is: "expressions by variable", key: nameText, of: someText}, need: `write vars: {x: "expression"}`},
			next}, (*builder).set},
		{"lookup", speaking(ref("the look-up, a name in lookups.yaml"),
			field{key: "input", form: mapOf{is: "variables by name", key: nameText, of: nameText, empty: true}},
			cases([]string{"found", "not_found", "error"}, "found")), (*builder).lookup},
		{"call", []field{
			{key: "flow", form: nameText, need: "write the flow to call"}, next}, (*builder).call},
		{"queue", speaking(ref("the queue, a name in queues.yaml"),
			optionalCases("closed", "full", "unavailable", "timeout", "left", "failed")), (*builder).queue},
		{"transfer", speaking(
			field{key: "to", form: nameText, need: "write a destination of line.yaml"},
			optionalCases("busy", "no_answer", "failed")), (*builder).transfer},
		{"callback", listening(
			field{key: "queue", form: nameText, need: "write the queue whose agents call back"},
			next, cases([]string{"refused"}, "refused")), (*builder).callback},
		{"voicemail", listening(said,
			field{key: "max", form: durationTxt, doc: "Longest message; 2m unless written."},
			field{key: "box", form: nameText, need: "write a box of line.yaml"},
			field{key: "as", form: choice("report"), doc: "report: the message gets a number."},
			next, cases([]string{"empty", "failed"}, "empty")), (*builder).voicemail},
		{"sms", speaking(
			field{key: "text", form: textsForm},
			field{key: "article", form: articleText, doc: "The article whose sms text is sent."},
			next, cases([]string{"refused"}, "refused")), (*builder).sms},
		{"outcome", []field{
			{key: "set", form: outcomeForm, need: "write what the call came to, such as set: contained"},
			next}, (*builder).setOutcome},
		{"hangup", speaking(said), (*builder).hangup},
	}
}

func speaking(fields ...field) []field { return append(fields, speakingFields()...) }

func listening(fields ...field) []field {
	return append(append(fields, listeningFields()...), errorEntryFields()...)
}

func ref(doc string) field {
	return field{key: "ref", form: nameText, need: "write " + doc, doc: doc}
}

func cases(names []string, need ...string) field {
	return field{key: "cases", form: casesForm(names, need...), need: "write cases: {" + need[0] + ": NODE}"}
}

func optionalCases(names ...string) field {
	return field{key: "cases", form: casesForm(names)}
}
