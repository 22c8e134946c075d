// Package console is what people and machines see of the line over HTTP: health,
// readiness and metrics, a page for staff, and the socket by which the commands
// talk to the daemon.
//
// Nothing here shows a caller's number, spoken text or a value a caller has
// keyed. The pages only tell; what changes the line goes through the socket,
// which only the daemon's own user may open.
package console
