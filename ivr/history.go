package ivr

import "time"

// EarlierCall is what is remembered of a call of the same number.
type EarlierCall struct {
	ID       string        `json:"id,omitempty"` // of the call; empty: a call back
	At       time.Time     `json:"t"`
	Length   time.Duration `json:"length"` // ns; of a call back, the talk
	Callback bool          `json:"callback,omitempty"`
	Outcome  Outcome       `json:"outcome"`
	Article  string        `json:"article,omitempty"` // heard last
	Node     string        `json:"node,omitempty"`    // it ended in
	Queue    string        `json:"queue,omitempty"`   // waited in last
	Agent    string        `json:"agent,omitempty"`   // login of who talked last
	Code     string        `json:"code,omitempty"`    // of the last wrap-up
	Note     string        `json:"note,omitempty"`
}

// MissedCall is an offer that an agent let ring.
type MissedCall struct {
	At     time.Time     `json:"t"` // it began to ring
	Ring   time.Duration `json:"ring"`
	Task   string        `json:"task"`
	Call   string        `json:"call,omitempty"`
	Queue  string        `json:"queue"`
	Reason string        `json:"reason,omitempty"`
	// Answered by another agent later, or by the same; By is who.
	Answered bool   `json:"answered,omitempty"`
	By       string `json:"by,omitempty"`
}
