package call

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"infolinia/ivr"
	"infolinia/ivr/flow"
)

// SaveTime is how long a step waits for its save before it is performed
// without.
const SaveTime = 250 * time.Millisecond

// askAgain is how long after a vain question Asterisk is asked again what the
// open effects of a call have come to.
const askAgain = 2 * time.Second

// actor is one live call. All fields belong to its goroutine, but back.
type actor struct {
	line    *Line
	mail    *mailbox
	log     zerolog.Logger
	program *flow.Program
	call    ivr.Call

	timers  map[string]*time.Timer
	clips   map[string]bool   // Plays that are being prepared
	secret  map[string][]Clip // sensitive clips of open Plays
	dirty   atomic.Bool       // the saved state is behind; others may ask
	saved   bool              // a state of this life, or of the one before, is saved
	unsaved []ivr.Event
	errands errands // to the desk
	// back: the caller arrived again, so he was not gone as Asterisk had said.
	// When the call ends all the same, he must not be left. Needs line.mu.
	back bool
}

// What the mailbox holds beside inputs.
type (
	resume   struct{ away time.Duration } // take the call up again
	sweep    struct{}                     // save, if behind
	distrust struct{}                     // save, whatever the store has acknowledged
	leave    struct{}                     // save, if behind, and go
	prepared struct {                     // the clips of a Play are there
		id     string
		secret bool
		clips  []Clip
		err    error
	}
)

// run serves the call until it is over or another process has it.
func (a *actor) run(ctx context.Context) {
	defer a.gone()
	for {
		select {
		case <-ctx.Done():
			return
		case <-a.mail.filled:
		}
		for _, item := range a.mail.take() {
			if !a.handle(ctx, item) {
				return
			}
		}
		if a.call.Ended && !a.dirty.Load() {
			return
		}
	}
}

// handle takes one item and tells whether the call is still ours.
func (a *actor) handle(ctx context.Context, item any) bool {
	switch item := item.(type) {
	case ivr.TimerFired:
		delete(a.timers, item.ID)
		return a.step(ctx, item)
	case ivr.PlayEnded:
		a.discard(item.ID)
		return a.step(ctx, item)
	case ivr.Input:
		return a.step(ctx, item)
	case prepared:
		a.play(ctx, item)
	case resume:
		return a.resume(ctx, item.away)
	case report:
		item.to <- a.report()
	case sweep:
		if a.dirty.Load() {
			return a.save(ctx, nil)
		}
	case distrust:
		if a.saved { // else its first save is still to come
			a.dirty.Store(true)
			return a.save(ctx, nil)
		}
	case leave:
		if a.dirty.Load() {
			a.save(ctx, nil)
		}
		return false
	}
	return true
}

// step takes the call through one input: step, save, perform.
func (a *actor) step(ctx context.Context, in ivr.Input) bool {
	now := time.Now()
	next, effects, err := a.compute(in, now)
	switch {
	case err != nil && a.call.Ended: // its end is waiting to be saved
		return true
	case err != nil:
		a.log.Error().Err(err).Str("node", a.call.Node).Type("input", in).Msg("the engine broke down: the caller goes to the fallback")
		return a.breakDown(ctx, now)
	}
	if next.Seq == a.call.Seq {
		a.line.metrics.ignored.Inc()
		return true
	}
	a.call = next
	a.line.metrics.steps.Inc()
	if e := a.log.Debug(); e.Enabled() {
		e.Uint64("seq", next.Seq).Str("node", next.Node).Type("input", in).Int("effects", len(effects)).Msg("step")
	}
	if !a.save(ctx, a.events(effects, now)) {
		return false
	}
	for _, e := range effects {
		a.perform(ctx, e)
	}
	return true
}

// compute is the engine's step. It is to be total; if it is not after all, that
// is one call's trouble.
func (a *actor) compute(in ivr.Input, now time.Time) (next ivr.Call, effects []ivr.Effect, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v\n%s", r, debug.Stack())
		}
	}()
	next, effects = a.program.Step(a.call, in, a.line.versions.World(now))
	return next, effects, nil
}

// breakDown ends a call whose step cannot be taken: the dialplan has the caller
// then. The end is saved, so that no later process trips over the same step.
func (a *actor) breakDown(ctx context.Context, now time.Time) bool {
	c := a.call.Clone()
	c.Seq++
	c.Ended, c.Outcome = true, ivr.OutcomeError
	c.Speech, c.Timers, c.Await = nil, nil, ""
	if place := a.program.Place(&c); place != "" {
		c.Left = ivr.LeaveQueue{ID: place, Reason: ivr.LeftForFailure}
		c.Visit.Stay.ID = ""
	}
	a.call = c
	end := ivr.Note{Event: "end", By: "line", Node: c.Node, Outcome: c.Outcome, Reason: "the engine broke down"}
	if !a.save(ctx, []ivr.Event{{Seq: c.Seq, At: now, Note: end}}) {
		return false
	}
	if c.Left.ID != "" {
		a.perform(ctx, c.Left)
	}
	a.perform(ctx, ivr.Fallback{})
	return true
}

// save writes the state, whole when an earlier one was missed, and tells
// whether the call is still ours.
func (a *actor) save(ctx context.Context, events []ivr.Event) bool {
	started := time.Now()
	write := a.line.keeper.Save
	if a.dirty.Load() {
		events = append(a.unsaved, events...)
		write = a.line.keeper.SaveWhole
	}
	answer, err := a.write(ctx, write, events)
	if err == nil && (answer == ivr.SavedMissing || answer == ivr.SavedConflict) {
		// A store that lost its last moments, as one that was failed over may
		// have, lacks the steps before this one. Another process's state is
		// newer, and stays.
		answer, err = a.write(ctx, a.line.keeper.SaveWhole, events)
	}
	a.line.metrics.saveSeconds.Observe(time.Since(started).Seconds())
	switch {
	case err != nil, answer == ivr.SavedMissing: // a store that lost our lease, too, until that is renewed
		if !a.dirty.Load() {
			log := a.log.Sample(&a.line.told.saves)
			log.Warn().Err(err).Str("answer", string(answer)).Msg("state not saved: calls go on from memory")
		}
		a.unsaved = capped(events)
		a.dirty.Store(true)
		a.line.metrics.saveFailed.Inc()
	case answer == ivr.SavedOK, answer == ivr.SavedBefore:
		a.unsaved, a.saved = nil, true
		a.dirty.Store(false)
	case answer == ivr.SavedConflict && !a.saved:
		a.log.Error().Msg("a caller is there whose call has ended: the dialplan takes him")
		a.line.finish(ivr.Call{ID: a.call.ID, Outcome: ivr.OutcomeError})
		return false
	default:
		a.log.Warn().Str("answer", string(answer)).Msg("another process has this call: nothing more is ordered here")
		a.line.metrics.fenced.Inc()
		return false
	}
	return true
}

func (a *actor) write(ctx context.Context, save func(context.Context, *ivr.Call, []ivr.Event) (ivr.Saved, error), events []ivr.Event) (ivr.Saved, error) {
	// What has been stepped is saved, also when this process is to stop.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), SaveTime)
	defer cancel()
	return save(ctx, &a.call, events)
}

// capped keeps the newest events of a call that cannot be saved for long.
func capped(events []ivr.Event) []ivr.Event {
	const most = 1000
	return events[max(0, len(events)-most):]
}

// resume asks what became of the open effects and takes the call up again.
func (a *actor) resume(ctx context.Context, away time.Duration) bool {
	for id := range a.timers {
		a.cancel(id)
	}
	alive, gone, ended, err := a.line.witness.Truth(ctx, a.call.ID, a.open())
	switch {
	case err != nil: // goes on by its timers until Asterisk says more
		a.log.Warn().Err(err).Msg("asterisk does not say what the call is at: it is asked again")
		a.askLater()
	case !alive:
		ended = append([]ivr.Input{ivr.HungUp{Lost: true}}, ended...)
	case a.call.Seq == 1: // picking up may have gone down with the last process
		if err := a.line.phone.Answer(ctx, a.call.ID); err != nil {
			a.log.Warn().Err(err).Msg("order not carried out")
		}
	}
	for _, in := range ended {
		if !a.step(ctx, in) {
			return false
		}
	}
	if err == nil && !alive {
		return true
	}
	a.line.metrics.resumed.Inc()
	return a.step(ctx, ivr.Resumed{Away: away, Gone: gone})
}

// askLater resumes the call once more, after a while.
func (a *actor) askLater() {
	const id = "ask again"
	a.cancel(id)
	a.timers[id] = time.AfterFunc(askAgain, func() { a.mail.post(resume{}) })
}

// open are the ids of the effects that Asterisk could tell about. It knows
// nothing yet of a Play whose clips are being prepared.
func (a *actor) open() []string {
	var ids []string
	if a.call.Speech != nil && !a.clips[a.call.Speech.ID] {
		ids = append(ids, a.call.Speech.ID)
	}
	if a.call.Await != "" {
		ids = append(ids, a.call.Await)
	}
	return ids
}

// gone forgets the call in this process.
func (a *actor) gone() {
	for id := range a.timers {
		a.cancel(id)
	}
	for id := range a.secret {
		a.discard(id)
	}
	a.errands.end()
	a.line.forget(a)
	a.line.gate.left()
	if !a.call.Ended {
		return
	}
	a.line.voice.Forget(a.call.ID)
	a.line.metrics.outcomes.WithLabelValues(string(a.call.Outcome)).Inc()
	a.log.Info().Str("outcome", string(a.call.Outcome)).Str("node", a.call.Node).Str("lang", a.call.Lang).
		Dur("duration", time.Since(a.call.Started)).Uint64("steps", a.call.Seq).Msg("call ended")
}
