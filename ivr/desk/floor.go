package desk

import (
	"time"

	"infolinia/ivr"
)

// Floor is everything that distribution decides by: who waits, who works, who
// talks with whom. It is never changed in place: Step gives a new one that shares
// what is the same. The zero value is an empty one.
type Floor struct {
	// Seq counts the changes that were committed.
	Seq    int64
	Tasks  map[string]*Task  // by ID
	Agents map[string]*Agent // by login
	Queues map[string]*Lane  // by name; only those somebody was ever served in
}

// Task is a caller in a queue, from the moment he enters until the agent's
// wrap-up is over, or a call back that is owed.
type Task struct {
	ID   string `json:"id"` // of the Enqueue or Callback effect
	Kind Kind   `json:"kind"`
	// Call is the caller's live call; empty for a call back.
	Call string `json:"call,omitempty"`
	// Slot is the store's name of the slot that serves it, "<system>/<app>": whoever
	// holds the slot orders its legs. System is the first part: an agent's phone
	// is registered at one Asterisk and takes only that one's calls.
	Slot   string     `json:"slot"`
	Queue  string     `json:"queue"`
	Caller ivr.Caller `json:"caller"`
	Lang   string     `json:"lang"`
	// Number is to be dialled for a call back, as the Phone gave it and takes it back:
	// sealed. It is never part of an event, and is gone when the task is over.
	Number string `json:"number,omitempty"`

	State State     `json:"state"`
	Since time.Time `json:"since"` // of State
	// Entered is when the wait began. A place that is kept keeps it.
	Entered time.Time `json:"entered"`
	// Front: goes before all others of its priority (a lost leg, a transfer that
	// came back).
	Front bool `json:"front,omitempty"`
	// Queued is when the caller came, or came back, into the queue: the wait that
	// the record tells of counts from here.
	Queued time.Time `json:"queued"`
	// For is the only agent it may be offered to until Reserved: one whom somebody
	// transferred to, or to whom a transfer came back.
	For      string    `json:"for,omitempty"`
	Reserved time.Time `json:"reserved,omitzero"`
	// From is who transferred, to whom it returns when nobody answers.
	From string `json:"from,omitempty"`
	// NotBefore holds back a call back until its next try. Tries counts those made.
	NotBefore time.Time `json:"not_before,omitzero"`
	Tries     int       `json:"tries,omitempty"`
	// Resident is the leg of a call back's resident, from when it is dialled;
	// Reached: it was answered, so that somebody is there as in any call.
	Resident string `json:"resident,omitempty"`
	Reached  bool   `json:"reached,omitempty"`
	// Calling is the task of a call back's resident who has called himself and waits
	// in its place; Owed is that call back, of the task. It is held meanwhile, is
	// closed when somebody answers him, and stands again when nobody does.
	Calling string `json:"calling,omitempty"`
	Owed    string `json:"owed,omitempty"`

	// Offers are those open now; Offered counts all ever made, for the legs' ids.
	Offers  []Offer `json:"offers,omitempty"`
	Offered int     `json:"offered,omitempty"`
	// Band is the expected wait as last told, which never grows; 0: none was.
	Band time.Duration `json:"band,omitempty"`

	// Agent is of a connected or wrapping task, empty once the agent has
	// transferred the caller; Talk of a connected one.
	Agent string `json:"agent,omitempty"`
	Talk  *Talk  `json:"talk,omitempty"`
	// Exit is why an exited task left: one of the Exit words, or of a call back
	// the reason it was closed with.
	Exit string `json:"exit,omitempty"`
	// Hops counts transfers, against loops.
	Hops int `json:"hops,omitempty"`
}

// Kind is what a task is.
type Kind string

// A caller who waits, or a call back that is owed.
const (
	KindCall     Kind = "call"
	KindCallback Kind = "callback"
)

// State is a stage of a task.
type State string

// The states of a task. Completed, Abandoned and Exited are final: the task stays
// until the owner of its call knows, for at most a minute.
const (
	Waiting   State = "waiting"
	Offered   State = "offered"
	Connected State = "connected"
	Wrapping  State = "wrapping"
	Completed State = "completed"
	Abandoned State = "abandoned"
	Exited    State = "exited"
)

// Why a caller left a queue: the first ones are cases of a queue node.
const (
	ExitClosed      = "closed"
	ExitFull        = "full"
	ExitUnavailable = "unavailable"
	ExitTimeout     = "timeout"
	ExitLeft        = "left"
	ExitFailed      = "failed"
	ExitCallback    = "callback" // the caller has a call back instead
	// ExitClosing: the queue closes and calls back those who wait. The flow is to
	// order a Callback with the place of this task, and then takes the case left; where that
	// is refused, closed.
	ExitClosing = "closing"
)

// Offer is one agent's phone ringing for a task. Only open ones are kept.
type Offer struct {
	Agent string    `json:"agent"`
	Leg   string    `json:"leg"`
	Made  time.Time `json:"made"`
	Until time.Time `json:"until"`
	// Auto: the phone answers by itself, because the talk is the agent's already.
	Auto bool `json:"auto,omitempty"`
}

// Talk is who is connected with a caller, and how.
type Talk struct {
	// Leg is the agent's; empty while it is lost, since Lost.
	Leg   string    `json:"leg,omitempty"`
	Lost  time.Time `json:"lost,omitzero"`
	Since time.Time `json:"since"` // connected
	Mode  Mode      `json:"mode"`
	// HeldSince is set while the caller is on hold; Held is what came before.
	HeldSince time.Time     `json:"held_since,omitzero"`
	Held      time.Duration `json:"held,omitempty"`
	// Other is the third party of a consultation, a conference or a transfer on
	// its way; nil: none.
	Other *Other `json:"other,omitempty"`
	// External: the agent has left; the caller talks with Other alone.
	External bool `json:"external,omitempty"`
	// Until ends the ringing of a call back's resident.
	Until time.Time `json:"until,omitzero"`
}

// Mode is who hears whom.
type Mode string

// The modes of a talk.
const (
	TalkCaller     Mode = "caller"     // agent and caller
	TalkHold       Mode = "hold"       // the caller hears music, the agent nothing
	TalkConsult    Mode = "consult"    // agent and Other; the caller hears music
	TalkConference Mode = "conference" // all three
	TalkBlind      Mode = "blind"      // Other rings, the caller hears it; the agent is out
	TalkDialling   Mode = "dialling"   // the resident of a call back rings, the agent hears it
)

// Other is a third party.
type Other struct {
	To Target `json:"to"`
	// Agent is who is called, when To is an agent or a queue.
	Agent    string    `json:"agent,omitempty"`
	Leg      string    `json:"leg"`
	Answered bool      `json:"answered,omitempty"`
	Since    time.Time `json:"since"`
	Until    time.Time `json:"until"` // of ringing
}

// Target is where a transfer or a consultation goes: exactly one is set.
type Target struct {
	Agent       string `json:"agent,omitempty"` // login
	Queue       string `json:"queue,omitempty"`
	Destination string `json:"destination,omitempty"` // name in line.yaml
}

// Agent is somebody who takes calls, from the first log-in on.
type Agent struct {
	Login string     `json:"login"`
	Name  string     `json:"name"`
	State AgentState `json:"state"`
	Since time.Time  `json:"since"`
	// Reason of a break: one of the configured ones, or one of the desk's own.
	Reason string `json:"reason,omitempty"`
	// Next is the break asked for while on a call; "" : none.
	Next string `json:"next,omitempty"`
	// Session is the log-in whose page is the agent's desk now.
	Session string `json:"session,omitempty"`
	// Endpoint is what is dialled, "PJSIP/agent-anna"; System is its Asterisk.
	Endpoint string    `json:"endpoint,omitempty"`
	System   string    `json:"system,omitempty"`
	Browser  bool      `json:"browser,omitempty"` // a page's phone, not one on a table
	Queues   []string  `json:"queues,omitempty"`  // empty: all
	Skills   []string  `json:"skills,omitempty"`
	LoggedIn time.Time `json:"logged_in,omitzero"`
	// Task is the one offered, talked with or being wrapped up.
	Task string `json:"task,omitempty"`
	// Idle is since when the agent has not talked, for longest-idle.
	Idle     time.Time `json:"idle,omitzero"`
	Missed   int       `json:"missed,omitempty"`   // in a row
	Rejected int       `json:"rejected,omitempty"` // in a row
	Handled  int       `json:"handled,omitempty"`  // on Day
	Day      string    `json:"day,omitempty"`      // YYYY-MM-DD, Warsaw
	// WrapUntil ends the wrap-up.
	WrapUntil time.Time `json:"wrap_until,omitzero"`
	// Owed is the talk whose code was not given yet, also after the wrap-up's time.
	Owed *Owed `json:"owed,omitempty"`
}

// Owed is a talk that an agent is to write a code and a note for.
type Owed struct {
	Task    string        `json:"task"`
	Call    string        `json:"call,omitempty"`
	Queue   string        `json:"queue"`
	Handled time.Duration `json:"handled,omitempty"` // talk and hold
	Since   time.Time     `json:"since"`             // of the wrap-up
}

// AgentState is what an agent does.
type AgentState string

// The states of an agent.
const (
	Offline   AgentState = "offline"
	Available AgentState = "available"
	Ringing   AgentState = "offered"
	OnCall    AgentState = "on call"
	WrapUp    AgentState = "wrap-up"
	Break     AgentState = "break"
)

// Breaks that the desk itself sends an agent on.
const (
	BreakMissed = "missed"
	BreakWrapUp = "wrap-up"
	BreakAway   = "away"  // the page or its phone is gone
	BreakStart  = "start" // logged in, not ready yet
)

// Lane is what a queue remembers of those it has served.
type Lane struct {
	Name string `json:"name"`
	// Handling is the moving average of talk, hold and wrap-up; Served how many
	// it is of.
	Handling time.Duration `json:"handling,omitempty"`
	Served   int           `json:"served,omitempty"`
}

// World is what a step may know beside the floor.
type World struct {
	Now    time.Time
	Queues map[string]ivr.Queue
	Hours  map[string]ivr.HoursState
	// Destinations are the names that may be transferred to.
	Destinations map[string]bool
	// Detached: the store does not answer, so nobody knows what other processes
	// do: nothing new is offered and nobody is let in.
	Detached bool
}
