package console

import (
	"context"
	_ "embed" // the page
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"infolinia/ivr"
)

//go:embed front.html
var frontSource string

// recentCalls is how many ended calls the page shows.
const recentCalls = 15

// front is the page for staff: is the line up, what is there to do.
type front struct {
	Settings
	template *template.Template
}

func newFront(s Settings) front {
	return front{s, template.Must(template.New("front").Funcs(polish()).Parse(frontSource))}
}

// frontPage is what the template shows.
type frontPage struct {
	readiness
	Now     time.Time
	Hours   []frontHours
	Notices []ivr.Notice
	Live    []frontCall
	Recent  []frontCall
	Boxes   []frontBox
	// CallsAway: the calls cannot be read now.
	CallsAway bool
}

type frontHours struct {
	Name string
	ivr.HoursState
}

type frontCall struct {
	*ivr.Call
	Length time.Duration
}

type frontBox struct {
	Name   string
	Number int
}

func (h front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	page := h.page(r.Context(), time.Now())
	var out strings.Builder
	if err := h.template.Execute(&out, page); err != nil {
		http.Error(w, fmt.Sprintf("front page: %v", err), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte(out.String()))
}

func (h front) page(ctx context.Context, now time.Time) frontPage {
	now = now.In(ivr.Warsaw())
	world := h.Line.World(now)
	p := frontPage{readiness: ready(ctx, h.Settings, now), Now: now}
	for _, name := range slices.Sorted(maps.Keys(world.Hours)) {
		p.Hours = append(p.Hours, frontHours{name, world.Hours[name]})
	}
	for _, name := range slices.Sorted(maps.Keys(world.Notices)) {
		if n := world.Notices[name]; n.On(now) {
			p.Notices = append(p.Notices, n)
		}
	}
	for _, box := range slices.Sorted(maps.Keys(p.Unheard)) {
		if p.Unheard[box] > 0 {
			p.Boxes = append(p.Boxes, frontBox{box, p.Unheard[box]})
		}
	}
	p.list(ctx, h.Calls, now)
	return p
}

func (p *frontPage) list(ctx context.Context, calls Calls, now time.Time) {
	live, err := calls.Live(ctx)
	recent, errRecent := calls.Recent(ctx, recentCalls)
	p.CallsAway = err != nil || errRecent != nil
	for _, c := range live {
		p.Live = append(p.Live, frontCall{c, now.Sub(c.Started)})
	}
	for _, c := range recent {
		ended := c.Started
		if path, err := calls.Path(ctx, c.ID); err == nil && len(path) > 0 {
			ended = path[len(path)-1].At
		}
		p.Recent = append(p.Recent, frontCall{c, ended.Sub(c.Started)})
	}
}

// Todo are the problems somebody has to do something about; those of the files
// have a place of their own.
func (p frontPage) Todo() []Problem {
	return slices.DeleteFunc(slices.Clone(p.Problems), func(q Problem) bool { return q.Severity == Note || q.Check == "files" })
}

// Idle tells that another process answers the calls.
func (p frontPage) Idle() bool { return len(p.Of(Fatal)) == 0 && len(p.Of(Idle)) > 0 }

// Errors are the problems that keep the saved files from going live.
func (p frontPage) Errors() []FileProblem { return p.Line.Of(false) }

// Warnings are the others.
func (p frontPage) Warnings() []FileProblem { return p.Line.Of(true) }
