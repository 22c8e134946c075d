package ivr

import "time"

// World is what a step may know beside the call itself: an immutable snapshot.
type World struct {
	Now      time.Time
	Location *time.Location // the line's zone, for spoken dates
	Hours    map[string]HoursState
	Notices  map[string]Notice
	Articles map[string]Article
	Queues   map[string]Queue
	Services Services
}

// Services tells which outside services can be used at all; without one the
// flow takes its refused or unavailable branch.
type Services struct{ SMS, Callback, Report, Queue bool }

// HoursCase is the state of named hours at one moment.
type HoursCase string

// The states of named hours, in the words of a schedule node's cases.
const (
	HoursOpen      HoursCase = "open"
	HoursClosed    HoursCase = "closed"
	HoursSpecial   HoursCase = "special"
	HoursHoliday   HoursCase = "holiday"
	HoursEmergency HoursCase = "emergency"
)

// Open tells whether callers are served in this state.
func (c HoursCase) Open() bool { return c == HoursOpen || c == HoursSpecial }

// HoursState is the state of named hours now, and the next moment at which
// they open (zero: not within a year; now, when they are open).
type HoursState struct {
	Case     HoursCase
	NextOpen time.Time
}
