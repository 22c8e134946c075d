package flowfile

var windowsForm = listOf{of: windowText, empty: true}

var monthlyForm = &object{is: "monthly hours", fields: []field{
	{key: "nth", form: count{1, 5}, need: "write which one of the month, from 1 to 5"},
	{key: "day", form: choice("mon", "tue", "wed", "thu", "fri", "sat", "sun"), need: "write the weekday, such as day: sat"},
	{key: "hours", form: windowsForm, need: `write the hours, such as hours: ["09:00-13:00"]`},
}}

var specialForm = &object{is: "a special day", fields: []field{
	{key: "date", form: dateText, need: `write the day, such as date: "2026-12-31"`},
	{key: "hours", form: windowsForm, doc: "The hours of that day; closed without."},
}}

var emergencyForm = &object{is: "the emergency closing", fields: []field{
	{key: "closed", form: truth{}, need: "write closed: true or closed: false"},
}}

// hoursForm is hours.yaml.
var hoursForm = mapOf{is: "hours by name", key: nameText, empty: true, of: &object{is: "opening hours", fields: []field{
	{key: "timezone", form: zoneText, doc: "Europe/Warsaw unless written."},
	{key: "weekly", form: mapOf{is: "hours by weekday", key: daysText, of: windowsForm, empty: true}},
	{key: "monthly", form: listOf{of: monthlyForm, empty: true}},
	{key: "holidays", form: choice("pl", "none"), doc: "Calendar of public holidays."},
	{key: "special", form: listOf{of: specialForm, empty: true}},
	{key: "emergency", form: emergencyForm, doc: "Closes at once."},
}}}

// noticesForm is notices.yaml.
var noticesForm = mapOf{is: "notices by name", key: nameText, empty: true, of: &object{is: "a notice", fields: []field{
	{key: "active", form: truth{}, doc: "Off unless true."},
	{key: "from", form: momentText},
	{key: "until", form: momentText},
	{key: "author", form: anyText},
	{key: "text", form: textsForm, need: "write what is said, such as text: {pl: …}"},
}}}

var mappingForm = either{&object{is: "a mapped variable", fields: []field{
	{key: "expr", form: someText, need: `write where it stands, such as expr: "body.count"`},
	{key: "type", form: choice("text", "number", "bool", "time")},
}}, someText}

// lookupsForm is lookups.yaml.
var lookupsForm = mapOf{is: "look-ups by name", key: nameText, empty: true, of: &object{is: "a look-up", fields: []field{
	{key: "url", form: urlText, need: "write the address it asks"},
	{key: "headers", form: mapOf{is: "headers by name", key: headerText, of: anyText, empty: true}},
	{key: "timeout", form: durationTxt, doc: "4s unless written."},
	{key: "waiting", form: promptForm, doc: "Spoken when the answer takes over a second."},
	{key: "found", form: someText, doc: "Condition over body and code; without it any usable answer is found."},
	{key: "map", form: mapOf{is: "expressions by variable", key: nameText, of: mappingForm, empty: true}},
}}}

// articleForm is an article of kb/.
var articleForm = &object{is: "an article", fields: []field{
	{key: "schema", form: count{1, 1}},
	{key: "id", form: articleText, need: "write its id, such as id: dowod-osobisty"},
	{key: "code", form: codeText, doc: "The digits by which a caller can ask for it."},
	{key: "title", form: textsForm, doc: "What staff and agents see; it is not spoken."},
	{key: "keywords", form: mapOf{is: "words by language", key: langText, of: listOf{of: someText, empty: true}}},
	{key: "valid_until", form: dateText, doc: "Its last good day."},
	{key: "valid_sections", form: mapOf{is: "dates by section", key: sectionText, of: dateText, empty: true}},
	{key: "say", form: sayForm{}, need: "write the spoken text, such as say: {short: {pl: …}}"},
	{key: "sms", form: textsForm},
	{key: "sources", form: listOf{of: sourceForm, empty: true}},
}}

var sourceForm = &object{is: "a source", fields: []field{
	{key: "title", form: someText, need: "write what the source is called"},
	{key: "url", form: urlText},
	{key: "date", form: anyText},
	{key: "publisher", form: anyText},
	{key: "note", form: anyText},
}}

// sayForm are an article's sections.
type sayForm struct{}

var sayMap = mapOf{is: "texts by section", key: sectionText, of: textsForm}

func (sayForm) check(s *sink, n *node) {
	sayMap.check(s, n)
	if n.kind == mapping && !n.has("short") {
		s.errorf(n.keyAt(), `say lacks "short": write the short answer, such as short: {pl: …}`)
	}
}

func (sayForm) schema() map[string]any {
	out := sayMap.schema()
	out["required"] = []string{"short"}
	return out
}
