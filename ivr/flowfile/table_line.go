package flowfile

// textsForm is one text in several languages.
var textsForm = mapOf{is: "text by language, such as {pl: …}", key: langText, of: someText}

// promptForm is a prompt: text by language, the name of a named prompt, or a
// list of these.
var promptForm = oneOrList{either{textsForm, promptName}}

var promptName = shaped("the name of a prompt, or text by language such as {pl: …}", `^[a-z][a-z0-9_]*$`)

// speakingFields are the manners of a node that speaks.
func speakingFields() []field {
	return []field{
		{key: "barge_in", form: truth{}, doc: "Whether a key stops the prompt."},
		{key: "type_ahead", form: choice("keep", "flush"), doc: "Whether keys pressed before count."},
	}
}

// listeningFields are the manners of a node that waits for keys.
func listeningFields() []field {
	return append(speakingFields(),
		field{key: "timeout", form: durationTxt, doc: "How long the first key is waited for."},
		field{key: "interdigit_timeout", form: durationTxt, doc: "How long a further key is waited for."},
		field{key: "term_timeout", form: waitText, doc: "How long the term char is waited for after the last digit."},
		field{key: "max_no_input", form: count{1, most}, doc: "The no-input that leads to max_exceeded."},
		field{key: "max_no_match", form: count{1, most}, doc: "The no-match that leads to max_exceeded."},
		field{key: "max_attempts", form: count{1, most}, doc: "The error of either kind that leads to max_exceeded."},
		field{key: "max_exceeded", form: targetText, doc: "Where too many errors lead."},
	)
}

var linkForm = &object{is: "a link", fields: []field{
	{key: "dtmf", form: keysText, need: `write the key, such as dtmf: "0"`},
	{key: "goto", form: targetText},
	{key: "do", form: choice("back", "repeat")},
	{key: "label", form: textsForm, doc: "Spoken at the end of the first menu."},
}}

var languagesForm = &object{is: "the languages of the line", fields: []field{
	{key: "default", form: langText, need: "write the language callers are greeted in, such as default: pl"},
	{key: "supported", form: listOf{of: langText}, need: "write all languages, such as supported: [pl, en]"},
}}

var limitsForm = &object{is: "the limits of a call", fields: []field{
	{key: "max_call", form: durationTxt, doc: "Longest time in the machine."},
	{key: "max_steps_without_input", form: count{1, most}},
	{key: "max_repeats", form: count{1, most}},
	{key: "max_errors", form: count{1, most}},
}}

var eventForm = &object{is: "an event", fields: []field{
	{key: "prompt", form: promptForm},
	{key: "goto", form: targetText, need: "write the node it leads to, such as goto: agent"},
}}

var eventsForm = &object{is: "the events", fields: []field{
	{key: "error.lookup", form: eventForm},
	{key: "error.internal", form: eventForm},
}}

var boxForm = &object{is: "a voicemail box", bare: true, fields: []field{
	{key: "email", form: emailText, doc: "Where messages are sent to; empty: nowhere."},
}}

// lineForm is line.yaml.
func lineForm() *object {
	return &object{is: "line.yaml", fields: []field{
		{key: "schema", form: count{1, 1}},
		{key: "number", form: lineNumber, need: `write the line's number, such as number: "243645555"`},
		{key: "entry", form: nameText, need: "write the flow that a call begins with, such as entry: main"},
		{key: "languages", form: languagesForm, need: "write languages: {default: pl, supported: [pl]}"},
		{key: "defaults", form: &object{is: "the defaults", fields: listeningFields()}},
		{key: "links", form: listOf{of: linkForm, empty: true}, doc: "Keys of every menu, answer and confirm."},
		{key: "limits", form: limitsForm},
		{key: "events", form: eventsForm},
		{key: "prompts", form: promptsForm, doc: "Named prompts for all flows."},
		{key: "phrases", form: phrasesForm(), doc: "The engine's own sentences in other words."},
		{key: "destinations", form: mapOf{is: "names and numbers", key: nameText, of: dialNumber, empty: true}},
		{key: "titles", form: mapOf{is: "names of destinations", key: nameText, of: textsForm, empty: true}, doc: "What agents read instead of the names of destinations."},
		{key: "boxes", form: mapOf{is: "names of boxes", key: nameText, of: boxForm, empty: true}},
		{key: "fallback", form: nameText, doc: "The destination that is dialled when no flow can run."},
	}}
}

var promptsForm = mapOf{is: "named prompts", key: nameText, of: textsForm, empty: true}

func phrasesForm() form {
	names := phraseNames()
	f := &object{is: "the phrases"}
	for _, name := range names {
		f.fields = append(f.fields, field{key: name, form: textsForm})
	}
	return f
}
