package desk

import (
	"context"
	"fmt"
	"sync"
)

// exchange is an Asterisk: legs and bridges, and an office full of telephones.
type exchange struct {
	office *office

	mu      sync.Mutex
	legs    map[string]*apparatus
	bridges map[string]Arrangement // by task
	holders map[string]*process    // who hears its events, by slot
	orders  []string
	broken  error
}

type apparatus struct {
	LegOrder
	slot string
	up   bool
}

// deskPhone is the Asterisk as one process reaches it for one slot.
type deskPhone struct {
	*exchange
	slot   string
	faults *faults
}

func (p deskPhone) Ring(_ context.Context, o LegOrder) error {
	return p.order("ring "+o.ID, func() {
		if p.legs[o.ID] == nil {
			p.legs[o.ID] = &apparatus{LegOrder: o, slot: p.slot}
		}
	})
}

func (p deskPhone) Drop(_ context.Context, leg string, elsewhere bool) error {
	return p.order(fmt.Sprintf("drop %s %t", leg, elsewhere), func() { delete(p.legs, leg) })
}

func (p deskPhone) Arrange(_ context.Context, a Arrangement) error {
	return p.order(fmt.Sprint("arrange ", a.Together, a.Music, a.Ring), func() {
		p.bridges[a.Task] = a
		if len(a.Together)+len(a.Music)+len(a.Ring) == 0 {
			delete(p.bridges, a.Task)
		}
	})
}

func (p deskPhone) Number(context.Context, string) (string, error) { return "+48600100200", nil }

func (p deskPhone) Known(_ context.Context, _ string, legs []string) (map[string]LegState, error) {
	known := map[string]LegState{}
	err := p.order("known", func() {
		for _, id := range legs {
			if l := p.legs[id]; l != nil {
				known[id] = LegRings
				if l.up {
					known[id] = LegIsUp
				}
			}
		}
	})
	return known, err
}

func (p deskPhone) order(what string, do func()) error {
	if err := p.faults.at(); err != nil {
		return err
	}
	p.mu.Lock()
	if p.broken != nil {
		defer p.mu.Unlock()
		return p.broken
	}
	do()
	p.orders = append(p.orders, what)
	p.mu.Unlock()
	return p.faults.at()
}

// legOf is the leg that leads to an agent, up or not.
func (e *exchange) legOf(login string, up bool) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	for id, l := range e.legs {
		if l.Endpoint == "PJSIP/"+login && l.up == up {
			return id
		}
	}
	return ""
}

// answer lets an agent pick up.
func (e *exchange) answer(id string) {
	e.mu.Lock()
	l := e.legs[id]
	if l == nil {
		e.mu.Unlock()
		return
	}
	l.up = true
	e.mu.Unlock()
	e.event(l, LegEvent{ID: id, Task: l.Task, Up: true})
}

// hangUp ends a leg from its far end.
func (e *exchange) hangUp(id string, why LegCause) {
	e.mu.Lock()
	l := e.legs[id]
	delete(e.legs, id)
	e.mu.Unlock()
	if l != nil {
		e.event(l, LegEvent{ID: id, Task: l.Task, Ended: true, Cause: why})
	}
}

func (e *exchange) event(l *apparatus, event LegEvent) {
	e.mu.Lock()
	holder := e.holders[l.slot]
	e.mu.Unlock()
	if holder != nil {
		holder.LegChanged(l.slot, event)
	}
}
