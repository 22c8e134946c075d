package ivr

import (
	"errors"
	"fmt"
	"time"
)

// Session is a log-in that goes on.
type Session struct {
	// ID is the SHA-256 of the token that the browser holds, in hex. It opens
	// nothing by itself.
	ID string `json:"id"`
	// Account is the one that logged in, without the password's hash, as it was
	// at Read.
	Account Account   `json:"account"`
	Read    time.Time `json:"read"`
	// Proof tells whether the password is still the one of the log-in.
	Proof  string    `json:"proof"`
	Opened time.Time `json:"opened"`
	Seen   time.Time `json:"seen"` // last used; written now and then, not with each request
	From   string    `json:"from"` // the address of the log-in
	// Until is the latest end: by then there has to be a new log-in.
	Until time.Time `json:"until"`
}

// ErrNoSession says that there is no log-in: it never was, has ended, or was too
// long ago.
var ErrNoSession = errors.New("not logged in")

// LogInError says why somebody was not let in.
type LogInError struct {
	Why LogInRefusal
	// Wait is how long the next attempt is of no use; of TooManyAttempts.
	Wait time.Duration
}

// LogInRefusal is a reason not to let somebody in.
type LogInRefusal string

// The reasons. Whoever does not know the password learns nothing of the account.
const (
	WrongPassword   LogInRefusal = "wrong login or password"
	AccountDisabled LogInRefusal = "the account is disabled"
	TooManyAttempts LogInRefusal = "too many attempts"
)

func (e *LogInError) Error() string {
	if e.Wait > 0 {
		return fmt.Sprintf("%s: again in %s", e.Why, e.Wait.Round(time.Second))
	}
	return string(e.Why)
}

// Limit bounds how often something may happen, across all instances: Burst times
// at once, and once more every Every.
type Limit struct {
	Name  string
	Burst int
	Every time.Duration
}
