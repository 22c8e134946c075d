package flowfile

// highest is the highest priority of a queue.
const highest = 100

// queuesForm is queues.yaml.
var queuesForm = mapOf{is: "queues by name", key: nameText, empty: true, of: &object{is: "a queue", bare: true, fields: []field{
	{key: "title", form: textsForm, doc: "What agents read instead of the name."},
	{key: "hours", form: nameText, doc: "Named hours; always open without."},
	{key: "strategy", form: choice("longest-idle", "ring-all", "fewest-calls", "linear"),
		doc: "Whose telephone rings: of who has been free for longest (longest-idle, unless written), of all who are free (ring-all), of who has answered fewest calls today (fewest-calls), of the first free one in the order of their log-ins (linear)."},
	{key: "skills", form: mapOf{is: "waits by skill, such as {language: 2m}", key: nameText, of: relaxText, empty: true},
		doc: "What an agent must have, each with the wait after which it is no longer asked for, or never. The skill language stands for the caller's language."},
	{key: "priority", form: count{0, highest}, doc: "Callers of a queue with a higher one go first; 0 unless written."},
	{key: "max_waiting", form: count{1, most}, doc: "How many may wait at once, then the case full; 30 unless written."},
	{key: "max_wait", form: durationTxt, doc: "The longest wait, then the case timeout; 20m unless written."},
	{key: "max_break_wait", form: waitText, doc: "How long callers wait while all agents are on a break, then the case unavailable; 5m unless written."},
	{key: "ring_timeout", form: durationTxt, doc: "How long an agent's telephone rings; 20s unless written."},
	{key: "max_missed", form: count{1, most}, doc: "Calls missed in a row that put an agent on a break; 2 unless written."},
	{key: "wrap_up", form: waitText, doc: "How long an agent has for notes after a talk; 30s unless written."},
	{key: "announce", form: listOf{of: choice("position", "wait"), empty: true}, doc: "What callers are told: position, wait or both; nothing unless written."},
	{key: "announce_every", form: durationTxt, doc: "The longest time without an announcement; 45s unless written. A queue with neither announce nor comfort plays music alone."},
	{key: "comfort", form: nameText, doc: "A named prompt of line.yaml, said when nothing new is to be announced; built in unless written."},
	{key: "music", form: musicText, doc: "A class of Asterisk's musiconhold.conf; default unless written."},
	{key: "callback_after", form: waitText, doc: "The wait after which a call back is offered; never unless written."},
	{key: "callback_tries", form: count{1, most}, doc: "How often a resident is called back who does not answer; 3 unless written."},
	{key: "callback_delay", form: durationTxt, doc: "The pause between two such tries; 10m unless written."},
	{key: "when_closing", form: choice("drain", "callback", "voicemail"),
		doc: "What becomes of those who wait when the hours end: they are served (drain, unless written), called back (callback), or take the case closed (voicemail)."},
}}}
