// Package call runs live calls: one goroutine and one mailbox each. An input is
// stepped through the flow engine, the new state is saved, and only then are
// the effects performed, in their order; what they come to returns as inputs.
//
// A call whose state cannot be saved within SaveTime goes on from memory; its
// whole state is written by the next step that can, or by a sweep each second.
// A save that is answered with "fenced" or "conflict" means that another
// process has the call: this one orders nothing more for it and forgets it.
//
// What is ordered of the desk is carried out beside the call, each order within 2 s
// and one after the other, so a slow store keeps no caller waiting. A caller whom
// the desk does not let in goes the way of a failure; one who has his place keeps
// it while the desk cannot be asked. That a caller leaves a queue or a talk is said
// for a minute until the desk takes it, and again by the process that takes the
// call up.
//
// After a restart the saved calls of the slot are restored when Asterisk names
// their channels. Restoring changes nothing a caller hears; then Asterisk is
// asked what the open effects have come to, and the call is resumed with the
// answer.
//
// # Takeover
//
// The calls of an application of Asterisk belong to a slot. Several processes
// may serve it, one at a time. Three things make one of them its server, and each
// is got and lost apart from the others:
//
//   - the events: Asterisk gives them to the newest websocket of the application
//     and tells the one before, behind the last event it got, that it is replaced;
//   - the lease: in the store, with an epoch that is higher than any before and a
//     beat that changes with each renewal (every 2 s);
//   - the calls: read from the store after the lease was taken.
//
// A process is out, waiting, serving or closing:
//
//	out --(the slot is for it)--> opens a websocket --> waiting
//	waiting --(takes the lease, reads the calls)--> serving
//	waiting --(replaced)--> out
//	serving --(replaced)--> closing
//	serving, closing --(a renewal or a save is refused)--> out, at once
//	closing --(worked off, saved, requests back)--> releases the lease --> out
//
// The slot is for a process
//
//   - whose own lease it was before a restart, at once;
//   - that relieves a server: one that is leaving (a drain, a SIGTERM), or one
//     that stood in for it;
//   - when it was released by another. Who has been replaced and released leaves it
//     to the one who replaced him, until the slot was taken or its beat has stood
//     still;
//   - when its server is dead: its beat, or its absence from a store that has lost
//     its data, has stood still for the time of a lease (6 s). That time is the
//     watcher's own, by a clock that nobody sets, from the answer that showed the
//     beat first; a look that was not answered, or a pause between two looks of
//     more than store.LookGap, begins it anew.
//
// The lease is taken when it was released, was the taker's own, or its beat still
// is the one he has watched; the store compares and takes in one step. So in a
// planned hand-over the events of the caller wait with the taker while the one
// before works off what he has; no key is lost.
//
// A server orders something only while its lease is certain: for 6 s from the
// moment a granted renewal was asked for, by its own clock. When the store has
// left it without an answer ever since, for at least store.LeastSilence, it may go
// on from memory for 6 s after each vain renewal, while heartbeats come back over
// its websocket: nobody can take the slot over from a store that is silent. After
// a gap a silence says nothing any more. What is looked at, is looked at before
// each request; one that is on its way then cannot be taken back.
//
// Each save is made under the epoch, and refused when a newer lease is there. A
// state is saved before its effects are performed, unless the store does not
// answer. The next server asks Asterisk by the ids of the open effects what has
// become of them and orders what is not known there, so that nothing is done
// twice.
//
// The model in takeover_model_test.go is searched through for two processes: with
// all rules no order of events loses a key in a planned hand-over, performs an
// effect that is not saved or that another process has taken over, writes for a
// process that is fenced off, or leaves the call to nobody while a process lives;
// and each rule that is left out gives an order that does.
package call
