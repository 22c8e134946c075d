// Package message keeps what callers leave after the tone: a WAV file and its
// metadata as JSON beside it, in folders by box and by the day, Warsaw time:
//
//	<dir>/<box>/2026-06-09/<id>.wav
//	<dir>/<box>/2026-06-09/<id>.json
//
// Files are 0640 and folders 2750, so that whoever is in the group of the
// top folder may listen. A message is first announced by <id>.part, which holds the
// metadata and the place of the recording; what a crash has left of it is
// completed by Store.Recover. The caller's number is nowhere.
package message
