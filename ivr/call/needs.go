package call

import (
	"context"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/flow"
)

// Switch answers, refuses and ends calls.
type Switch interface {
	Answer(ctx context.Context, call string) error
	Hangup(ctx context.Context, call string) error
	Fallback(ctx context.Context, call string) error
	// Refuse turns a new caller away, who was not answered.
	Refuse(ctx context.Context, call string) error
	// MusicOnHold starts or stops music; an empty class is the default one.
	MusicOnHold(ctx context.Context, call string, on bool, class string) error
}

// Player plays sound files; PlayMark and PlayEnded follow as inputs, also when
// the order fails.
type Player interface {
	Play(ctx context.Context, call, id string, clips []Clip) error
	StopPlay(ctx context.Context, call, id string) error
}

// Clip is a sound file: its absolute path without extension, and its length
// (0: not known).
type Clip struct {
	Path   string
	Length time.Duration
}

// Recorder records callers; RecordEnded follows as an input, also when the
// order fails.
type Recorder interface {
	Record(ctx context.Context, call, id string, most, silence time.Duration) error
	StopRecord(ctx context.Context, call, id string) error
	DiscardRecording(ctx context.Context, id string) error
	RecordingPath(id string) string // without extension; the file is a WAV
}

// Dialler connects callers with destinations; TransferChanged follows as an
// input, also when the order fails.
type Dialler interface {
	Transfer(ctx context.Context, call, id, number string) error
	CancelTransfer(ctx context.Context, call, id string) error
}

// Witness knows what effects have come to while nobody listened: the IDs that
// no longer run, and the inputs that would have come. alive is false when the
// caller is gone.
type Witness interface {
	Truth(ctx context.Context, call string, open []string) (alive bool, gone []string, ended []ivr.Input, err error)
}

// Voice finds or makes the clip that says a part of a prompt.
type Voice interface {
	Say(ctx context.Context, call string, part ivr.Part, speed float64) (Clip, error)
	Beep() Clip
	// Apology is there whatever else fails.
	Apology(lang string) Clip
	Forget(call string)
	// Discard deletes a clip that holds a sensitive value, once it was heard.
	Discard(Clip)
}

// Keeper saves calls under the epoch of the slot's lease. An error says that
// nothing is known of the write. SaveWhole may skip steps and write a call whose
// key is gone.
type Keeper interface {
	Save(ctx context.Context, c *ivr.Call, events []ivr.Event) (ivr.Saved, error)
	SaveWhole(ctx context.Context, c *ivr.Call, events []ivr.Event) (ivr.Saved, error)
}

// Reports issues the numbers of reports: the same one for the same id.
type Reports interface {
	IssueReport(ctx context.Context, id string) (string, error)
}

// Lookups asks named look-ups; it always gives an answer for the effect, within
// its timeout.
type Lookups interface {
	Ask(ctx context.Context, l ivr.Lookup, order ivr.StartLookup) ivr.LookupEnded
}

// Desk has the queues and the agents. What becomes of a caller follows as
// QueueChanged, and of a call back as ServiceDone. An error says that an order was
// not taken, or that nobody knows whether it was; each may be given twice.
type Desk interface {
	// Enqueue lets a caller into a queue, or tells again where he stands.
	Enqueue(ctx context.Context, c *ivr.Call, e ivr.Enqueue) error
	// LeaveQueue takes him out of the queue or the talk.
	LeaveQueue(ctx context.Context, id string, why ivr.LeaveReason) error
	// Callback notes that he is to be called back.
	Callback(ctx context.Context, c *ivr.Call, e ivr.Callback) error
}

// Messages keeps recordings that callers leave. Keeping the same one again
// does no harm.
type Messages interface {
	Keep(ctx context.Context, m Message, wav string) error
}

// Message is a recording a caller has left.
type Message struct {
	ID, Box, Node, Call, Report, Lang string
	Caller                            ivr.Caller
	At                                time.Time
	Talk                              time.Duration
}

// Versions are the flows and what is current around them.
type Versions interface {
	Current() *flow.Program
	// Program is a version that live calls may still name; nil: it is lost.
	Program(version string) *flow.Program
	World(now time.Time) *ivr.World
}
