package publish

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"infolinia/ivr"
	"infolinia/ivr/flow"
	"infolinia/ivr/flowfile"
	"infolinia/ivr/hours"
)

// Renderer makes sound files ahead of calls. An error says which prompts could
// not be made; the version goes live all the same, for each call tries again.
type Renderer interface {
	Render(ctx context.Context, parts []ivr.Part) error
}

// Archive keeps the sources of versions; the newest is the one that went live
// last.
type Archive interface {
	PutVersion(ctx context.Context, id string, bundle []byte, at time.Time) error
	Version(ctx context.Context, id string) ([]byte, error)
	VersionIDs(ctx context.Context) ([]string, error) // newest first
}

// Settings of a Publisher.
type Settings struct {
	Dir      string // holds callflows/ and kb/
	Kept     string // folder of kept versions
	Manual   bool   // saved files wait for Publish
	Services ivr.Services
	Renderer Renderer
	Archive  Archive
	// Overlay puts the switches that staff turned over the files; nil: none.
	Overlay func(c ivr.Content, now time.Time) ivr.Content
	Log     zerolog.Logger
}

// Publisher holds what is current. Its methods may be called by many
// goroutines.
type Publisher struct {
	set Settings

	publishing sync.Mutex // one publication at a time

	mu       sync.RWMutex
	current  edition
	programs map[string]*flow.Program // by version, those that calls may name
	status   Status
}

// edition is one snapshot of all files.
type edition struct {
	program *flow.Program
	content ivr.Content
}

// Status is what stands in the way of the saved files, if anything.
type Status struct {
	Version  string    // current
	Since    time.Time // when it went live
	Problems []flowfile.Problem
	// Stale says why the current version is not that of the saved files.
	Stale string
}

// Open makes the saved files current; when they are wrong, or have to wait to
// be published, the version that was live last. It fails when there is neither.
func Open(ctx context.Context, s Settings) (*Publisher, error) {
	p := &Publisher{set: s, programs: map[string]*flow.Program{}}
	if s.Manual {
		if err := p.Restore(ctx, ""); err == nil {
			p.Compare()
			return p, nil
		}
	}
	err := p.Publish(ctx)
	if err == nil {
		return p, nil
	}
	if restored := p.Restore(ctx, ""); restored != nil {
		return nil, fmt.Errorf("%w; and no version was ever live: %w", err, restored)
	}
	p.stale(fmt.Sprintf("the saved files are wrong, the last good version is used: %v", err))
	return p, nil
}

// Current is the program that new calls start with.
func (p *Publisher) Current() *flow.Program {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.current.program
}

// Content is what is current around it, with the switches of staff.
func (p *Publisher) Content(now time.Time) ivr.Content {
	p.mu.RLock()
	content := p.current.content
	p.mu.RUnlock()
	if p.set.Overlay != nil {
		content = p.set.Overlay(content, now)
	}
	return content
}

// World is the snapshot a step decides by.
func (p *Publisher) World(now time.Time) *ivr.World {
	return hours.World(p.Content(now), ivr.Warsaw(), now, p.set.Services)
}

// Status tells how the saved files and the current version stand.
func (p *Publisher) Status() Status {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.status
}

// Program is the program of a version, from memory or from where versions are
// kept; nil when it is lost or does not load any more.
func (p *Publisher) Program(version string) *flow.Program {
	p.mu.RLock()
	program := p.programs[version]
	p.mu.RUnlock()
	if program != nil {
		return program
	}
	ctx, cancel := context.WithTimeout(context.Background(), archiveTime)
	defer cancel()
	bundle, err := p.kept(ctx, version)
	if err != nil {
		p.set.Log.Error().Err(err).Str("version", version).Msg("a version cannot be loaded")
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.programs[version] = bundle.Program
	return bundle.Program
}

// Publish checks the saved files and makes them current. The error is a
// *CheckError when they are wrong.
func (p *Publisher) Publish(ctx context.Context) error {
	p.publishing.Lock()
	defer p.publishing.Unlock()
	bundle, problems := flowfile.Load(p.set.Dir)
	if n := flowfile.Errors(problems); n > 0 {
		err := &CheckError{problems}
		p.mu.Lock()
		p.status.Problems, p.status.Stale = problems, err.Error()
		p.mu.Unlock()
		return err
	}
	p.render(ctx, bundle)
	if err := p.keep(ctx, bundle); err != nil {
		p.set.Log.Error().Err(err).Msg("the version is not kept: it goes live, but a restart may not find it")
	}
	p.goLive(bundle, problems)
	return nil
}

func (p *Publisher) render(ctx context.Context, b *flowfile.Bundle) {
	parts := append(b.Program.Ahead(), flow.ContentAhead(b.Content)...)
	if err := p.set.Renderer.Render(ctx, parts); err != nil {
		p.set.Log.Error().Err(err).Msg("not all prompts are rendered: calls will try again")
	}
}

func (p *Publisher) goLive(b *flowfile.Bundle, problems []flowfile.Problem) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.current = edition{b.Program, b.Content}
	p.programs[b.Program.Version] = b.Program
	p.status = Status{Version: b.Program.Version, Since: time.Now(), Problems: problems}
	p.set.Log.Info().Str("version", short(b.Program.Version)).Int("warnings", len(problems)).Msg("live for new calls")
}

func (p *Publisher) stale(why string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status.Stale = why
	p.set.Log.Warn().Msg(why)
}

// CheckError says that files cannot go live, with everything that is wrong.
type CheckError struct{ Problems []flowfile.Problem }

func (e *CheckError) Error() string {
	n := flowfile.Errors(e.Problems)
	for _, problem := range e.Problems {
		if !problem.Warning {
			if n == 1 {
				return problem.String()
			}
			return fmt.Sprintf("%v (and %d more: see infolinia check)", problem, n-1)
		}
	}
	return "nothing is wrong"
}

func short(version string) string { return version[:min(12, len(version))] }
