package desk

import (
	"context"

	"infolinia/ivr"
)

// again puts a batch back that somebody else came before, and reads what they did.
func (d *Desk) again(batch []*job) {
	var left []*job
	for _, j := range batch {
		switch j.tries++; {
		case isTick(j.in) && !j.redo: // there will be another
		case j.tries < mostTries || j.done == nil:
			left = append(left, j)
		default:
			j.answer(ErrBusy)
		}
	}
	d.inbox.first(left)
	d.readAgain()
}

// doubtful tells whether an input is refused that may have to do with something
// another process has done only just now; each is doubted once.
func (d *Desk) doubtful(batch []*job, o outcome) bool {
	doubt := false
	for i, j := range batch {
		if o.errs[i] != nil && !j.sure {
			j.sure, doubt = true, true
		}
	}
	return doubt
}

// readAgain reads what others have done meanwhile.
func (d *Desk) readAgain() {
	ctx, cancel := context.WithTimeout(d.life, boardTime)
	defer cancel()
	state, err := d.board.LoadBoard(ctx, d.base.Seq)
	if err != nil {
		d.goAway(err)
		return
	}
	d.catchUp(d.base.Seq, state)
}

// fence names the slot of a batch and the lease it is held by; without one the jobs
// of the slot are answered, the others wait for their next turn, and it is false.
func (d *Desk) fence(c *ivr.BoardCommit, batch []*job) bool {
	for _, j := range batch {
		if j.slot == "" {
			continue
		}
		epoch, held := d.held[j.slot]
		if !held {
			d.fenced(j.slot, batch)
			return false
		}
		c.Slot, c.Epoch = j.slot, epoch
		return true
	}
	return true
}

// fenced answers the jobs of a slot that is no longer ours.
func (d *Desk) fenced(slot string, batch []*job) {
	d.letGo(slot)
	var left []*job
	for _, j := range batch {
		if j.slot == slot {
			j.answer(ErrSlotLost)
			continue
		}
		left = append(left, j)
	}
	d.inbox.first(left)
}

func (d *Desk) commit(c ivr.BoardCommit) (ivr.Saved, error) {
	ctx, cancel := context.WithTimeout(d.life, boardTime)
	defer cancel()
	return d.board.CommitBoard(ctx, c)
}
