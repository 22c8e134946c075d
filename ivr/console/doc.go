// Package console is what people and machines see of the line over HTTP: health,
// readiness and metrics, a page for staff, and the socket by which the commands
// talk to the daemon.
//
// Health, readiness, metrics and the page for staff are for everybody who reaches
// the port, loopback unless the settings say otherwise: nothing there shows a caller's
// number, spoken text or a value a caller has keyed, and they only tell. What changes
// the line goes through the socket, which only the daemon's own user may open, or
// through the pages of those who are logged in.
//
// A log-in is a cookie no script can read, which browsers send with requests of our
// own pages only (SameSite=Strict); over HTTPS its name binds it to this host. What
// changes something is a POST, and one that another site's page made is refused by
// its Sec-Fetch-Site or Origin. No page runs an inline script or style, loads
// anything from elsewhere or can be framed; the microphone is for the desk alone. A
// stream of events or a telephone's websocket ends with its log-in.
package console
