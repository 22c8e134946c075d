package pbx

import (
	"context"
	"errors"
	"net/http"
	"time"
)

const (
	finalTries = 3
	finalPause = 200 * time.Millisecond
)

// Answer picks up. Answering twice does no harm.
func (p *Phone) Answer(ctx context.Context, callID string) error {
	return p.order(ctx, callID, func(ch string) request { return post("/channels/%s/answer", ch) })
}

// MusicOnHold starts or stops music for a caller; a prompt played meanwhile
// interrupts it. An empty class is the default one.
func (p *Phone) MusicOnHold(ctx context.Context, callID string, on bool, class string) error {
	return p.order(ctx, callID, func(ch string) request {
		switch {
		case on && class != "":
			return post("/channels/%s/moh", ch).with("mohClass", class)
		case on:
			return post("/channels/%s/moh", ch)
		}
		return remove("/channels/%s/moh", ch)
	})
}

// Hangup ends the call; HungUp follows.
func (p *Phone) Hangup(ctx context.Context, callID string) error {
	return p.final(ctx, callID, func(ch string) request {
		return remove("/channels/%s", ch).with("reason", "normal").atOnce()
	})
}

// Refuse sends a caller away who was not answered: to the dialplan's announcement
// for those too many or, when the Phone is set to be busy, with SIP 503; HungUp
// follows.
func (p *Phone) Refuse(ctx context.Context, callID string) error {
	return p.final(ctx, callID, func(ch string) request {
		if p.cfg.Busy {
			return remove("/channels/%s", ch).with("reason_code", causeCongestion)
		}
		return post("/channels/%s/continue", ch).with("context", "overload", "extension", "s", "priority", "1")
	})
}

// causeCongestion is a hang-up cause (Q.850) that chan_pjsip answers with 503.
const causeCongestion = "42"

// Fallback gives the caller to the dialplan's last net, an apology and then a
// person; HungUp follows, because the call is no longer ours.
func (p *Phone) Fallback(ctx context.Context, callID string) error {
	return p.final(ctx, callID, fallback)
}

func fallback(channel string) request {
	return post("/channels/%s/continue", channel).with("context", "fallback", "extension", "s", "priority", "1")
}

// order does what may be repeated without harm to a caller's channel.
func (p *Phone) order(ctx context.Context, callID string, what func(channel string) request) error {
	if err := p.ready(ctx); err != nil {
		return err
	}
	c := p.call(callID)
	if c == nil {
		return nil
	}
	err := p.rest.do(ctx, what(c.channel), nil)
	if p.left(ctx, c, err) {
		p.hungUp(c)
		return nil
	}
	return err
}

// left tells whether an order failed because the caller is no longer ours. He is
// asked after once more: nobody is given up for one wrong answer.
func (p *Phone) left(ctx context.Context, c *call, err error) bool {
	if !gone(err) {
		return false
	}
	var ch foundChannel
	err = p.rest.do(ctx, get("/channels/%s", c.channel), &ch)
	return code(err) == http.StatusNotFound || err == nil && ch.Dialplan.AppName != "Stasis"
}

// final gives an order that must not be lost: it is tried again, and kept for the
// next connection when all is in vain.
func (p *Phone) final(ctx context.Context, callID string, what func(channel string) request) error {
	for try := 1; ; try++ {
		err := p.order(ctx, callID, what)
		if err == nil || errors.Is(err, ErrReplaced) {
			return err
		}
		if errors.Is(err, ErrLost) || try == finalTries || ctx.Err() != nil {
			p.keep(callID, what)
			return err
		}
		select {
		case <-ctx.Done():
		case <-time.After(finalPause):
		}
	}
}

func (p *Phone) keep(callID string, what func(channel string) request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.calls[callID] != nil {
		p.kept[callID] = what
	}
}

// giveKept repeats the last orders that did not get through.
func (p *Phone) giveKept() {
	p.mu.Lock()
	kept := p.kept
	p.kept = map[string]func(string) request{}
	p.mu.Unlock()
	for id, what := range kept {
		p.start(func(ctx context.Context) {
			if err := p.final(ctx, id, what); err != nil {
				p.cfg.Log.Warn().Err(err).Str("call", id).Msg("last order of a call")
			}
		})
	}
}
