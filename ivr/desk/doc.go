// Package desk distributes callers among agents: the rules of queues, offers,
// talks, transfers and wrap-ups, and the shell that lives by them.
package desk
