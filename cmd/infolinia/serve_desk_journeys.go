package main

import (
	"context"
	"sync"
	"time"

	"infolinia/ivr/flow"
)

// journeyKept is how long a journey is kept after it was asked for last.
const journeyKept = 15 * time.Minute

// journeys are those of the callers at the desk. Pages are shown many times a
// minute, and the way to a queue does not change once the caller is in it.
type journeys struct {
	d *daemon

	mu   sync.Mutex
	kept map[string]*keptJourney // by task
}

type keptJourney struct {
	journey
	asked time.Time
}

func newJourneys(d *daemon) *journeys { return &journeys{d: d, kept: map[string]*keptJourney{}} }

// of is the journey of a task's caller; an empty one where it cannot be read.
func (j *journeys) of(ctx context.Context, task string) journey {
	now := time.Now()
	if k := j.look(task, now); k != nil {
		return k.journey
	}
	call := callOf(task)
	path, err := j.d.store.Path(ctx, call)
	if err != nil {
		return journey{}
	}
	p := j.program(ctx, call)
	_, caseVar := caseQuestion(p, j.d.config.Desk.CaseLookup)
	k := &keptJourney{journeyOf(p, j.d.publisher.Content(now).Articles, path, caseVar), now}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.kept[task] = k
	return k.journey
}

func (j *journeys) look(task string, now time.Time) *keptJourney {
	j.mu.Lock()
	defer j.mu.Unlock()
	for id, k := range j.kept {
		if now.Sub(k.asked) > journeyKept {
			delete(j.kept, id)
		}
	}
	k := j.kept[task]
	if k != nil {
		k.asked = now
	}
	return k
}

// program is the version the call started with, else the current one.
func (j *journeys) program(ctx context.Context, call string) *flow.Program {
	if c, err := j.d.store.Load(ctx, call); err == nil && c != nil {
		if p := j.d.publisher.Program(c.Version); p != nil {
			return p
		}
	}
	return j.d.publisher.Current()
}
