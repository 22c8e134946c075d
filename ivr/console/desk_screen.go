package console

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"
)

//go:embed pages/*.html
var pageFiles embed.FS

// earlierCalls is how many calls of the same number are shown.
const earlierCalls = 5

// deskRegions are the parts of the page that change by themselves, each a
// template whose outermost element has the region's name as its id.
func deskRegions() []string { return []string{"me", "task", "notes", "queues", "people", "owed"} }

// deskPages renders and serves the agent's page.
type deskPages struct {
	DeskPage
	assets    assets
	templates map[string]*template.Template // by language
	words     map[string]words
}

func newDeskPages(s DeskPage, all assets) deskPages {
	p := deskPages{s, all, map[string]*template.Template{}, map[string]words{}}
	for _, lang := range languages() {
		p.words[lang] = readWords(lang)
		p.templates[lang] = template.Must(template.New("").Funcs(deskFuncs(lang, p.words[lang], all)).ParseFS(pageFiles, "pages/*.html"))
	}
	return p
}

// deskScreen is what the templates show.
type deskScreen struct {
	DeskView
	Who         Agent
	Lang, Theme string
	Now         time.Time
	// Here: the page is the agent's desk. Elsewhere: another one is.
	Here, Elsewhere bool
	Draft           Draft
	Earlier         []EarlierCall
	EarlierAway     bool // they cannot be read now
	// Browser words, for the scripts.
	Browser map[string]string
}

// taskNotes are what belongs to a task and is fetched once a page and task.
type taskNotes struct {
	task    string
	draft   Draft
	earlier []EarlierCall
	away    bool // the earlier calls cannot be read now
}

// screen is the state of the floor as a page sees it. tab is empty when it is not
// known yet: then any page of the same log-in counts as this one.
func (p deskPages) screen(ctx context.Context, r *http.Request, tab string, notes *taskNotes) (deskScreen, error) {
	agent := who(r.Context())
	view, err := p.Desk.View(ctx, agent.Login)
	if err != nil {
		return deskScreen{}, fmt.Errorf("desk of %s: %w", agent.Login, err)
	}
	s := deskScreen{DeskView: view, Who: agent, Lang: langOf(r), Theme: themeOf(r), Now: time.Now()}
	working := view.Me.Page != "" && view.Me.State != Offline
	s.Here = working && (view.Me.Page == agent.page(tab) || tab == "" && strings.HasPrefix(view.Me.Page, agent.page("")))
	// A page that is gone, as the break says, is no desk that would have to be taken.
	s.Elsewhere = working && !s.Here && !(view.Me.State == OnBreak && view.Me.Reason == "away")
	if view.Task != nil && s.Here {
		p.fetch(ctx, agent, *view.Task, notes)
		s.Draft, s.Earlier, s.EarlierAway = notes.draft, notes.earlier, notes.away
	}
	return s, nil
}

// fetch brings a task's notes once. What cannot be read is left out: the call goes
// before it.
func (p deskPages) fetch(ctx context.Context, agent Agent, task DeskTask, notes *taskNotes) {
	if notes.task == task.ID {
		return
	}
	draft, errDraft := p.Drafts.Draft(ctx, agent.Login, task.ID)
	var earlier []EarlierCall
	var errEarlier error
	if task.Caller != "" {
		earlier, errEarlier = p.History.Earlier(ctx, task.Caller, earlierCalls)
	}
	*notes = taskNotes{draft: draft, earlier: earlier, away: errEarlier != nil}
	if errors.Join(errDraft, errEarlier) == nil {
		notes.task = task.ID
	}
}

// render gives a template's text.
func (p deskPages) render(lang, name string, data any) (string, error) {
	var out strings.Builder
	if err := p.templates[lang].ExecuteTemplate(&out, name, data); err != nil {
		return "", fmt.Errorf("page: %w", err)
	}
	return out.String(), nil
}

// answer writes a rendered template.
func (p deskPages) answer(w http.ResponseWriter, r *http.Request, code int, name string, data any) {
	text, err := p.render(langOf(r), name, data)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(code)
	_, _ = w.Write([]byte(text))
}

// sentence answers with one sentence of the catalogue.
func (p deskPages) sentence(w http.ResponseWriter, r *http.Request, code int, key string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(code)
	_, _ = w.Write([]byte(p.words[langOf(r)].sayOr(key, key)))
}
