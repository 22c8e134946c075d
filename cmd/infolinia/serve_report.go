package main

import (
	"context"
	"time"

	"infolinia/ivr/console"
)

// reportTime is how long a call may take to tell how it stands.
const reportTime = time.Second

// onSlots tells the commands of this machine what the daemon serves.
type onSlots struct{ d *daemon }

func (s onSlots) Alive(ctx context.Context) error { return s.d.alive(ctx) }

func (s onSlots) Slots(ctx context.Context, calls bool) []console.SlotReport {
	ctx, cancel := context.WithTimeout(ctx, reportTime)
	defer cancel()
	list := []console.SlotReport{}
	for _, t := range s.d.tenancies() {
		slot, line := t.held(), t.calls()
		if slot == nil {
			continue
		}
		r := console.SlotReport{App: t.app, Slot: slot.Slot, Epoch: slot.Epoch, Ours: t.ours()}
		if calls {
			for _, c := range line.Report(ctx) {
				r.Calls = append(r.Calls, console.CallReport(c))
			}
		}
		list = append(list, r)
	}
	return list
}
