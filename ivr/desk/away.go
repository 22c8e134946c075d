package desk

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"infolinia/ivr"
)

// look is an answer of the board to somebody who stood at since.
type look struct {
	since int64
	state ivr.BoardState
	err   error
}

// lookAtBoard asks the board, beside everything else, what has changed; all, while
// the store is away.
func (d *Desk) lookAtBoard() {
	if d.looking {
		return
	}
	d.looking = true
	since := d.base.Seq
	if d.away {
		since = 0
	}
	d.workers.Go(func() {
		ctx, cancel := context.WithTimeout(d.life, boardTime)
		defer cancel()
		state, err := d.board.LoadBoard(ctx, since)
		d.looked <- look{since, state, err} // there is room: one look at a time
	})
}

// take works in what the board said. An answer that is older than what we have
// written since says nothing, unless the board has gone back.
func (d *Desk) take(l look) {
	d.looking, d.asked = false, true
	switch {
	case l.err != nil: // whoever has to write finds out
	case d.away && l.since == 0:
		d.comeBack(l.state)
	case d.away, l.state.Seq == d.base.Seq: // only the whole ends being away
	case l.since == d.base.Seq || l.state.Seq < l.since:
		d.catchUp(l.since, l.state)
	}
}

// catchUp brings the floor to what the board says of the time since we stood there.
func (d *Desk) catchUp(since int64, s ivr.BoardState) {
	switch {
	case s.Seq < since, s.Whole && s.Seq < d.base.Seq:
		d.restoreBoard()
	case s.Whole:
		d.rebase(s)
	case s.Seq > since:
		d.base = d.merged(s)
		d.now = d.base
		d.publish(time.Time{})
	}
}

func (d *Desk) merged(s ivr.BoardState) Floor {
	if s.Whole {
		d.history = nil
	}
	d.remember(s.Log...)
	f, err := merge(d.base, s)
	if err != nil {
		d.log.Error().Err(err).Msg("an entry of the board cannot be read")
	}
	return f
}

// rebase takes over a board of which ours is not a part: another history, or one
// that went on while we were away. What this process did and the board does not
// have is done again.
func (d *Desk) rebase(s ivr.BoardState) {
	d.base = d.merged(s)
	d.now = d.base
	var there, lost []*job
	for _, j := range d.past {
		if slices.ContainsFunc(j.to, d.contains) {
			there = append(there, j)
			continue
		}
		j.redo = true
		lost = append(lost, j)
	}
	d.past = there
	if len(lost) > 0 {
		d.log.Warn().Int("inputs", len(lost)).Msg("the board does not have what was done: it is done again")
		d.metrics.redone.Add(float64(len(lost)))
		d.inbox.first(lost)
	}
	d.publish(time.Time{})
}

// comeBack ends the time in which the store was away.
func (d *Desk) comeBack(s ivr.BoardState) {
	if s.Seq < d.base.Seq {
		d.restoreBoard() // and the next look finds it
		return
	}
	d.away = false
	d.metrics.away.Store(false)
	d.log.Info().Int64("board", s.Seq).Msg("the board is read")
	d.rebase(s)
}

// goAway begins the time in which inputs are kept here alone.
func (d *Desk) goAway(err error) {
	if d.away {
		return
	}
	d.away = true
	d.metrics.away.Store(true)
	d.log.Warn().Err(err).Msg("the store is away: nobody is let in or offered, talks go on")
}

// restoreBoard writes what we know over a board that has lost data.
func (d *Desk) restoreBoard() {
	c, _, err := change(Floor{}, d.base)
	if err != nil {
		d.goAway(err)
		return
	}
	c.From, c.To, c.Log = d.base.Seq, d.base.Seq+farther+rand.Int64N(widest), d.history
	ctx, cancel := context.WithTimeout(d.life, boardTime)
	defer cancel()
	answer, err := d.board.RestoreBoard(ctx, c)
	switch {
	case err != nil:
		d.goAway(err)
	case answer == ivr.SavedOK, answer == ivr.SavedBefore:
		d.log.Warn().Int("entries", len(c.Set)).Msg("the board had lost data and is written anew")
		d.metrics.restored.Inc()
		d.base.Seq = c.To
		if !d.away {
			d.now = d.base
		}
		d.remember(c.To)
	case !d.away: // somebody else has restored it
		d.again(nil)
	}
}
