package main

import "time"

// shape is how callers behave: when they press which key, counted from the
// answer, and when they hang up. The prompts heard are 0, 1, 2 … in order.
type shape struct {
	name  string
	keys  []press
	until time.Duration
}

type press struct {
	key byte
	at  time.Duration
}

const (
	promptTime = 12 * time.Second
	lastPrompt = 35 * time.Second
	keyTime    = 100 * time.Millisecond
)

// shapes: one key interrupts the first prompt; in the longer call the second
// key comes after its prompt has ended and the third interrupts again.
func shapes() []shape {
	return []shape{
		{name: "stress", until: 4 * time.Second, keys: []press{{'1', 2 * time.Second}}},
		{name: "standard", until: time.Minute,
			keys: []press{{'1', 8 * time.Second}, {'2', 24 * time.Second}, {'3', 30 * time.Second}}},
	}
}

// leastHeard of each prompt, in packets, makes a call good.
const leastHeard = 50

// heard is one prompt as it was heard.
type heard struct {
	tone    int
	from    time.Time // its first packet
	packets int
}

// verdict says why a call was not good; empty when it was.
func (s shape) verdict(got []heard) string {
	for i := range len(s.keys) + 1 {
		switch {
		case i >= len(got):
			return "a prompt was never heard"
		case got[i].tone != i:
			return "a prompt was heard out of order"
		case got[i].packets < leastHeard:
			return "a prompt was heard for less than a second"
		}
	}
	if len(got) > len(s.keys)+1 {
		return "too many prompts"
	}
	return ""
}
