package main

import (
	"context"
	"time"

	"infolinia/ivr/desk"
)

// How often an open page shows a sign of life, and how often closed ones are
// looked for.
const (
	pageMark = 8 * time.Second
	pageLook = 10 * time.Second
)

// Watch sends when anything may look different, until ctx ends. As long as it is
// watched the page counts as open, in all instances.
func (v floorView) Watch(ctx context.Context, page string) <-chan struct{} {
	changed, stop := v.d.desk.Changed()
	context.AfterFunc(ctx, stop)
	go func() {
		v.d.markPage(ctx, page)
		every(ctx, pageMark, func() { v.d.markPage(ctx, page) })
	}()
	return changed
}

func (d *daemon) markPage(ctx context.Context, page string) {
	if err := d.store.MarkPage(ctx, page); err != nil && ctx.Err() == nil {
		d.log.Warn().Err(err).Msg("an agent's open page is not noted")
	}
}

// missPages tells the desk of agents whose page is open nowhere any more, or whose
// log-in is over. While the store does not answer, nobody is missed.
func (d *daemon) missPages(ctx context.Context) {
	departed := d.departed()
	every(ctx, pageLook, func() {
		departed.look(ctx, d.desk.Floor().Agents)
		owner := map[string]string{}
		var pages []string
		for _, a := range d.desk.Floor().Agents {
			if a.Session != "" && a.State != desk.Offline {
				owner[a.Session] = a.Login
				pages = append(pages, a.Session)
			}
		}
		closed, err := d.store.ClosedPages(ctx, pages)
		if err != nil {
			return
		}
		for _, page := range closed {
			_ = d.desk.Do(ctx, desk.Gone{Agent: owner[page], Session: page}) // it may have come back, or be gone already
		}
	})
}
