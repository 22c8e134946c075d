package ivr

// BoardCommit is one change of the board that all processes of a line share:
// all of it is written, or nothing.
type BoardCommit struct {
	// From is where the board must stand; it then stands at To, a greater number
	// that nobody else picks, at most 2^53. A jump of random width makes it that, so
	// that two histories of a board that was lost have no number in common.
	From, To int64
	Set      map[string][]byte // entries by name, JSON
	Delete   []string
	// Events are written beside it, to the stream of the line.
	Events []QueueEvent
	// Slot must not be held under a newer lease than Epoch; empty: no slot is
	// involved.
	Slot  string
	Epoch int64
	// Log are the numbers the board has stood at whose changes are part of the
	// entries, where it is restored.
	Log []int64
}

// BoardState is what the board says to somebody who stands at some number.
type BoardState struct {
	Seq int64 // where it stands; 0: nothing was ever written
	// Whole: Entries are all there are, and Log names the numbers the board has
	// stood at lately. Otherwise both are what has come since, and Gone has the names
	// of what is no longer there.
	Whole   bool
	Entries map[string][]byte
	Gone    []string
	Log     []int64 // ascending
}
