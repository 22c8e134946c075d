package ivr

import (
	"encoding/json"
	"time"
)

// Schema is the number of the saved form of Call. A release reads its own and
// the one before.
const Schema = 1

// Call is the whole state of one call: what is saved before any effect is
// performed, and all that a resume needs. Only flow.Step changes it.
type Call struct {
	Schema  int    `json:"schema"`
	ID      string `json:"id"`
	Version string `json:"version"` // of the flows it started with
	Seq     uint64 `json:"seq"`     // steps taken
	Caller  Caller `json:"caller"`
	Lang    string `json:"lang"`

	Started time.Time `json:"started"`
	Ended   bool      `json:"ended,omitempty"`
	Outcome Outcome   `json:"outcome,omitempty"`

	Frames []Frame `json:"frames,omitempty"` // call stack, innermost last
	Node   string  `json:"node,omitempty"`   // "flow.node"
	Visit  Visit   `json:"visit"`            // of Node
	Trail  []Stop  `json:"trail,omitempty"`  // menus on the way back

	Vars map[string]Value `json:"vars,omitempty"`
	// Sensitive values live in memory only.
	Sensitive map[string]string `json:"-"`
	// SecretDigits and SecretBuffer are the keys of an open sensitive collect.
	SecretDigits string  `json:"-"`
	SecretBuffer []Keyed `json:"-"`
	// Collectors names the node that took each sensitive variable: where to go
	// when a restore has lost the value.
	Collectors map[string]string `json:"collectors,omitempty"`
	Reports    map[string]string `json:"reports,omitempty"` // report number by node

	Buffer   []Keyed  `json:"buffer,omitempty"`
	DropTerm *Trailer `json:"drop_term,omitempty"`

	Speech *Speech          `json:"speech,omitempty"`
	Cut    []string         `json:"cut,omitempty"`    // IDs of Plays that were stopped, and of which it is not certain that they are over
	Timers map[string]Timer `json:"timers,omitempty"` // by purpose
	Await  string           `json:"await,omitempty"`  // ID of the one open effect that is neither speech nor timer
	Left   LeaveQueue       `json:"left,omitzero"`    // the last one: a crash may have swallowed the order

	Errors   int `json:"errors,omitempty"`   // no-inputs and no-matches in the whole call
	Internal int `json:"internal,omitempty"` // times error.internal was reached
	Steps    int `json:"steps,omitempty"`    // nodes entered since the last key
	Row      Row `json:"row"`
	// Machine is the time spent in the machine up to MachineSince; while
	// MachineSince is set the clock runs.
	Machine      time.Duration `json:"machine,omitempty"`
	MachineSince time.Time     `json:"machine_since,omitzero"`
	MaxCallOver  bool          `json:"max_call_over,omitempty"`
	Answered     bool          `json:"answered,omitempty"` // Outcome is contained because of an answer
	// Unknown are fields of a newer release, kept for it.
	Unknown map[string]json.RawMessage `json:"-"`

	ForeignSaid bool `json:"foreign_said,omitempty"` // "this part exists only in Polish" was said
}

// Caller is what is kept of the caller's number: never the number itself.
type Caller struct {
	Known bool   `json:"known"`
	HMAC  string `json:"hmac,omitempty"` // "<key id>:<hex>"
}

// Frame is one flow on the call stack. Return is the node that `return` leads
// to, in the flow below; empty in the entry flow.
type Frame struct {
	Flow   string `json:"flow"`
	Return string `json:"return,omitempty"`
}

// Stop is a menu on the trail with the call stack it was entered with.
type Stop struct {
	Node   string  `json:"node"`
	Frames []Frame `json:"frames"`
}

// Visit is what a node keeps from its fresh entry until it is left.
type Visit struct {
	Phase     string        `json:"phase,omitempty"`
	NoInput   int           `json:"no_input,omitempty"`
	NoMatch   int           `json:"no_match,omitempty"`
	Repeats   int           `json:"repeats,omitempty"`
	Noes      int           `json:"noes,omitempty"`     // "no" to a collect's confirmation
	Silences  int           `json:"silences,omitempty"` // after an answer's offer
	Timeout   time.Duration `json:"timeout,omitempty"`  // of the error entry in force
	Digits    string        `json:"digits,omitempty"`
	LastDigit time.Time     `json:"last_digit,omitzero"`
	Article   string        `json:"article,omitempty"`
	Section   string        `json:"section,omitempty"` // being told before the offer
	Recording string        `json:"recording,omitempty"`
	Talk      time.Duration `json:"talk,omitempty"`
	Place     int           `json:"place,omitempty"`   // in the queue, as the desk last said
	Stay      Stay          `json:"stay,omitzero"`     // in the queue
	Queued    bool          `json:"queued,omitempty"`  // has been let into the queue
	Offered   bool          `json:"offered,omitempty"` // a call back was offered
	Held      string        `json:"held,omitempty"`    // the phase a question in between returns to
	Exit      string        `json:"exit,omitempty"`    // where to go when the speech is over
}

// Stay is what a queue node keeps of the caller's stay.
type Stay struct {
	ID     string `json:"id,omitempty"`     // of the Enqueue, while the desk may have the caller
	Told   int    `json:"told,omitempty"`   // the place as last announced
	Lately bool   `json:"lately,omitempty"` // something was announced just now
	// Wait is the band of the expected wait in minutes, 0: not known. Band is the
	// one last announced: none that is longer follows.
	Wait    int  `json:"wait,omitempty"`
	Band    int  `json:"band,omitempty"`
	Back    bool `json:"back,omitempty"`    // waits again, after a talk, and has not been told so
	Pitched bool `json:"pitched,omitempty"` // has heard that he can be called back
	Closing bool `json:"closing,omitempty"` // is called back because the queue closes
	Refused bool `json:"refused,omitempty"` // cannot be called back, and has not been told so
}

// Keyed is a key in the digit buffer.
type Keyed struct {
	Digit string    `json:"digit"`
	At    time.Time `json:"at"`
}

// Trailer is a term char that would be dropped as the next key until a moment.
type Trailer struct {
	Digit string    `json:"digit"`
	Until time.Time `json:"until"`
}

// Timer is an armed timer. Due is used only on resume.
type Timer struct {
	ID    string        `json:"id"`
	After time.Duration `json:"after"`
	Due   time.Time     `json:"due"`
}

// Speech is what is being said and what is queued behind it.
type Speech struct {
	ID    string    `json:"id"`    // of the open Play
	Queue []Segment `json:"queue"` // the first one is being spoken
	Parts int       `json:"parts"` // of the open Play
	// Mark is the number of parts of the open Play that were heard to the end.
	Mark int `json:"mark,omitempty"`
	// Short is the number of parts of the open Play up to the end of an
	// answer's short text; 0: it has none.
	Short int `json:"short,omitempty"`
}

// Segment is what is said in one go, under one rule for barge-in.
type Segment struct {
	Lines   []Line  `json:"lines"`
	BargeIn bool    `json:"barge_in"`
	Flush   bool    `json:"flush,omitempty"` // keys pressed during it are thrown away
	Speed   float64 `json:"speed,omitempty"`
}

// Line names one text to be spoken and the values it needs beside the call's
// variables.
type Line struct {
	Prompt    string            `json:"prompt"`
	Args      map[string]string `json:"args,omitempty"`
	Recording string            `json:"recording,omitempty"`
	Beep      bool              `json:"beep,omitempty"`
	Short     bool              `json:"short,omitempty"` // the answer itself
}

// Row counts not-founds of one look-up in a row that led to the same collect.
type Row struct {
	Lookup  string `json:"lookup,omitempty"`
	Collect string `json:"collect,omitempty"`
	Count   int    `json:"count,omitempty"`
	Open    bool   `json:"open,omitempty"` // a not-found has not led anywhere yet
}
