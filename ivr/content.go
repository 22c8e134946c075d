package ivr

import "time"

// Texts is one text in several languages, by ISO 639-1 code.
type Texts map[string]string

// Content is what staff may change under a live call: it is never pinned to
// the version a call started with.
type Content struct {
	Hours    map[string]Hours
	Notices  map[string]Notice
	Articles map[string]Article
	Queues   map[string]Queue
}

// Hours are named opening hours.
type Hours struct {
	Name     string
	Location *time.Location
	// Weekly windows by the weekday on which they begin.
	Weekly   map[time.Weekday][]Window
	Monthly  []MonthlyHours
	Holidays string // calendar of public holidays: "pl" or none
	Special  map[Day][]Window
	// Emergency closes at once, whatever the rest says.
	Emergency bool
}

// Day is a date without a time, in the zone of the hours it belongs to.
type Day struct {
	Year  int
	Month time.Month
	Day   int
}

// Window is an opening in minutes after midnight: open at From, closed at
// Until. Until <= From means that it ends on the following day.
type Window struct{ From, Until int }

// MonthlyHours are windows on the nth given weekday of every month (1 to 5).
type MonthlyHours struct {
	Nth     int
	Weekday time.Weekday
	Windows []Window
}

// Notice is a named announcement, heard while it is active and now is in
// [From, Until); a zero bound is open.
type Notice struct {
	Name        string
	Active      bool
	From, Until time.Time
	Author      string
	Text        Texts
}

// On tells whether the notice is to be heard at now.
func (n Notice) On(now time.Time) bool {
	return n.Active && !now.Before(n.From) && (n.Until.IsZero() || now.Before(n.Until))
}

// Article is one matter of the knowledge base.
type Article struct {
	ID         string
	Department string // the folder it lies in
	Code       string
	Title      Texts
	Keywords   map[string][]string
	// ValidUntil is the first moment at which the article is no longer good:
	// midnight after its last good day, Warsaw time.
	ValidUntil time.Time
	// ValidSections overrides ValidUntil for single sections.
	ValidSections map[string]time.Time
	Say           map[string]Texts // by section; "short" is required
	SMS           Texts
	Sources       []Source
}

// Source says where an article's facts come from.
type Source struct{ Title, Publisher, URL, Date, Note string }

// Good tells whether the section may still be spoken at now.
func (a Article) Good(section string, now time.Time) bool {
	until := a.ValidUntil
	if s, ok := a.ValidSections[section]; ok && s.Before(until) {
		until = s
	}
	return now.Before(until)
}

// Lookup is a named HTTP look-up. Its URL, headers and expressions belong to
// the version of the flows.
type Lookup struct {
	Name string
	// URL holds {{ name }} parts that are filled from the node's inputs,
	// percent-encoded.
	URL     string
	Headers map[string]string // values may be "secret:<name>"
	Timeout time.Duration
}
