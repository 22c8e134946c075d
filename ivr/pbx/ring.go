package pbx

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Leg is a telephone to be called for the desk: an agent's, or that of somebody
// who is consulted, transferred to or called back.
type Leg struct {
	ID   string // unique for all time; the channel is "leg-" and the ID
	Task string // what it is called for; goes to the telephone as X-Infolinia-Task
	// Call is whose caller the leg is meant for: its codecs are tried first. Empty for
	// a call back, where nobody waits.
	Call     string
	Endpoint string // "PJSIP/agent-anna", "PJSIP/201", "Local/22123@office/n"
	// Ring is how long it rings; zero is Config.Ring. Asterisk counts whole seconds.
	Ring time.Duration
	// Auto asks the telephone to answer by itself.
	Auto bool
	// Number and Name are who the telephone shows; empty when withheld.
	Number, Name string
}

// LegEvent is what became of a leg: Up once it was answered, then Ended, or Ended
// alone.
type LegEvent struct {
	ID, Task  string
	Up, Ended bool
	Cause     string // with Ended
}

// The causes of a leg's end.
const (
	LegHungUp   = "hungup"    // by whoever had answered it, or by DropLeg
	LegLost     = "lost"      // answered, and then gone in any other way
	LegBusy     = endBusy     // busy, or declined
	LegNoAnswer = endNoAnswer // rang as long as it may, or nobody is there
	LegFailed   = endFailed   // not registered, or any other failure
)

// keepEnded is how long a leg that ended is known, so that it is not rung again by
// whoever has not heard yet.
const keepEnded = 10 * time.Minute

// deskLeg is a leg of the desk that is followed, or that has ended lately.
type deskLeg struct {
	*leg
	id, task  string
	dropped   bool      // by DropLeg; needs leg.mu
	elsewhere bool      // because another one answered; needs leg.mu
	last      LegEvent  // its end; needs Phone.mu
	over      time.Time // when that was told; needs Phone.mu
}

// RingLeg calls a telephone; LegEvents follow. The same ID again changes nothing: a
// leg that another process has called is followed from then on, and the end of one
// that has ended is told once more. After an error the leg has failed and its
// LegEvent says so, except after ErrLost and ErrReplaced, when nothing was ordered.
func (p *Phone) RingLeg(ctx context.Context, l Leg) error {
	if err := p.ready(ctx); err != nil {
		return err
	}
	if l.Ring == 0 {
		l.Ring = p.cfg.Ring
	}
	d, fresh := p.takeLeg(l.ID, l.Task)
	if !fresh {
		p.tellAgain(d)
		return nil
	}
	err := p.rest.do(ctx, p.create(l), nil)
	switch {
	case err == nil:
		p.start(func(ctx context.Context) { p.ringLeg(ctx, d, l.Ring) })
		return nil
	case code(err) == http.StatusConflict: // ordered before, by this ID
		p.start(func(ctx context.Context) { p.resumeLeg(ctx, d, l.Ring) })
		return nil
	case errors.Is(err, ErrLost), errors.Is(err, ErrReplaced):
		p.forgetLeg(d)
		return err
	case code(err) == 0: // it may exist all the same
		p.start(func(context.Context) { p.rid(remove("/channels/%s", d.channel)) })
	}
	p.endLeg(d, LegFailed)
	return fmt.Errorf("call leg %s: %w", l.ID, err) // the endpoint may be a resident's number
}

// create makes the channel of a leg, not dialled yet. Headers and the shown caller
// are set with it, because they have to be there before it is dialled.
func (p *Phone) create(l Leg) request {
	q := post("/channels/create").with(
		"endpoint", l.Endpoint, "app", p.cfg.App, "channelId", legPrefix+l.ID)
	if c := p.call(l.Call); c != nil {
		q.query.Set("originator", c.channel)
	} else {
		q.query.Set("formats", "alaw")
	}
	set := map[string]string{}
	if l.Number != "" {
		set["CONNECTEDLINE(num,i)"] = printable(l.Number)
	}
	if l.Name != "" {
		set["CONNECTEDLINE(name,i)"] = printable(l.Name)
	}
	if strings.HasPrefix(l.Endpoint, "PJSIP/") { // others have no headers
		set["PJSIP_HEADER(add,X-Infolinia-Task)"] = printable(l.Task)
		if l.Auto {
			set["PJSIP_HEADER(add,X-Infolinia-Auto)"] = "yes"
			// What telephones on a table know.
			set["PJSIP_HEADER(add,Call-Info)"] = "<sip:infolinia>;answer-after=0"
		}
	}
	q.body = map[string]any{"variables": set}
	return q
}

// printable takes out what may not stand in a header.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '"' || r == '\\' {
			return -1
		}
		return r
	}, s)
}
