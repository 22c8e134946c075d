package pbx

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"infolinia/ivr"
)

// onward is an open Transfer: the leg to its destination, and the bridge once
// that has answered. Its end of the leg is given up when the caller's side does.
type onward struct {
	*leg
	id   string
	call *call
	over *signal // nothing more is done about it
}

func newOnward(c *call, id string) *onward {
	return &onward{leg: newLeg(legPrefix + id), id: id, call: c, over: newSignal()}
}

// cancel gives up: the leg is hung up, nobody is told.
func (x *onward) cancel() { x.given.set() }

// Transfer dials number and connects the caller when it answers; meanwhile he
// hears it ring. TransferChanged follows.
func (p *Phone) Transfer(ctx context.Context, callID, id, number string) error {
	if err := p.ready(ctx); err != nil {
		return err
	}
	c := p.call(callID)
	if c == nil {
		return nil
	}
	x := newOnward(c, id)
	if !p.openTransfer(x) {
		return nil
	}
	err := p.rest.do(ctx, post("/channels/create").with(
		"endpoint", fmt.Sprintf(p.cfg.Endpoint, number), "app", p.cfg.App,
		"channelId", x.channel, "originator", c.channel), nil)
	if err != nil && code(err) != http.StatusConflict { // 409: ordered before, by this id
		p.closeTransfer(x, ivr.TransferFailed)
		if code(err) == 0 {
			p.hangupLeg(x) // it may exist all the same
		}
		return err
	}
	p.follow(x, p.ring)
	return nil
}

// follow works on a transfer beside the call's own goroutine, to its end.
func (p *Phone) follow(x *onward, from func(context.Context, *onward)) {
	p.start(func(ctx context.Context) {
		defer x.over.set()
		from(ctx, x)
	})
}

func (p *Phone) openTransfer(x *onward) bool {
	x.call.mu.Lock()
	defer x.call.mu.Unlock()
	if x.call.gone {
		return false
	}
	if old := x.call.transfer; old != nil {
		old.cancel()
	}
	x.call.transfer = x
	p.mu.Lock()
	defer p.mu.Unlock()
	p.legs[x.channel] = x.leg
	return true
}

// closeTransfer ends an open Transfer and tells so, unless state is empty.
func (p *Phone) closeTransfer(x *onward, state ivr.TransferState) {
	p.mu.Lock()
	delete(p.legs, x.channel)
	p.mu.Unlock()
	c := x.call
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.transfer != x || c.gone {
		return
	}
	c.transfer, c.talking = nil, false
	if state != "" {
		p.handler.Input(c.id, ivr.TransferChanged{ID: x.id, State: state})
	}
}

// CancelTransfer gives up a transfer and returns when the caller's ear is free
// again; nothing follows.
func (p *Phone) CancelTransfer(ctx context.Context, callID, id string) error {
	c := p.call(callID)
	if c == nil {
		return nil
	}
	c.mu.Lock()
	x := c.transfer
	if x == nil || x.id != id {
		c.mu.Unlock()
		return nil
	}
	c.transfer, c.talking = nil, false
	c.mu.Unlock()
	x.cancel()
	ctx, cancel := context.WithTimeout(ctx, orderTimeout)
	defer cancel()
	select {
	case <-x.over.ch:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("cancel transfer %s: %w", id, ctx.Err())
	case <-p.background.Done():
		return ErrLost
	}
}

// ring dials a created leg.
func (p *Phone) ring(ctx context.Context, x *onward) {
	if !p.await(ctx, x.leg, x.entered, enterLimit) {
		p.unconnected(ctx, x, ivr.TransferFailed)
		return
	}
	err := p.rest.do(ctx, post("/channels/%s/dial", x.channel).with(
		"caller", x.call.channel, "timeout", strconv.Itoa(int(p.cfg.Ring.Seconds()))), nil)
	if err != nil {
		p.unconnected(ctx, x, ivr.TransferState(x.unanswered(false)))
		return
	}
	_ = p.rest.do(ctx, post("/channels/%s/ring", x.call.channel), nil)
	p.ringOn(ctx, x)
}

// ringOn sees a dialled leg through to its end.
func (p *Phone) ringOn(ctx context.Context, x *onward) {
	begin := time.Now()
	if !p.await(ctx, x.leg, x.answered, p.cfg.Ring+ringGrace) {
		p.unconnected(ctx, x, ivr.TransferState(x.unanswered(time.Since(begin) >= p.cfg.Ring)))
		return
	}
	p.connect(ctx, x)
}

// unconnected ends a transfer that came to no talk. When the daemon stops, the
// leg is left for the next one.
func (p *Phone) unconnected(ctx context.Context, x *onward, state ivr.TransferState) {
	if ctx.Err() != nil {
		return
	}
	if !x.ended.is() {
		p.hangupLeg(x)
	}
	p.quiet(ctx, x.call)
	if x.given.is() {
		state = ""
	}
	p.closeTransfer(x, state)
}

func (p *Phone) hangupLeg(x *onward) {
	p.rid(remove("/channels/%s", x.channel))
}

// quiet takes the ringing tone off the caller, who may be gone.
func (p *Phone) quiet(ctx context.Context, c *call) {
	_ = p.rest.do(ctx, remove("/channels/%s/ring", c.channel), nil)
}

// connect joins the caller with the answered leg.
func (p *Phone) connect(ctx context.Context, x *onward) {
	err := p.join(ctx, x)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		if !gone(err) {
			p.cfg.Log.Error().Err(err).Str("call", x.call.id).Str("transfer", x.id).Msg("connect")
		}
		p.unbridge(x)
		p.unconnected(ctx, x, ivr.TransferFailed)
		return
	}
	p.converse(ctx, x)
}

func (p *Phone) join(ctx context.Context, x *onward) error {
	p.quiet(ctx, x.call)
	// The time limit of the dialplan is for a caller alone with the machine.
	_ = p.rest.do(ctx, post("/channels/%s/variable", x.call.channel).with(
		"variable", "TIMEOUT(absolute)", "value", "0"), nil)
	err := p.rest.do(ctx, post("/bridges/%s", x.id).with("type", "mixing", "name", p.cfg.App), nil)
	if err != nil && code(err) != http.StatusConflict {
		return err
	}
	return p.rest.do(ctx, post("/bridges/%s/addChannel", x.id).with(
		"channel", strings.Join([]string{x.call.channel, x.channel}, ",")), nil)
}

// converse waits for the end of a talk, by either side.
func (p *Phone) converse(ctx context.Context, x *onward) {
	if !p.tellAnswered(x) {
		x.cancel()
	}
	if !p.outlive(ctx, x.leg) {
		return
	}
	p.unbridge(x)
	if !x.ended.is() {
		p.hangupLeg(x)
	}
	p.closeTransfer(x, ivr.TransferEnded)
}

// tellAnswered tells of an answer; false when nobody wants it any more.
func (p *Phone) tellAnswered(x *onward) bool {
	c := x.call
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.transfer != x || c.gone {
		return false
	}
	c.talking = true
	p.handler.Input(c.id, ivr.TransferChanged{ID: x.id, State: ivr.TransferAnswered})
	return true
}

func (p *Phone) unbridge(x *onward) { p.rid(remove("/bridges/%s", x.id)) }
