// Package ivr is the vocabulary of the line: the saved state of a call, the
// closed sets of inputs that can reach it and of effects it can order, and the
// snapshot of the world it decides by. It imports nothing of the house; every
// other room imports it.
//
// Times are absolute (time.Time, any zone); durations are time.Duration and are
// written as nanoseconds in JSON. Telephone numbers are as the network
// gave them, at best E.164 with a leading plus.
package ivr
