package flow

import (
	"time"

	"infolinia/ivr"
)

// Kind is what makes a node what it is. The set is closed; the behaviour of
// each type is in the file of its name.
type Kind interface {
	// enter begins a fresh visit. It either leaves (t.goTo) or makes the call
	// wait: for speech, a timer or an effect.
	enter(t *turn)
	// on takes what the node waits for: the end of its speech, a timer of its
	// own, the answer to its effect, or new keys in the buffer.
	on(t *turn, in signal)
}

// Play speaks and goes on. A key stops it and stays in the buffer.
type Play struct {
	Prompt Prompt
	Next   Target
}

// Notice speaks a named announcement while it is on.
type Notice struct {
	Ref  string
	Next Target
}

// Menu lets the caller choose.
type Menu struct {
	Prompt Prompt // with Enumerate: the intro
	// Enumerate speaks each option after the prompt, in the order written.
	Enumerate bool
	// Links: the enumeration closes with the links that have a label.
	Links   bool
	Options []Option
}

// Option is one choice of a menu.
type Option struct {
	DTMF        string
	Label       ivr.Texts // what it is about, as staff read it; nil: only its sentence tells
	Prompt      string    // prompt id of its enumeration; empty: it is not spoken
	SetLanguage string
	Call        string // flow to call first; Goto is then where it returns to
	Goto        Target // goto or next
}

// Collect takes digits into a variable.
type Collect struct {
	Var         string
	Prompt      Prompt
	Min, Max    int
	TermChar    string // empty: none
	Confirm     *ConfirmDigits
	Sensitive   bool
	ArticleCode bool // the digits are an article's code: its answer follows
	Offer       []string
	Next        Target
	Cases       Cases // unknown
}

// ConfirmDigits asks whether what was keyed is right.
type ConfirmDigits struct {
	SayAs  string // digits, number, spell, date, time, money; how the value is spoken
	Prompt Prompt // instead of the built-in sentence; may read the variable
}

// Confirm asks a question: 1 is yes, 2 is no.
type Confirm struct {
	Prompt  Prompt
	Yes, No Target
}

// Answer speaks an article and offers its sections.
type Answer struct {
	Article string
	Offer   []string // sections in the order offered; empty: DefaultOffer
	Next    Target
}

// Schedule branches by named opening hours.
type Schedule struct {
	Ref   string
	Cases Cases
}

// Decision takes the first case whose condition holds.
type Decision struct {
	Cases []Branch
	Else  Target
}

// Branch is one case of a decision.
type Branch struct {
	When Expr
	Goto Target
}

// Set sets variables, in the order written.
type Set struct {
	Vars []Assign
	Next Target
}

// Ask performs a look-up.
type Ask struct {
	Ref   string
	Input map[string]string // the look-up's names to variables
	Cases Cases             // found, not_found, error
}

// CallFlow calls a flow as a subroutine.
type CallFlow struct {
	Flow string
	Next Target
}

// QueueUp puts the caller into a queue for an agent.
type QueueUp struct {
	Ref   string
	Cases Cases // closed, full, unavailable, timeout, left, failed
}

// TransferTo dials a destination of the line.
type TransferTo struct {
	To    string
	Cases Cases // busy, no_answer, failed
}

// CallBack asks for a call back.
type CallBack struct {
	Queue string
	Next  Target
	Cases Cases // refused
}

// Voicemail takes a message.
type Voicemail struct {
	Prompt Prompt
	Max    time.Duration
	Box    string
	Report bool // as: report
	Next   Target
	Cases  Cases // empty, failed
}

// SMS sends a text to the caller.
type SMS struct {
	Text    string // prompt id of the text; or
	Article string
	Next    Target
	Cases   Cases // refused
}

// SetOutcome sets the call's outcome.
type SetOutcome struct{ Next Target } // the value is Node.Outcome

// HangUp ends the call after a last prompt.
type HangUp struct{ Prompt Prompt }

// DefaultOffer are an answer's sections in the order offered.
var DefaultOffer = [...]string{"documents", "fees", "where", "time", "sms"}
