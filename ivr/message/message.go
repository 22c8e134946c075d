package message

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"infolinia/ivr"
)

// Message is what is known of a recording that was kept.
type Message struct {
	ID         string    `json:"id"` // of its Record effect, unique
	Box        string    `json:"box"`
	Node       string    `json:"node"`
	CallID     string    `json:"call"`
	At         time.Time `json:"at"`
	Seconds    float64   `json:"seconds"` // of what was said
	Report     string    `json:"report,omitempty"`
	CallerHMAC string    `json:"caller,omitempty"` // "<key id>:<hex>", never the number
	Lang       string    `json:"lang,omitempty"`

	DoneAt time.Time `json:"done_at,omitzero"`
	DoneBy string    `json:"done_by,omitempty"`

	Mail Mail `json:"mail,omitzero"`
}

// Done tells whether somebody has dealt with the message.
func (m Message) Done() bool { return !m.DoneAt.IsZero() }

// Mail is how far the message's e-mail has got. The zero Mail is of a message
// that nobody is written to about.
type Mail struct {
	State MailState `json:"state"`
	Tries int       `json:"tries,omitempty"`
	Next  time.Time `json:"next,omitzero"` // not tried again before
	Error string    `json:"error,omitempty"`
}

// MailState is pending or sent.
type MailState string

// The states of an e-mail.
const (
	MailPending MailState = "pending"
	MailSent    MailState = "sent"
)

// Names become folders and files: nothing that leads elsewhere.
var (
	idForm  = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._:-]{0,199}$`)
	boxForm = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
)

func (m Message) check() error {
	switch {
	case !idForm.MatchString(m.ID):
		return fmt.Errorf("message id %q cannot name a file", m.ID)
	case !boxForm.MatchString(m.Box):
		return fmt.Errorf("box %q of message %s cannot name a folder", m.Box, m.ID)
	case m.At.IsZero():
		return fmt.Errorf("message %s has no time", m.ID)
	case strings.Contains(m.CallerHMAC, "+"):
		return fmt.Errorf("message %s names a caller by a number: only its HMAC is kept", m.ID)
	}
	return nil
}

// day names the folder of the message's day.
func (m Message) day() string { return m.At.In(ivr.Warsaw()).Format(time.DateOnly) }
