// Package flow is the call-flow engine: a compiled Program, and Step, which
// takes a call from one state to the next. It is pure: no clock, no network,
// no randomness, no goroutines; the time and everything else it may know come
// in as an ivr.World. So the same engine runs live, in the simulator, in a
// property test and after a crash.
//
// Each node type has a file of its own (menu.go, collect.go, …).
package flow
