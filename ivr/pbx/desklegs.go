package pbx

import (
	"context"
	"time"
)

// takeLeg registers a leg before it is ordered, because its first events can
// overtake the answer; not fresh: it is known already.
func (p *Phone) takeLeg(id, task string) (d *deskLeg, fresh bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if d := p.desk[id]; d != nil {
		return d, false
	}
	d = &deskLeg{leg: newLeg(legPrefix + id), id: id, task: task}
	p.desk[id], p.legs[d.channel] = d, d.leg
	return d, true
}

// forgetLeg lets a leg be ordered again: it never was.
func (p *Phone) forgetLeg(d *deskLeg) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.desk, d.id)
	delete(p.legs, d.channel)
}

// endLeg tells of a leg's end, once, and remembers it for a while.
func (p *Phone) endLeg(d *deskLeg, cause string) {
	e := LegEvent{ID: d.id, Task: d.task, Ended: true, Cause: cause}
	p.mu.Lock()
	delete(p.legs, d.channel)
	d.last, d.over = e, time.Now()
	p.mu.Unlock()
	p.tellLeg(e)
}

// tellAgain repeats the end of a leg to who seems not to have heard of it.
func (p *Phone) tellAgain(d *deskLeg) {
	p.mu.Lock()
	last := d.last
	p.mu.Unlock()
	if last.Ended {
		p.tellLeg(last)
	}
}

func (p *Phone) tellLeg(e LegEvent) {
	if p.cfg.Legs != nil {
		p.cfg.Legs(e)
	}
}

// forgetEnded drops the legs that ended long ago, and what was arranged for tasks that
// nobody has arranged anything for since then. The most that can come of it is music
// that begins anew.
func (p *Phone) forgetEnded() {
	p.mu.Lock()
	defer p.mu.Unlock()
	live := map[string]bool{}
	for id, d := range p.desk {
		if !d.last.Ended {
			live[d.task] = true
		} else if time.Since(d.over) > keepEnded {
			delete(p.desk, id)
		}
	}
	for task, s := range p.scenes {
		if !live[task] && time.Since(s.used) > keepEnded {
			delete(p.scenes, task)
		}
	}
}

// legsOf are the channels of a task's legs that live.
func (p *Phone) legsOf(task string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var channels []string
	for _, d := range p.desk {
		if d.task == task && !d.last.Ended {
			channels = append(channels, d.channel)
		}
	}
	return channels
}

// Number is the caller's number as the network gave it, empty when withheld.
// ErrGone: there is no such caller any more.
func (p *Phone) Number(ctx context.Context, callID string) (string, error) {
	if err := p.ready(ctx); err != nil {
		return "", err
	}
	if c := p.call(callID); c != nil {
		return c.number, nil
	}
	return "", ErrGone
}
