package ivr

import "time"

// Input is something that happened to a call. The set is closed. An input that
// carries the ID of an effect the call is not waiting for is ignored, so a
// late, repeated or stale one does no harm.
type Input interface{ input() }

// Arrived begins a call.
type Arrived struct{ Lang string } // Lang empty: the line's default

// Key is one pressed key: 0-9, *, #, A-D.
type Key struct{ Digit byte }

// PlayEnded says that a Play is over by itself: its last part was heard, or it
// could not be played.
type PlayEnded struct {
	ID     string
	Failed bool
}

// PlayMark says that part number Part (from 0) of an open Play was heard to
// its end.
type PlayMark struct {
	ID   string
	Part int
}

// TimerFired says that a SetTimer ran out.
type TimerFired struct{ ID string }

// LookupEnded brings the answer of a Lookup.
type LookupEnded struct {
	ID   string
	Fail string // "" or why there is no answer: timeout, error, refused
	Code int    // HTTP status
	Body any    // decoded JSON; nil when there is none or it is no JSON
	// NotFound is an answer that means "not found" whatever its body.
	NotFound bool
}

// RecordEnded says that a Record is over.
type RecordEnded struct {
	ID     string
	Talk   time.Duration // length of what was said; zero: nobody spoke
	Failed bool
}

// ReportIssued brings the number asked for by IssueReport.
type ReportIssued struct {
	ID     string
	Number string
	Failed bool
}

// QueueChanged says what became of an Enqueue.
type QueueChanged struct {
	ID       string
	State    QueueState
	Position int           // with QueueWaiting: 1 is next
	Wait     time.Duration // with QueueWaiting: expected wait; 0 is unknown
}

// QueueState is a stage of a caller's stay in a queue.
type QueueState string

// QueueWaiting may come often, also after QueueConnected: the agent was lost, or
// has sent the caller on to a queue. QueueConnected comes again after that, and
// after a restore. The others are final.
const (
	QueueWaiting     QueueState = "waiting"
	QueueConnected   QueueState = "connected"
	QueueEnded       QueueState = "ended" // the talk is over, by the agent's hand
	QueueClosed      QueueState = "closed"
	QueueFull        QueueState = "full"
	QueueUnavailable QueueState = "unavailable"
	QueueFailed      QueueState = "failed"
	// QueueCallback: the queue closes and offers to call back those who wait.
	QueueCallback QueueState = "callback"
)

// TransferChanged says what became of a Transfer.
type TransferChanged struct {
	ID    string
	State TransferState
}

// TransferState is a stage of a transfer.
type TransferState string

// Answered and Ended follow each other; the others are final.
const (
	TransferAnswered TransferState = "answered"
	TransferEnded    TransferState = "ended"
	TransferBusy     TransferState = "busy"
	TransferNoAnswer TransferState = "no_answer"
	TransferFailed   TransferState = "failed"
)

// ServiceDone answers a Callback or an SMS.
type ServiceDone struct {
	ID      string
	Refused bool
}

// HungUp says that the caller is gone. Lost: nobody saw him go, because Asterisk
// or this process was away.
type HungUp struct{ Lost bool }

// Resumed is the first input after a call was restored: what had been ordered
// may have come to its end unseen.
type Resumed struct {
	Away time.Duration // how long nobody listened
	// Gone are IDs of open effects that no longer run (a prompt that is over,
	// a recording that ended). Effects not named go on.
	Gone []string
}

func (Arrived) input()         {}
func (Key) input()             {}
func (PlayEnded) input()       {}
func (PlayMark) input()        {}
func (TimerFired) input()      {}
func (LookupEnded) input()     {}
func (RecordEnded) input()     {}
func (ReportIssued) input()    {}
func (QueueChanged) input()    {}
func (TransferChanged) input() {}
func (ServiceDone) input()     {}
func (HungUp) input()          {}
func (Resumed) input()         {}
