package ivr

import "time"

// StreamEvent is one entry of the line's stream of events, as it was saved together
// with what it tells of.
type StreamEvent struct {
	// ID is "<ms>-<n>", greater than those of all entries saved before.
	ID   string
	Call string    // the call it belongs to; empty: none
	Seq  uint64    // of a Note, that call's step
	At   time.Time // when it happened
	// Event names it: in small letters a Note of a call, in capitals a QueueEvent.
	Event string
	Data  []byte // the Note or QueueEvent as JSON
}
