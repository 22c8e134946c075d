package flow

import (
	"time"

	"infolinia/ivr"
)

// Program is a checked and compiled set of flows. It is immutable.
type Program struct {
	Version   string // SHA-256 of its sources
	Number    string
	Entry     string   // name of the entry flow
	Default   string   // default language
	Languages []string // supported ones, in their order
	Flows     map[string]*Flow
	Nodes     map[string]*Node // by "flow.node"

	// Prompts are all texts that belong to the version, by prompt id: named
	// prompts ("still_there"), inline ones ("main.top.prompt"), spoken options
	// ("main.top.option.1"), spoken links ("link.0"), and the engine's own
	// ("phrase.sorry"), with staff's changes already in them.
	Prompts map[string]Template
	Lookups map[string]*Lookup

	Links        []Link
	Limits       Limits
	MaxExceeded  Target           // the line's default: "a person"
	Events       map[string]Event // "error.lookup", "error.internal": both always present
	Destinations map[string]string
	Titles       map[string]ivr.Texts // of destinations, as agents read them
	Boxes        map[string]string    // voicemail boxes: where messages are e-mailed, or empty
	Fallback     string               // name of a destination
}

// Flow is one file of nodes.
type Flow struct {
	Name  string
	Start string   // "flow.node"
	Order []string // node ids as written
}

// Target is the id of a node ("flow.node") or Return.
type Target string

// Return leads back to where the calling node or option says.
const Return Target = "return"

// Prompt is a list of prompt ids, spoken one after the other.
type Prompt []string

// Template is one prompt's text in each language it has.
type Template map[string]Text

// Node is a node with what every type shares.
type Node struct {
	ID      string // "flow.node"
	Outcome ivr.Outcome
	Manners Manners
	Kind    Kind
}

// Manners are how a node deals with keys and with errors of the caller:
// the line's defaults with the node's own values over them.
type Manners struct {
	BargeIn           bool
	Flush             bool // type_ahead: flush
	Timeout           time.Duration
	InterdigitTimeout time.Duration
	TermTimeout       time.Duration
	MaxNoInput        int
	MaxNoMatch        int
	MaxAttempts       int
	MaxExceeded       Target
	NoInput, NoMatch  []ErrorEntry // empty: the built-in sentence
}

// ErrorEntry is what is said at the nth error of a kind.
type ErrorEntry struct {
	Prompt   Prompt
	Reprompt bool          // the node's own prompt follows
	Timeout  time.Duration // 0: the node's
	BargeIn  *bool         // nil: the error prompt may be barged in, the node's prompt as it is
}

// Link is an option that every menu, answer and confirm has.
type Link struct {
	DTMF   string
	Goto   Target // or Do
	Do     string // "back" or "repeat"
	Prompt string // prompt id of its enumeration; empty: it is not spoken
}

// Limits of a whole call.
type Limits struct {
	MaxCall              time.Duration
	MaxStepsWithoutInput int
	MaxRepeats           int
	MaxErrors            int
}

// Event is where an error leads.
type Event struct {
	Prompt Prompt
	Goto   Target
}

// Lookup is a named look-up with its compiled expressions.
type Lookup struct {
	ivr.Lookup
	Waiting Prompt // spoken when the answer takes over a second
	Found   Expr
	Map     []Mapping
}

// Mapping sets a variable from a look-up's answer.
type Mapping struct {
	Var  string
	Expr Expr
	Type string // text, number, bool, time
}

// Assign sets a variable.
type Assign struct {
	Var  string
	Expr Expr
}

// Cases are the exits of a node by name.
type Cases map[string]Target
