// Package call runs live calls: one goroutine and one mailbox each. An input is
// stepped through the flow engine, the new state is saved, and only then are
// the effects performed, in their order; what they come to returns as inputs.
//
// A call whose state cannot be saved within SaveTime goes on from memory; its
// whole state is written by the next step that can, or by a sweep each second.
// A save that is answered with "fenced" or "conflict" means that another
// process has the call: this one orders nothing more for it and forgets it.
//
// After a restart the saved calls of the slot are restored when Asterisk names
// their channels. Restoring changes nothing a caller hears; then Asterisk is
// asked what the open effects have come to, and the call is resumed with the
// answer.
package call
