package call_test

// ours tells whether a process may order.
func (r *rules) ours(o *owner) bool {
	return !r.lookBeforeOrder || o.lease < leaseTicks || o.vain < leaseTicks || !r.silenceGrowsOld && o.vain != never
}

// lease is what a holder does about the slot and its websocket.
func (r *rules) lease(h *house, i int, visit func(action, int, house, string)) {
	o, n := &h.owners[i], *h
	p := &n.owners[i]
	switch o.asked {
	case none:
		p.askedAge, p.asked = 0, refused
		if h.away && (r.ours(o) || !r.unbroken) {
			p.asked = unanswered
			if other := &n.owners[1-i]; r.longSilence && (other.paused && r.gapsCount || !other.paused && r.answeredThatLong) {
				other.watch = never // it looks in vain, or not at all
			}
		} else if h.away {
			p.asked = none
		} else if !h.known && r.ours(o) || h.known && !h.freed && int(h.holder) == i && h.epoch == o.epoch {
			p.asked, n.known, n.holder, n.beaten[1-i] = granted, true, uint8(i), true
		}
		visit(asksRenewal, i, n, "")
	default:
		p.asked, p.askedAge = none, 0
		switch o.asked {
		case granted:
			p.lease = o.askedAge
			if !r.countFromAsking {
				p.lease = 0
			}
		case refused:
			n.drop(i)
		case unanswered:
			p.vain = o.askedAge
		}
		visit(renewalBack, i, n, "")
	}
	if o.role == serving && o.replaced {
		n = *h
		p.role, p.replaced = closing, false
		visit(readsReplaced, i, n, "")
	}
	if o.role == closing && !h.away {
		r.release(h, i, visit)
	}
}

// drop forgets the call: another process has it. A request that is on its way
// cannot be taken back.
func (n *house) drop(i int) {
	if o := &n.owners[i]; o.phase == sent {
		n.flying = o.seq
	}
	if n.socket == uint8(i) {
		n.socket = nobody
	}
	n.owners[i] = owner{lease: never, vain: never, watch: never}
}

// release lets go of the slot, when all is done.
func (r *rules) release(h *house, i int, visit func(action, int, house, string)) {
	o, n := &h.owners[i], *h
	worked := o.buffer == 0 && o.phase != saving && o.phase != looking && o.seq <= h.saved
	back := o.phase != sent
	if r.workOff && !worked || r.requestsBack && !back {
		return
	}
	if h.known && int(h.holder) == i && h.epoch == o.epoch {
		n.freed = true
	}
	n.drop(i)
	visit(releases, i, n, "")
}

// work takes the call a phase further.
func (r *rules) work(h *house, i int, visit func(action, int, house, string)) {
	o, n, broken := &h.owners[i], *h, ""
	p := &n.owners[i]
	switch o.phase {
	case idle:
		if o.seq > h.saved && !h.away && h.epoch == o.epoch {
			n.saved = o.seq
			visit(savesWhole, i, n, "")
			n = *h
		}
		if o.buffer == 0 {
			return
		}
		p.buffer--
		p.seq++
		p.phase, p.unsaved = saving, false
		if !r.saveBeforePerform {
			p.phase = looking
		}
	case saving:
		p.phase = looking
		switch {
		case h.away:
			p.unsaved = true
		case r.saveChecksEpoch && h.epoch > o.epoch:
			n.drop(i)
		default:
			if h.epoch != o.epoch {
				broken = "a fenced owner writes"
			}
			n.saved = max(h.saved, o.seq)
		}
	case looking:
		switch {
		case o.role == closing:
			p.phase = idle // the taker sees that it was not done
			visit(works, i, n, "")
			return
		case !r.ours(o):
			return
		case !o.unsaved && h.saved < o.seq:
			broken = "performed before it was saved"
		case h.epoch > o.epoch:
			broken = "an order is decided on after another process took over"
		}
		p.phase = sent
	case sent:
		p.phase = idle
		if h.done[o.seq] && !h.trouble {
			broken = "an effect is ordered twice"
		}
		n.done[o.seq] = true // one that is known by its id is refused
	}
	visit(works, i, n, broken)
}
