// Package flow is the call-flow engine: a compiled Program, and Step, which
// takes a call from one state to the next. It is pure: no clock, no network,
// no randomness, no goroutines; the time and everything else it may know come
// in as an ivr.World. So the same engine runs live, in the simulator, in a
// property test and after a crash.
//
// Each node type has a file of its own (menu.go, collect.go, …).
//
// # Choices
//
// Where the language of the flows is silent or can be read in two ways:
//
// Keys. With the options 1 and 100, a 1 and a 0 followed by silence take 1, and
// the 0 stays in the buffer. A term char exactly term_timeout after the last
// digit is still one. While a look-up is asked keys wait, also during its
// waiting prompt, which they do not cut. A key ends the prompt of a hangup, and
// with it the call. The key in an enumerated option is spoken as a word, a
// longer one digit by digit.
//
// Questions. The engine's yes-or-no sentence follows the prompt of a confirm
// and the value of a collect's confirm, where # repeats it and * goes back. An
// error entry's timeout holds up to the next error, repeat or entry. Choosing
// from a menu ends a row of not-founds; the one that is one too many is not an
// entry of the collect.
//
// Answers. Silence may repeat the offer once after each section. An answer's
// contained is taken back to no outcome, not to the one before.
//
// Look-ups. An answer at its timeout is late. Code 404 is not_found, unless the
// found expression says otherwise. When one mapped value is missing or of a
// wrong type, that is an error and none is set.
//
// People. A queue announces what its announce lists: a new place when nothing
// is being said, at least 10 s after what was said last; the wait in the bands
// of waitBands, never a longer one than before, nothing while it is not known.
// When nothing is new for announce_every, measured from the end of what was
// said, callers are thanked and told their place again, with the offer of a
// call back from callback_after on; a queue with neither announce nor comfort
// plays music alone. An announcement that cannot be played costs nobody his
// place. Agents who all leave make a queue unavailable for who waits, too.
//
// While callbacks are off, nothing offers one and 1 does nothing; who is
// refused one is told so and waits on. Until the desk has taken a call back the place is the
// caller's: an agent who is quicker has him. Who keys a number to be called
// back at is not interrupted by max_wait, but by an agent; the number has 9 to
// 15 digits, is read back, and is handled like a sensitive value; who goes
// back from it, or is led to the same queue for his errors, waits on where he
// was. A queue that closes and calls back takes left, or closed for who cannot
// be called.
//
// A caller whose agent is lost waits again: max_wait and callback_after begin
// anew, his outcome stays agent. Leaving a queue or a talk is ordered with its
// reason and, like the stop of a prompt, again after a crash. The ringing of a
// transfer is not time in the machine.
//
// Voicemail. After the prompt the engine says that what follows is recorded,
// and nobody skips that. While recording only # is heard. 3 after the playback
// throws the message away, which is empty. Seconds are rounded up.
//
// Errors and restarts. The stack may hold 8 calls beyond the entry flow. With
// the second error.internal the call ends for the engine with outcome error, by
// line, and the dialplan dials the fallback. After a crash an open look-up is
// asked anew, and the desk is asked where who waits or talks stands; timers go on
// with what was left of them, with at least 2 s after a time away in which keys
// may have been lost.
package flow
