package call_test

import (
	"context"
	"errors"
	"strings"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/call"
)

var errAway = errors.New("the store is away")

// keeper saves by the memory store what gets there, and remembers for the
// oracle what was acknowledged.
type keeper struct{ p *process }

type save func(context.Context, *ivr.Call, []ivr.Event) (ivr.Saved, error)

func (k keeper) Save(ctx context.Context, c *ivr.Call, events []ivr.Event) (ivr.Saved, error) {
	return k.keep(ctx, c, events, k.p.held().Save)
}

func (k keeper) SaveWhole(ctx context.Context, c *ivr.Call, events []ivr.Event) (ivr.Saved, error) {
	return k.keep(ctx, c, events, k.p.held().SaveWhole)
}

func (k keeper) keep(ctx context.Context, c *ivr.Call, events []ivr.Event, do save) (ivr.Saved, error) {
	answer, err := k.faulty(ctx, c, events, do)
	p, w := k.p, k.p.w
	w.tracef("%s saves %s seq %d %s: %s %v", p.name, c.ID, c.Seq, c.Node, answer, err)
	if p.gate.killed() {
		return answer, err
	}
	p.mu.Lock()
	if err != nil || answer == ivr.SavedMissing {
		p.failed[c.ID] = append(p.failed[c.ID], c.Seq)
	}
	if answer != ivr.SavedFenced && answer != ivr.SavedConflict {
		p.returned[c.ID] = c.Seq
	}
	p.mu.Unlock()
	if err == nil && (answer == ivr.SavedOK || answer == ivr.SavedBefore) {
		w.acknowledged(c, events)
	}
	return answer, err
}

// faulty is a save through everything that can be in its way.
func (k keeper) faulty(ctx context.Context, c *ivr.Call, events []ivr.Event, do save) (ivr.Saved, error) {
	p, w := k.p, k.p.w
	if err := p.gate.pass(); err != nil {
		return "", err
	}
	if !w.storeAnswers() {
		w.blame(c.ID)
		<-ctx.Done()
		return "", errors.Join(errAway, p.gate.pass())
	}
	if w.forgetsOne() {
		return ivr.SavedOK, nil
	}
	roll, x := w.trouble.dice.of("save "+c.ID), w.trouble
	if x.lasts() {
		switch chance := roll.Float64(); {
		case chance < x.saveFails:
			w.blame(c.ID)
			return "", errAway
		case chance < x.saveFails+x.saveLost:
			w.blame(c.ID)
			_, _ = k.judged(context.Background(), c, events, do)
			<-ctx.Done()
			return "", errors.Join(ctx.Err(), p.gate.pass())
		case chance < x.saveFails+x.saveLost+x.saveSlow:
			time.Sleep(time.Duration(roll.ExpFloat64() * float64(100*time.Millisecond)))
			if err := p.gate.pass(); err != nil {
				return "", err
			}
		}
	}
	return k.judged(ctx, c, events, do)
}

// judged is a save in the store as it is now: one that was flushed has no
// lease until its holder has renewed it.
func (k keeper) judged(ctx context.Context, c *ivr.Call, events []ivr.Event, do save) (ivr.Saved, error) {
	_, gen := k.p.w.store()
	k.p.mu.Lock()
	old := k.p.gen != gen
	k.p.mu.Unlock()
	switch {
	case !old:
		return do(ctx, c, events)
	case k.p.w.holder(gen) != nil:
		return ivr.SavedFenced, nil
	}
	return ivr.SavedMissing, nil
}

type reports struct{ p *process }

func (r reports) IssueReport(ctx context.Context, id string) (string, error) {
	if err := r.p.gate.pass(); err != nil {
		return "", err
	}
	if !r.p.w.storeAnswers() {
		return "", errAway
	}
	r.p.w.reported(id)
	mem, _ := r.p.w.store()
	return mem.IssueReport(ctx, id)
}

// lookups know the cases with an even number.
type lookups struct{ p *process }

func (l lookups) Ask(ctx context.Context, _ ivr.Lookup, order ivr.StartLookup) ivr.LookupEnded {
	w := l.p.w
	id, _ := callOf(order.ID)
	number := order.Input["number"]
	w.asked(id, number)
	roll, failed := w.trouble.dice.of("lookup "+id), ivr.LookupEnded{ID: order.ID, Fail: "error"}
	select {
	case <-ctx.Done():
		return failed
	case <-time.After(time.Duration(roll.ExpFloat64() * float64(700*time.Millisecond))):
	}
	if l.p.gate.pass() != nil || w.trouble.lasts() && roll.Float64() < w.trouble.lookupFails {
		return failed
	}
	even := strings.ContainsRune("02468", rune(number[len(number)-1]))
	return ivr.LookupEnded{ID: order.ID, Code: 200, Body: map[string]any{"found": even, "text": "gotowa"}}
}

type messages struct{ p *process }

func (m messages) Keep(_ context.Context, msg call.Message, wav string) error {
	if err := m.p.gate.pass(); err != nil {
		return err
	}
	return m.p.w.keep(msg.ID, wav)
}
