// Package store keeps what must outlive a process: the state of every call,
// the path it took, who holds which slot of the line, report numbers, bundles
// of flow versions and the switches staff turned. It is the only room that
// knows Redis; NewMemory keeps the same promises in memory, for tests and for a
// line without Redis, and one conformance suite holds both to them.
//
// All keys of a line share the hash tag {<line>}, so every change is one atomic
// script, also in a cluster. Only commands of Redis 7.0 are used.
//
// Nothing here retries a write: whether one arrived is found out by the next
// one, which answers SavedBefore. Give every call a context with a deadline;
// it is kept even while Redis hangs.
package store
