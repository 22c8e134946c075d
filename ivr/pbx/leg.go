package pbx

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/CyCoreSystems/ari/v5"
)

const (
	enterLimit = 2 * time.Second // a new leg enters the application at once
	ringGrace  = 2 * time.Second // over the ring time, until we stop waiting
	lookAgain  = 5 * time.Second // a lost event of a leg is noticed by then
	lateWord   = 1 * time.Second // an event may come later than an answer
)

// Hang-up causes of Q.850 that say why a leg ended.
const (
	causeNormal   = 16
	causeBusy     = 17
	causeNoUser   = 18
	causeNoAnswer = 19
	causeRejected = 21
)

// Why a leg was not answered; also the words of ivr.TransferState.
const (
	endBusy     = "busy"
	endNoAnswer = "no_answer"
	endFailed   = "failed"
)

// leg is a channel that we dial, for a transfer or for the desk.
type leg struct {
	channel  string
	entered  *signal // it is in our application
	answered *signal
	ended    *signal // it is gone
	given    *signal // we gave it up

	mu    sync.Mutex
	cause int    // of its end
	state string // how dialling ended, as far as Asterisk said so
}

func newLeg(channel string) *leg {
	return &leg{channel: channel, entered: newSignal(), answered: newSignal(), ended: newSignal(), given: newSignal()}
}

// end is the leg's end with its hang-up cause, 0 when unknown.
func (x *leg) end(cause int) {
	x.mu.Lock()
	if x.cause == 0 {
		x.cause = cause
	}
	x.mu.Unlock()
	x.ended.set()
}

// dialStatus takes the progress of dialling.
func (x *leg) dialStatus(status string) {
	x.mu.Lock()
	switch status {
	case "BUSY":
		x.state = endBusy
	case "NOANSWER":
		x.state = endNoAnswer
	case "CHANUNAVAIL", "CONGESTION":
		x.state = endFailed
	}
	x.mu.Unlock()
	if status == "ANSWER" {
		x.answered.set()
	}
}

// unanswered says why the leg ended before it was answered. rang is whether it
// had rung as long as it may.
func (x *leg) unanswered(rang bool) string {
	x.mu.Lock()
	defer x.mu.Unlock()
	switch x.cause {
	case causeBusy, causeRejected:
		return endBusy
	case causeNoUser, causeNoAnswer:
		return endNoAnswer
	}
	switch {
	case x.state != "":
		return x.state
	case rang, x.cause == causeNormal:
		return endNoAnswer
	}
	return endFailed
}

// await waits for s; false when the leg ended, was given up or the time was over
// first.
func (p *Phone) await(ctx context.Context, x *leg, s *signal, limit time.Duration) bool {
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
			return s.is() // both may have come meanwhile
		case <-x.given.ch:
			return false
		case <-timeout.C:
			return false
		case <-ctx.Done():
			return false
		}
	}
}

// look asks for the truth about a leg, in case its events were lost, and gives its
// state; empty when Asterisk did not say. The word of a leg's end, with its cause,
// may be on its way: it is waited for.
func (p *Phone) look(ctx context.Context, x *leg) string {
	asking, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	var ch ari.ChannelData
	err := p.rest.do(asking, get("/channels/%s", x.channel), &ch)
	switch {
	case code(err) == http.StatusNotFound:
		select {
		case <-x.ended.ch:
		case <-time.After(lateWord):
			x.end(0)
		case <-ctx.Done():
		}
	case err == nil && ch.State == "Up":
		x.answered.set()
	}
	return ch.State
}

// lookAtLegs looks at once what became of all legs: while nobody listened they may
// have been answered, or ended.
func (p *Phone) lookAtLegs() {
	p.mu.Lock()
	legs := slices.Collect(maps.Values(p.legs))
	p.mu.Unlock()
	for _, x := range legs {
		p.start(func(ctx context.Context) { p.look(ctx, x) })
	}
}

// outlive waits for the end of an answered leg, or until it is given up; false when
// the daemon stops first.
func (p *Phone) outlive(ctx context.Context, x *leg) bool {
	look := time.NewTicker(lookAgain)
	defer look.Stop()
	for {
		select {
		case <-x.ended.ch:
			return true
		case <-x.given.ch:
			return true
		case <-look.C:
			p.look(ctx, x)
		case <-ctx.Done():
			return false
		}
	}
}

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
