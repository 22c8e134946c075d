package flowfile

import "strings"

const (
	needNext   = "write where the call goes on, such as next: NODE (nothing returns by itself; return is written too)"
	needPrompt = "write what is said, such as prompt: {pl: …}"
)

var outcomeForm = choice("contained", "agent", "message", "callback", "transferred", "closed", "abandoned", "error")

// sectionText names a section of an article.
var sectionText = nameText

// flowForm is a file of a flow.
func flowForm() *object {
	return &object{is: "a flow", fields: []field{
		{key: "schema", form: count{1, 1}, doc: "Version of this language."},
		{key: "flow", form: nameText, need: "write its name, such as flow: main"},
		{key: "start", form: nameText, need: "write the node it begins with"},
		{key: "prompts", form: promptsForm, doc: "Named prompts of this flow."},
		{key: "nodes", form: mapOf{is: "nodes by name", key: nodeName, of: nodeForm()}, need: "write at least one node"},
	}}
}

// nodeName is a name that is no reserved target.
var nodeName = scalar{
	is:      "a node's name: small letters, digits and _, beginning with a letter, and not return",
	pattern: nameText.pattern,
	parse: func(v string) error {
		if v == "return" {
			return errShape
		}
		return nameText.parse(v)
	},
}

func nodeForm() tagged {
	f := tagged{is: "a node", tag: "type"}
	for _, t := range nodeTypes() {
		fields := []field{
			{key: "type", form: anyText},
			{key: "outcome", form: outcomeForm, doc: "What the call came to, from this node on."},
		}
		fields = append(fields, t.fields...)
		article := "a "
		if strings.ContainsAny(t.name[:1], "aeiou") || t.name == "sms" {
			article = "an "
		}
		f.variants = append(f.variants, variant{t.name, &object{is: article + t.name + " node", fields: fields}})
	}
	return f
}

// casesForm are the exits of a node by name; need names the required ones.
func casesForm(names []string, need ...string) form {
	f := &object{is: "the cases of the node"}
	for _, name := range names {
		known := field{key: name, form: targetText}
		for _, n := range need {
			if n == name {
				known.need = "write where the call goes on then"
			}
		}
		f.fields = append(f.fields, known)
	}
	return f
}

func errorEntryFields() []field {
	entry := &object{is: "an error entry", fields: []field{
		{key: "prompt", form: promptForm},
		{key: "timeout", form: durationTxt},
		{key: "reprompt", form: truth{}, doc: "Whether the node's own prompt follows."},
		{key: "barge_in", form: truth{}},
	}}
	return []field{
		{key: "no_input", form: listOf{of: entry}, doc: "What is said at the nth silence."},
		{key: "no_match", form: listOf{of: entry}, doc: "What is said at the nth wrong key."},
	}
}

var optionForm = &object{is: "an option", fields: []field{
	{key: "dtmf", form: keysText, need: `write its key, such as dtmf: "1"`},
	{key: "label", form: textsForm, doc: "What the option is for; spoken before its key."},
	{key: "say", form: textsForm, doc: "The whole sentence, instead of the label's."},
	{key: "set_language", form: langText},
	{key: "goto", form: targetText},
	{key: "call", form: nameText, doc: "A flow to call as a subroutine."},
	{key: "next", form: targetText, doc: "Where the called flow returns to."},
}}

// menuPrompt is a prompt that may enumerate the options.
type menuPrompt struct{}

var enumerateForm = &object{is: "an enumerating prompt", fields: []field{
	{key: "enumerate", form: truth{}, need: "write enumerate: true"},
	{key: "intro", form: promptForm, doc: "Said before the options."},
}}

func (menuPrompt) check(s *sink, n *node) {
	if n.has("enumerate") || n.has("intro") {
		enumerateForm.check(s, n)
	} else {
		either{textsForm, promptName}.check(s, n)
	}
}

func (menuPrompt) schema() map[string]any {
	return map[string]any{"anyOf": []any{enumerateForm.schema(), textsForm.schema(), promptName.schema()}}
}

func menuFields() []field {
	fields := []field{
		{key: "prompt", form: oneOrList{menuPrompt{}}, need: "write what is said, such as prompt: {enumerate: true}"},
		{key: "options", form: listOf{of: optionForm}, need: "write at least one option"},
	}
	return append(append(fields, listeningFields()...), errorEntryFields()...)
}

var digitsForm = &object{is: "the digits to collect", fields: []field{
	{key: "min", form: count{1, 64}},
	{key: "max", form: count{1, 64}},
	{key: "term_char", form: termText},
}}

var sayAsForm = choice("digits", "number", "spell", "date", "time", "money")

var confirmDigitsForm = &object{is: "the confirmation", fields: []field{
	{key: "say_as", form: sayAsForm, doc: "How the value is read back."},
	{key: "prompt", form: promptForm, doc: "Instead of the built-in sentence."},
}}

func collectFields() []field {
	fields := []field{
		{key: "var", form: nameText, doc: "The variable the digits go into."},
		{key: "prompt", form: promptForm, need: needPrompt},
		{key: "digits", form: digitsForm},
		{key: "confirm", form: confirmDigitsForm},
		{key: "sensitive", form: truth{}, doc: "The value is written nowhere."},
		{key: "article_code", form: truth{}, doc: "The digits are the code of an article, which is answered."},
		{key: "offer", form: listOf{of: sectionText}, doc: "Sections in the order offered."},
		{key: "next", form: targetText, need: needNext},
		{key: "cases", form: casesForm([]string{"unknown"})},
	}
	return append(append(fields, listeningFields()...), errorEntryFields()...)
}

var branchForm = &object{is: "a case of a decision", fields: []field{
	{key: "when", form: someText, need: `write a condition, such as when: "len(case_no) > 4"`},
	{key: "goto", form: targetText, need: "write where the call goes on then"},
}}
