package desk

import (
	"fmt"
	"time"

	"infolinia/ivr"
)

// Input is something that happened, or that an agent wants. The set is closed.
// One that names something which is no longer so changes nothing: late,
// repeated and stale ones do no harm.
type Input interface{ input() }

// Enter brings a caller into a queue. The same ID again changes nothing.
type Enter struct {
	ID, Call, Slot, Queue, Lang string
	Caller                      ivr.Caller
}

// Leave takes a caller out: he, or his flow, no longer waits or talks.
type Leave struct {
	ID     string
	Reason ivr.LeaveReason
}

// AskCallback puts a call back into a queue. Place is the task whose place it
// keeps and which it ends. A caller who has one in this queue already, by his
// HMAC or number, keeps that one.
type AskCallback struct {
	ID, Slot, Queue, Lang, Number, Place string
	Caller                               ivr.Caller
}

// Forget removes a task whose end is known to everybody.
type Forget struct{ ID string }

// LegUp says that a leg was answered.
type LegUp struct{ Task, Leg string }

// LegEnded says that a leg is gone, and why.
type LegEnded struct {
	Task, Leg string
	Cause     LegCause
}

// LegCause is why a leg ended.
type LegCause string

// The causes of a leg's end.
const (
	LegHungUp   LegCause = "hungup"    // by whoever was at it, after it was answered
	LegLost     LegCause = "lost"      // after it was answered, by the network or a dead page
	LegBusy     LegCause = "busy"      // also: declined
	LegNoAnswer LegCause = "no_answer" // rang as long as it may
	LegFailed   LegCause = "failed"    // not registered, or any other failure
)

// LogIn makes a page an agent's desk: available at once, or on a break first when
// Paused. Another page's desk ends; a call that is going on is taken over by the
// new one.
type LogIn struct {
	Agent, Name, Session, Endpoint, System string
	Browser, Paused                        bool
	Queues, Skills                         []string
}

// LogOut ends an agent's day at this desk. During a call it is refused.
type LogOut struct{ Agent, Session string }

// Gone says that the page of an agent has been away for a while.
type Gone struct{ Agent, Session string }

// Pause puts an agent on a break; during a call, after it.
type Pause struct{ Agent, Reason string }

// Ready makes an agent available again.
type Ready struct{ Agent string }

// Reject declines the open offer.
type Reject struct{ Agent string }

// Rejoin says that the page of a talking agent has come back without its leg: it
// gets a new one, which answers by itself.
type Rejoin struct{ Agent, Session string }

// SetHold holds the caller, or takes him back.
type SetHold struct {
	Agent string
	On    bool
}

// HangUp ends the agent's talk, with the caller or, in a consultation, with the
// third party.
type HangUp struct{ Agent string }

// TransferTo sends the caller on without a word.
type TransferTo struct {
	Agent string
	To    Target
}

// Consult calls a third party while the caller hears music.
type Consult struct {
	Agent string
	To    Target
}

// Swap changes between the caller and the third party.
type Swap struct{ Agent string }

// Complete connects the caller with the third party and leaves.
type Complete struct{ Agent string }

// CancelConsult drops the third party and takes the caller back.
type CancelConsult struct{ Agent string }

// Conference lets all three talk.
type Conference struct{ Agent string }

// Finish gives a wrap-up its code and note, and ends it.
type Finish struct{ Agent, Task, Code, Note string }

// ExtendWrapUp gives a wrap-up more time.
type ExtendWrapUp struct {
	Agent string
	By    time.Duration
}

// CloseCallback ends a call back that is owed, with a reason, without calling.
type CloseCallback struct{ Agent, Task, Reason string }

// Lost says that nobody will ever hold a slot again, so that all its legs are gone:
// who called there has hung up, and its call backs go on at another slot.
type Lost struct{ Slot, To string }

// Tick lets time pass: what is due is done.
type Tick struct{}

func (Enter) input()         {}
func (Leave) input()         {}
func (AskCallback) input()   {}
func (Forget) input()        {}
func (LegUp) input()         {}
func (LegEnded) input()      {}
func (LogIn) input()         {}
func (LogOut) input()        {}
func (Gone) input()          {}
func (Pause) input()         {}
func (Ready) input()         {}
func (Reject) input()        {}
func (Rejoin) input()        {}
func (SetHold) input()       {}
func (HangUp) input()        {}
func (TransferTo) input()    {}
func (Consult) input()       {}
func (Swap) input()          {}
func (Complete) input()      {}
func (CancelConsult) input() {}
func (Conference) input()    {}
func (Finish) input()        {}
func (ExtendWrapUp) input()  {}
func (CloseCallback) input() {}
func (Lost) input()          {}
func (Tick) input()          {}

// Refusal is why an agent's wish is not granted; nothing has changed.
type Refusal string

// The refusals. The page says each in words.
const (
	RefusedNotLoggedIn   Refusal = "not_logged_in"
	RefusedOtherDesk     Refusal = "other_desk"     // another page is the agent's desk
	RefusedNoCall        Refusal = "no_call"        // there is no such talk any more
	RefusedOnCall        Refusal = "on_call"        // first end the talk
	RefusedNotAnswered   Refusal = "not_answered"   // the third party has not answered yet
	RefusedThirdParty    Refusal = "third_party"    // there is one already
	RefusedSelf          Refusal = "self"           // a transfer to oneself
	RefusedUnknownTarget Refusal = "unknown_target" // not allowed, or not there
	RefusedTargetBusy    Refusal = "target_busy"    // that agent is not available
	RefusedTargetClosed  Refusal = "target_closed"  // that queue is closed, full or without agents
	RefusedLoop          Refusal = "loop"           // transferred too often
	RefusedNoCode        Refusal = "no_code"        // a wrap-up needs a code
	RefusedDetached      Refusal = "detached"       // not while the store is away
)

func (r Refusal) Error() string { return fmt.Sprintf("refused: %s", string(r)) }
