package ivr

import "time"

// Effect is an order of the engine, to be performed in the order given, after
// the state that came with it was saved. The set is closed.
//
// IDs are built from the call's id and step, so that the truth about an effect
// can be asked for after a crash.
type Effect interface{ effect() }

// Answer picks up.
type Answer struct{}

// Play speaks Parts one after the other without a gap and is answered by
// PlayMark after each part but the last, then PlayEnded, unless StopPlay or
// the caller's hang-up comes first. At most one Play is open in a call.
type Play struct {
	ID    string
	Node  string
	Parts []Part
	Speed float64 // 1 is the voice's own
	// Secret: the text holds a sensitive value and is never written.
	Secret bool
}

// Part is a piece of speech: named, so that a recording can replace it, and
// spelt out in Text for whoever has to synthesize it. Text is never saved.
type Part struct {
	// Prompt is a prompt id: "main.top.prompt", "main.top.option.1",
	// "article.<id>.<section>", "notice.<name>", "phrase.<name>".
	Prompt string
	Lang   string
	Text   string
	// Dynamic: the text holds values of this call.
	Dynamic bool
	// Recording, instead of text, plays back the Record of this ID.
	Recording string
	// Beep, instead of text, is the tone before a recording.
	Beep bool
}

// StopPlay cuts the open Play.
type StopPlay struct{ ID string }

// SetTimer fires TimerFired after the given time, unless CancelTimer comes
// first. Timers of one call have different IDs.
type SetTimer struct {
	ID    string
	After time.Duration
}

// CancelTimer takes a timer back; no TimerFired follows.
type CancelTimer struct{ ID string }

// StartLookup asks a named look-up; LookupEnded follows in any case.
type StartLookup struct {
	ID      string
	Name    string
	Timeout time.Duration
	// Input may hold sensitive values and is never written.
	Input map[string]string
}

// Record records the caller; RecordEnded follows, after silence of Silence,
// Max, or StopRecord. A hang-up ends and keeps it.
type Record struct {
	ID      string
	Box     string
	Max     time.Duration
	Silence time.Duration
}

// StopRecord ends a recording and keeps what was said; RecordEnded follows.
type StopRecord struct{ ID string }

// KeepMessage makes a recording a message of its box.
type KeepMessage struct {
	ID     string // of the Record
	Box    string
	Node   string
	Report string // number, or empty
	Talk   time.Duration
}

// DiscardMessage deletes a recording.
type DiscardMessage struct{ ID string }

// IssueReport asks for a report number: the same ID always gets the same one.
// ReportIssued follows.
type IssueReport struct{ ID string }

// Enqueue puts the caller into a queue; QueueChanged follows. The same ID again
// only asks where he stands.
type Enqueue struct{ ID, Queue string }

// LeaveQueue takes the caller out of it, or out of the talk; nothing follows. One
// who is not there any more has left.
type LeaveQueue struct {
	ID     string      `json:"id"`
	Reason LeaveReason `json:"reason"`
}

// LeaveReason is why a caller leaves a queue.
type LeaveReason string

// The reasons to leave a queue.
const (
	LeftByKey      LeaveReason = "key"
	LeftByTimeout  LeaveReason = "timeout" // max_wait
	LeftByHangup   LeaveReason = "hangup"  // the caller's
	LeftForFailure LeaveReason = "failed"
)

// Transfer dials a destination and connects it; TransferChanged follows.
type Transfer struct {
	ID     string
	To     string // name of the destination
	Number string // what to dial
}

// CancelTransfer gives up dialling; nothing follows.
type CancelTransfer struct{ ID string }

// Callback asks that somebody of the queue calls Number; ServiceDone follows.
// An empty Number is the caller's own. Place is the ID of the Enqueue whose place
// it keeps, and which it ends; empty: it goes to the end of the queue.
type Callback struct{ ID, Queue, Number, Place string }

// SendSMS sends text to the caller's number; ServiceDone follows.
type SendSMS struct{ ID, Text string }

// MusicOnHold starts or stops music while a caller waits. Class names one of
// Asterisk's musiconhold.conf; empty: the default one.
type MusicOnHold struct {
	On    bool
	Class string
}

// Hangup ends the call.
type Hangup struct{}

// Fallback gives the channel to the dialplan's last net: a recorded apology,
// then the fallback number.
type Fallback struct{ Number string }

// Note tells what the caller experienced or did, for the record: it orders
// nothing. Fields not used by an Event are zero. It is written as it is, so it
// never holds a sensitive value or spoken text.
type Note struct {
	Event   string  `json:"event"`
	Node    string  `json:"node,omitempty"`
	Digit   string  `json:"dtmf,omitempty"`
	Count   int     `json:"count,omitempty"`
	Queue   string  `json:"queue,omitempty"`
	To      string  `json:"to,omitempty"`
	Box     string  `json:"box,omitempty"`
	Var     string  `json:"var,omitempty"`
	Value   any     `json:"value,omitempty"`
	Secret  bool    `json:"secret,omitempty"` // the value was withheld
	By      string  `json:"by,omitempty"`
	Outcome Outcome `json:"outcome,omitempty"`
	Reason  string  `json:"reason,omitempty"`
	Lang    string  `json:"lang,omitempty"`
	Prompt  string  `json:"prompt,omitempty"`
	Article string  `json:"article,omitempty"`
	// Caller is the HMAC of the caller's number, with `answer`.
	Caller string `json:"caller,omitempty"`
	// Recording is the ID of the Record a message belongs to.
	Recording string `json:"recording,omitempty"`
}

// Outcome is what a call came to.
type Outcome string

// The outcomes of a call.
const (
	OutcomeContained   Outcome = "contained"
	OutcomeAgent       Outcome = "agent"
	OutcomeMessage     Outcome = "message"
	OutcomeCallback    Outcome = "callback"
	OutcomeTransferred Outcome = "transferred"
	OutcomeClosed      Outcome = "closed"
	OutcomeAbandoned   Outcome = "abandoned"
	OutcomeError       Outcome = "error"
)

func (Answer) effect()         {}
func (Play) effect()           {}
func (StopPlay) effect()       {}
func (SetTimer) effect()       {}
func (CancelTimer) effect()    {}
func (StartLookup) effect()    {}
func (Record) effect()         {}
func (StopRecord) effect()     {}
func (KeepMessage) effect()    {}
func (DiscardMessage) effect() {}
func (IssueReport) effect()    {}
func (Enqueue) effect()        {}
func (LeaveQueue) effect()     {}
func (Transfer) effect()       {}
func (CancelTransfer) effect() {}
func (Callback) effect()       {}
func (SendSMS) effect()        {}
func (MusicOnHold) effect()    {}
func (Hangup) effect()         {}
func (Fallback) effect()       {}
func (Note) effect()           {}
