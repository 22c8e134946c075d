package caller

import "time"

// Kind is what an Event tells of.
type Kind string

// The kinds of events, in the order of a call.
const (
	Calling      Kind = "calling"
	Ringing      Kind = "ringing"
	Answered     Kind = "answered"
	FirstSound   Kind = "first sound"
	PromptBegins Kind = "prompt begins"
	PromptEnds   Kind = "prompt ends"
	KeySent      Kind = "key sent"
	KeyReceived  Kind = "key received"
	Over         Kind = "over"
)

// Event is something that happened in a call, told as it happens.
type Event struct {
	Kind Kind
	At   time.Time
	// Since is the time since the answer, or since the INVITE before it.
	Since time.Duration
	Heard Heard // of PromptBegins and PromptEnds
	Key   Key   // of KeySent and KeyReceived
	End   End   // of Over
}

// Key is one key that was sent or received. Until is the moment of the first
// packet that said it was released.
type Key struct {
	Key       string
	At, Until time.Time
}

// times are the moments of a call's beginning; zero for what did not happen.
type times struct {
	invited, answered, firstAudio time.Time
}

// emit completes an event, tells it, and wakes who waits. The caller holds mu.
func (c *Call) emit(e Event) {
	origin := c.times.answered
	if origin.IsZero() {
		origin = c.times.invited
	}
	e.Since = e.At.Sub(origin)
	c.onEvent(e)
	close(c.changed)
	c.changed = make(chan struct{})
}

func (c *Call) promptBegan(h Heard) {
	c.heard = append(c.heard, h)
	c.hearing = true
	c.emit(Event{Kind: PromptBegins, At: h.At, Heard: h})
}

func (c *Call) promptEnded(h Heard) {
	c.heard[len(c.heard)-1] = h
	c.hearing = false
	c.emit(Event{Kind: PromptEnds, At: h.Until, Heard: h})
}

func (c *Call) keySent(key byte, from, until time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := Key{Key: string(key), At: from, Until: until}
	c.keys = append(c.keys, k)
	c.emit(Event{Kind: KeySent, At: from, Key: k})
}

func (c *Call) frameSent(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.listen.idle(now)
}
