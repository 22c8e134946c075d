package console

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"infolinia/ivr"
)

// Settings of a console.
type Settings struct {
	Line   Line
	Calls  Calls
	Checks []Check
	// Metrics are served as Prometheus reads them.
	Metrics prometheus.Gatherer
	// LogIns is who may log in; nil: nobody, and only what is open to all is served.
	LogIns *LogIns
	// Desk is the agent's page; nil: there is none.
	Desk *DeskPage
}

// Line is what the console tells of the line.
type Line interface {
	Version() Version
	// Live counts the calls of this process, also while they cannot be listed.
	Live() int
	// World is what callers meet now: hours, notices, articles.
	World(now time.Time) *ivr.World
	// Expiring are the articles that need care soon, the soonest first.
	Expiring(now time.Time) []Expiry
	// Unheard counts, by box, the messages nobody has dealt with.
	Unheard() (map[string]int, error)
}

// Calls are the live and recent calls.
type Calls interface {
	Live(ctx context.Context) ([]*ivr.Call, error)
	Recent(ctx context.Context, limit int) ([]*ivr.Call, error)
	Path(ctx context.Context, id string) ([]ivr.Event, error)
}

// Version is how the saved files and the live flows stand.
type Version struct {
	Number string    `json:"number"` // the line's, as it is dialled
	ID     string    `json:"version"`
	Since  time.Time `json:"since"`
	// Stale says why the live version is not that of the saved files.
	Stale string `json:"stale,omitempty"`
	// Problems are those of the saved files, warnings too.
	Problems []FileProblem `json:"problems,omitempty"`
}

// Short is the beginning of the ID, as the log names versions.
func (v Version) Short() string { return v.ID[:min(12, len(v.ID))] }

// Of are the problems that are mere warnings, or those that are not.
func (v Version) Of(warning bool) []FileProblem {
	return slices.DeleteFunc(slices.Clone(v.Problems), func(p FileProblem) bool { return p.Warning != warning })
}

// FileProblem is one thing that is wrong with what staff wrote.
type FileProblem struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Warning bool   `json:"warning"`
	Message string `json:"message"`
}

// Place is where the problem is: file:line:column.
func (p FileProblem) Place() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column) }

// Expiry is an article, or one of its sections, that will not be read from a
// moment on.
type Expiry struct {
	ID      string    `json:"article"`
	Section string    `json:"section,omitempty"` // empty: the whole article
	Title   string    `json:"title"`
	Until   time.Time `json:"until"` // the first moment at which it is no longer good
}

// Gone tells whether the moment is past.
func (e Expiry) Gone(now time.Time) bool { return !now.Before(e.Until) }

// LastDay is the last day on which it is good.
func (e Expiry) LastDay() time.Time { return e.Until.Add(-time.Second) }
