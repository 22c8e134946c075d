package desk

import "time"

// Wish is what the telephone of a task is to look like. It is derived from the
// floor alone, so whoever holds the task's slot, now or after a takeover, brings
// Asterisk to it and nothing is done twice.
type Wish struct {
	// Legs that shall exist; all others of the task are to be dropped.
	Legs []WishedLeg
	// Together hear each other: ids of legs, and TheCaller.
	Together []string
	// Music is heard by these.
	Music []string
	// Ring is heard by these: somebody is being called for them.
	Ring []string
}

// TheCaller stands for the channel of the task's live call.
const TheCaller = "caller"

// WishedLeg is a leg that shall exist.
type WishedLeg struct {
	ID string
	// To is whom it leads to: an agent (Endpoint is then set), a destination by
	// name, or a resident's number.
	Endpoint, Destination, Number string
	// Ring is how long it may ring from when it is dialled.
	Ring time.Duration
	// Auto: the phone answers by itself.
	Auto bool
	// Up: it has been answered already.
	Up bool
}
