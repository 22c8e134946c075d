// Package store keeps what must outlive a process: the state of every call,
// the path it took, who holds which slot of the line, report numbers, bundles
// of flow versions, the switches staff turned, the board of the queues and their
// agents, the drafts of agents' notes and who is logged in. It is the only room
// that knows Redis; NewMemory keeps the same promises in memory, for tests and for
// a line without Redis, and one conformance suite holds both to them.
//
// All keys of a line share the hash tag {<line>}, so every change is one atomic
// script, also in a cluster. Only commands of Redis 7.0 are used.
//
// What happened is told in one stream of events, saved together with the state it
// belongs to and read by a group of consumers, the record: see ReadEvents.
//
// Nothing here retries a write: whether one arrived is found out by the next
// one, which answers SavedBefore. Give every call a context with a deadline;
// it is kept even while Redis hangs.
//
// # Several machines
//
// A slot is taken only by processes of its own machine, for they alone can order
// its Asterisk. Processes of other machines watch it: when its beat has stood
// still for long, they write in the record that its calls have ended (CloseLost),
// and leave the lease alone.
//
// So a machine that lost only the store, or the network to it, is not harmed. Its
// process goes on from memory and renews the same lease when the store is back;
// its next save of a call opens it again. What the closing wrote is taken from the
// call's path, and the stream, which only grows, gets an event "reopened", after
// which what the line says of the call counts again. Keys of closed calls live as
// long as those of live ones, so that a machine that comes back within a day finds
// what its callers had left.
package store
