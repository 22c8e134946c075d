package console

import (
	"time"

	"infolinia/ivr"
)

// DeskView is everything an agent's page shows, at one moment.
type DeskView struct {
	Me DeskMe
	// Task is the one offered to the agent, talked or wrapped up; nil: none.
	Task         *DeskTask
	Queues       []DeskQueue
	People       []DeskPerson // the others; in the order they are to be shown
	Destinations []DeskDestination
	Owed         []OwedCallback // the one to be called next first
	Missed       []MissedCall   // of this agent today, the latest first
	// Breaks, Codes and Closings may be chosen: reasons of a break, codes of a
	// wrap-up, reasons to close a call back without calling.
	Breaks, Codes, Closings []Choice
	// Detached: the store does not answer, so nobody gets new calls.
	Detached bool
}

// Choice is one entry of a configured list, with its words by language.
type Choice struct {
	Code string
	Text ivr.Texts
}

// Presence is what an agent does.
type Presence string

// The states of an agent.
const (
	Offline   Presence = "offline"
	Available Presence = "available"
	Ringing   Presence = "offered"
	OnCall    Presence = "on call"
	WrapUp    Presence = "wrap-up"
	OnBreak   Presence = "break"
)

// DeskMe is the agent whose page it is.
type DeskMe struct {
	Login, Name string
	State       Presence
	Since       time.Time
	Reason      string // of a break: a code of Breaks, or missed, wrap-up, away
	Next        string // the break asked for, to begin after the talk
	// Page is the page that is the agent's desk now, as Command.Page named it; "":
	// none is.
	Page string
	// Browser: the page is the telephone. Else it is the one at Extension.
	Browser   bool
	Extension string // of an office telephone the agent may work with; "": none
	Handled   int    // calls today
}

// DeskTask is a caller whom the agent is to talk with, talks with or has talked
// with. Times of a task that is not so far are zero.
type DeskTask struct {
	ID       string
	State    TaskState
	Callback bool // the resident is called back
	Queue    string
	Topic    string   // what the caller wants, in words; "": not known
	Path     []string // the menus, in words, from the first to the last
	Lang     string   // ISO 639-1
	Caller   string   // HMAC of the number; "": withheld
	Entered  time.Time
	Waited   time.Duration // in the queue, until connected
	Heard    []HeardArticle
	// Case is the number of a case that the caller has keyed; "": none.
	Case string
	// OfferUntil ends the ringing. Auto: the telephone answers by itself.
	OfferUntil time.Time
	OfferMade  time.Time
	Auto       bool
	Talk       *DeskTalk // of a connected task
	WrapUntil  time.Time // of a wrapping one
	// Transferred names who sent the caller here; "": nobody.
	Transferred string
}

// TaskState is how far an agent's task is.
type TaskState string

// The states of a task at a desk.
const (
	TaskOffered   TaskState = "offered"
	TaskConnected TaskState = "connected"
	TaskWrapping  TaskState = "wrapping"
)

// HeardArticle is an article that was read to the caller.
type HeardArticle struct {
	ID, Code, Title string
	Section         string // the last one read
}

// DeskTalk is who talks with whom.
type DeskTalk struct {
	Mode      TalkMode
	Since     time.Time
	HeldSince time.Time // set while the caller hears music
	// LostUntil is set while the agent's leg is lost: until then the caller waits.
	LostUntil time.Time
	Other     *DeskOther
}

// TalkMode is who hears whom.
type TalkMode string

// The modes of a talk.
const (
	TalkCaller     TalkMode = "caller"
	TalkHold       TalkMode = "hold"
	TalkConsult    TalkMode = "consult"
	TalkConference TalkMode = "conference"
	TalkBlind      TalkMode = "blind"
	TalkDialling   TalkMode = "dialling" // the resident to be called back rings
	// Of a colleague's call, whom Other names: he asks this agent, all three talk,
	// or he talks with the caller and comes back.
	TalkAsked  TalkMode = "asked"
	TalkJoined TalkMode = "joined"
	TalkParked TalkMode = "parked"
)

// DeskOther is the third party of a consultation, conference or transfer.
type DeskOther struct {
	Name     string
	Answered bool
	Since    time.Time // of ringing, once answered of the talk
}

// DeskQueue is a queue as agents see it.
type DeskQueue struct {
	Name               string
	Title              ivr.Texts // nil: the name
	Mine               bool      // this agent serves it
	Open               bool
	Waiting            int
	Longest            time.Time // since when the first one waits; zero: nobody
	Free, Talk, Pauses int       // agents: available, on a call or after it, on a break
}

// Agents are all at work in the queue.
func (q DeskQueue) Agents() int { return q.Free + q.Talk + q.Pauses }

// DeskPerson is a colleague.
type DeskPerson struct {
	Login, Name string
	State       Presence
	Since       time.Time
	Reason      string
	Queues      []string
}

// DeskDestination is a place outside that calls may be sent to.
type DeskDestination struct {
	Name  string
	Title ivr.Texts // nil: the name
}

// OwedCallback is a resident who waits to be called back.
type OwedCallback struct {
	Task, Queue, Topic string
	Asked              time.Time
	Tries              int
	Next               time.Time // not before; zero: as soon as somebody is free
}

// MissedCall is an offer the agent did not take, and did not reject either.
type MissedCall struct {
	At           time.Time
	Queue, Topic string
}
