package ivr

import "time"

// Event is a note with the step and moment it belongs to: what the record of a
// call is made of.
type Event struct {
	Seq uint64    `json:"seq"`
	At  time.Time `json:"t"`
	Note
}

// Saved is what became of a save. Only after SavedOK and SavedBefore is the
// state the saved one.
type Saved string

// The answers to a save.
const (
	SavedOK       Saved = "ok"
	SavedBefore   Saved = "duplicate" // this very state was saved before
	SavedFenced   Saved = "fenced"    // a newer lease exists: order nothing more for this call
	SavedConflict Saved = "conflict"  // another state of this or a later step is saved
	SavedMissing  Saved = "missing"   // the state before is gone: save the whole, while the slot is held
)
