package pbx

import (
	"context"
	"net/http"
	"strconv"
	"time"
)

// ringLeg dials a created leg and follows it.
func (p *Phone) ringLeg(ctx context.Context, d *deskLeg, ring time.Duration) {
	if !p.await(ctx, d.leg, d.entered, enterLimit) {
		p.abandon(ctx, d, LegFailed)
		return
	}
	p.dialLeg(ctx, d, ring)
}

func (p *Phone) dialLeg(ctx context.Context, d *deskLeg, ring time.Duration) {
	if d.given.is() {
		p.abandon(ctx, d, LegHungUp)
		return
	}
	seconds := max(1, int(ring.Round(time.Second).Seconds()))
	err := p.rest.do(ctx, post("/channels/%s/dial", d.channel).with("timeout", strconv.Itoa(seconds)), nil)
	if err != nil && code(err) != http.StatusConflict { // 409: it was dialled before
		p.abandon(ctx, d, d.unanswered(false))
		return
	}
	p.seeThrough(ctx, d, ring)
}

// resumeLeg follows a leg that another process made.
func (p *Phone) resumeLeg(ctx context.Context, d *deskLeg, ring time.Duration) {
	if p.look(ctx, d.leg) == "Down" {
		p.dialLeg(ctx, d, ring)
		return
	}
	p.seeThrough(ctx, d, ring)
}

// seeThrough follows a dialled leg to its end.
func (p *Phone) seeThrough(ctx context.Context, d *deskLeg, ring time.Duration) {
	begin := time.Now()
	if !p.await(ctx, d.leg, d.answered, ring+ringGrace) {
		p.abandon(ctx, d, d.unanswered(time.Since(begin) >= ring))
		return
	}
	p.tellLeg(LegEvent{ID: d.id, Task: d.task, Up: true})
	if !p.outlive(ctx, d.leg) {
		return
	}
	p.abandon(ctx, d, d.parted())
}

// parted says why an answered leg ended.
func (d *deskLeg) parted() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.cause == causeNormal {
		return LegHungUp
	}
	return LegLost
}

// abandon ends a leg, unless the daemon stops: then it is left for the next one.
func (p *Phone) abandon(ctx context.Context, d *deskLeg, cause string) {
	if ctx.Err() != nil {
		return
	}
	d.mu.Lock()
	dropped, elsewhere := d.dropped, d.elsewhere
	d.mu.Unlock()
	if !d.ended.is() {
		p.rid(hangupLeg(d.id, elsewhere))
	}
	if dropped {
		cause = LegHungUp
	}
	p.endLeg(d, cause)
}
