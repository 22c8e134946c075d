package pbx

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/CyCoreSystems/ari/v5"

	"infolinia/ivr"
)

const (
	enterLimit = 2 * time.Second // a new leg enters the application at once
	ringGrace  = 2 * time.Second // over the ring time, until we stop waiting
	lookAgain  = 5 * time.Second // a lost event of a leg is noticed by then
)

// Hang-up causes of Q.850 that say why a leg was not answered.
const (
	causeNormal   = 16
	causeBusy     = 17
	causeNoUser   = 18
	causeNoAnswer = 19
	causeRejected = 21
)

// signal is something that happens once.
type signal struct {
	once sync.Once
	ch   chan struct{}
}

func newSignal() *signal { return &signal{ch: make(chan struct{})} }

func (s *signal) set() { s.once.Do(func() { close(s.ch) }) }

func (s *signal) is() bool {
	select {
	case <-s.ch:
		return true
	default:
		return false
	}
}

// onward is an open Transfer: the leg to its destination, and the bridge once
// that has answered.
type onward struct {
	id, leg  string
	call     *call
	entered  *signal // the leg is in our application
	answered *signal
	ended    *signal // the leg is gone
	given    *signal // the caller's side gave up
	over     *signal // nothing more is done about it

	mu    sync.Mutex
	cause int // of the leg's end
	state ivr.TransferState
}

func newOnward(c *call, id string) *onward {
	return &onward{id: id, leg: legPrefix + id, call: c,
		entered: newSignal(), answered: newSignal(), ended: newSignal(), given: newSignal(), over: newSignal()}
}

// cancel gives up: the leg is hung up, nobody is told.
func (x *onward) cancel() { x.given.set() }

// end is the leg's end with its hang-up cause, 0 when unknown.
func (x *onward) end(cause int) {
	x.mu.Lock()
	if x.cause == 0 {
		x.cause = cause
	}
	x.mu.Unlock()
	x.ended.set()
}

// dialStatus takes the progress of dialling.
func (x *onward) dialStatus(status string) {
	x.mu.Lock()
	switch status {
	case "BUSY":
		x.state = ivr.TransferBusy
	case "NOANSWER":
		x.state = ivr.TransferNoAnswer
	case "CHANUNAVAIL", "CONGESTION":
		x.state = ivr.TransferFailed
	}
	x.mu.Unlock()
	if status == "ANSWER" {
		x.answered.set()
	}
}

// unanswered says why the leg ended before it was answered. rang is whether it
// had rung as long as it may.
func (x *onward) unanswered(rang bool) ivr.TransferState {
	x.mu.Lock()
	defer x.mu.Unlock()
	switch x.cause {
	case causeBusy, causeRejected:
		return ivr.TransferBusy
	case causeNoUser, causeNoAnswer:
		return ivr.TransferNoAnswer
	}
	switch {
	case x.state != "":
		return x.state
	case rang, x.cause == causeNormal:
		return ivr.TransferNoAnswer
	}
	return ivr.TransferFailed
}

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
		"channelId", x.leg, "originator", c.channel), nil)
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
	p.transfers[x.leg] = x
	return true
}

// closeTransfer ends an open Transfer and tells so, unless state is empty.
func (p *Phone) closeTransfer(x *onward, state ivr.TransferState) {
	p.mu.Lock()
	delete(p.transfers, x.leg)
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
	if !p.await(ctx, x, x.entered, enterLimit) {
		p.unconnected(ctx, x, ivr.TransferFailed)
		return
	}
	err := p.rest.do(ctx, post("/channels/%s/dial", x.leg).with(
		"caller", x.call.channel, "timeout", strconv.Itoa(int(p.cfg.Ring.Seconds()))), nil)
	if err != nil {
		p.unconnected(ctx, x, x.unanswered(false))
		return
	}
	_ = p.rest.do(ctx, post("/channels/%s/ring", x.call.channel), nil)
	p.ringOn(ctx, x)
}

// ringOn sees a dialled leg through to its end.
func (p *Phone) ringOn(ctx context.Context, x *onward) {
	begin := time.Now()
	if !p.await(ctx, x, x.answered, p.cfg.Ring+ringGrace) {
		p.unconnected(ctx, x, x.unanswered(time.Since(begin) >= p.cfg.Ring))
		return
	}
	p.connect(ctx, x)
}

// await waits for s; false when the leg ended, the caller gave up or the time
// was over first.
func (p *Phone) await(ctx context.Context, x *onward, s *signal, limit time.Duration) bool {
	timeout := time.NewTimer(limit)
	defer timeout.Stop()
	look := time.NewTicker(lookAgain)
	defer look.Stop()
	for {
		select {
		case <-s.ch:
			return true
		case <-look.C:
			p.look(ctx, x)
		case <-x.ended.ch:
			return false
		case <-x.given.ch:
			return false
		case <-timeout.C:
			return false
		case <-ctx.Done():
			return false
		}
	}
}

// look asks for the truth about a leg, in case its events were lost.
func (p *Phone) look(ctx context.Context, x *onward) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	var leg ari.ChannelData
	err := p.rest.do(ctx, get("/channels/%s", x.leg), &leg)
	switch {
	case code(err) == http.StatusNotFound:
		x.end(0)
	case err == nil && leg.State == "Up":
		x.answered.set()
	}
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
	p.rid(remove("/channels/%s", x.leg))
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
		"channel", strings.Join([]string{x.call.channel, x.leg}, ",")), nil)
}

// converse waits for the end of a talk, by either side.
func (p *Phone) converse(ctx context.Context, x *onward) {
	if !p.tellAnswered(x) {
		x.cancel()
	}
	look := time.NewTicker(lookAgain)
	defer look.Stop()
	for !x.ended.is() && !x.given.is() {
		select {
		case <-x.ended.ch:
		case <-x.given.ch:
		case <-look.C:
			p.look(ctx, x)
		case <-ctx.Done():
			return
		}
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

const (
	ridTries = 8
	ridPause = 250 * time.Millisecond // doubled with each try: half a minute in all
)

// rid removes what must not stay. What Asterisk refuses is tried again beside
// everything else.
func (p *Phone) rid(q request) {
	err := p.rest.do(p.background, q, nil)
	if err == nil || code(err) == http.StatusNotFound {
		return
	}
	p.start(func(ctx context.Context) {
		for try := range ridTries {
			select {
			case <-ctx.Done():
				return
			case <-time.After(ridPause << try):
			}
			if err = p.rest.do(ctx, q, nil); err == nil || code(err) == http.StatusNotFound || ctx.Err() != nil {
				return
			}
		}
		p.cfg.Log.Error().Err(err).Msg("asterisk does not let go of a leg or bridge")
	})
}
