package pbx

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/CyCoreSystems/ari/v5"

	"infolinia/ivr"
)

// Open is an effect whose end a call waits for.
type Open struct {
	ID string
	// Files, when known, are those of a Play: with them its marks and its
	// deadline go on. Without them only its end is seen.
	Files []File
}

// Truth is what open effects have come to while nobody listened.
type Truth struct {
	// Alive: the caller is still there.
	Alive bool
	// Gone are the open effects that Asterisk knows nothing of: prompts that
	// are over, dials that came to nothing, and what was never Asterisk's.
	Gone []string
	// Ended are inputs that would have come. They are to be handled before
	// Resumed.
	Ended []ivr.Input
}

// Truth asks Asterisk for the truth about a call after a restart or a lost
// websocket. Effects that still run are watched from then on as if this process
// had ordered them.
func (p *Phone) Truth(ctx context.Context, callID string, open []Open) (Truth, error) {
	if err := p.ready(ctx); err != nil {
		return Truth{}, err
	}
	c := p.call(callID)
	if c == nil {
		return p.leftBehind(ctx, open)
	}
	t := Truth{Alive: true}
	err := p.rest.do(ctx, get("/channels/%s", c.channel), nil)
	if p.left(ctx, c, err) {
		p.hungUp(c)
		return p.leftBehind(ctx, open)
	}
	if err != nil {
		return Truth{}, err
	}
	for _, o := range open {
		ended, found, err := p.ask(ctx, c, o)
		if err != nil {
			return Truth{}, fmt.Errorf("ask for %s: %w", o.ID, err)
		}
		if ended != nil {
			t.Ended = append(t.Ended, ended)
		} else if !found {
			t.Gone = append(t.Gone, o.ID)
		}
	}
	return t, nil
}

// leftBehind is the truth about a caller who is gone: what he has said is still there.
func (p *Phone) leftBehind(ctx context.Context, open []Open) (Truth, error) {
	var t Truth
	for _, o := range open {
		stored, err := p.exists(ctx, "/recordings/stored/%s", o.ID, nil)
		if err != nil {
			return Truth{}, fmt.Errorf("ask for %s: %w", o.ID, err)
		}
		if stored {
			talk, err := p.talk(ctx, o.ID)
			t.Ended = append(t.Ended, ivr.RecordEnded{ID: o.ID, Talk: talk, Failed: err != nil})
		}
	}
	return t, nil
}

// ask looks for one effect as each of the things it can be. An ID says nothing
// about its kind; each kind has ids of its own in Asterisk.
func (p *Phone) ask(ctx context.Context, c *call, o Open) (ended ivr.Input, found bool, err error) {
	c.mu.Lock()
	play := c.play
	watched := c.rec != nil && c.rec.id == o.ID || c.transfer != nil && c.transfer.id == o.ID
	c.mu.Unlock()
	if watched {
		return nil, true, nil // these look for their own end
	}
	if found, err = p.exists(ctx, "/playbacks/%s", o.ID, nil); found || err != nil {
		if found && (play == nil || play.id != o.ID) {
			p.openPlay(c, o.ID, o.Files)
		}
		return nil, found, err
	}
	if play != nil && play.id == o.ID {
		p.forgetPlay(c, play)
		return nil, false, nil
	}
	if found, err = p.exists(ctx, "/recordings/live/%s", o.ID, nil); found || err != nil {
		if found {
			p.takeRecording(c, o.ID)
		}
		return nil, found, err
	}
	if found, err = p.exists(ctx, "/recordings/stored/%s", o.ID, nil); found || err != nil {
		if !found {
			return nil, false, err
		}
		talk, err := p.talk(ctx, o.ID)
		return ivr.RecordEnded{ID: o.ID, Talk: talk, Failed: err != nil}, true, nil
	}
	return p.askTransfer(ctx, c, o.ID)
}

// askTransfer: a leg that lives is followed; a bridge without its leg is a talk
// that ended.
func (p *Phone) askTransfer(ctx context.Context, c *call, id string) (ended ivr.Input, found bool, err error) {
	var leg ari.ChannelData
	alive, err := p.exists(ctx, "/channels/%s", legPrefix+id, &leg)
	if err != nil {
		return nil, false, err
	}
	var bridge ari.BridgeData
	bridged, err := p.exists(ctx, "/bridges/%s", id, &bridge)
	if err != nil {
		return nil, false, err
	}
	x := newOnward(c, id)
	switch {
	case alive && p.openTransfer(x):
		from := p.ringOn
		if leg.State == "Up" {
			from = p.connect
			if slices.Contains(bridge.ChannelIDs, x.channel) && slices.Contains(bridge.ChannelIDs, c.channel) {
				from = p.converse
			}
		}
		p.follow(x, from)
		return nil, true, nil
	case bridged:
		p.unbridge(x)
		return ivr.TransferChanged{ID: id, State: ivr.TransferEnded}, true, nil
	}
	return nil, false, nil
}

func (p *Phone) forgetPlay(c *call, pl *playing) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.play == pl {
		pl.timer.Stop()
		c.play = nil
	}
}

// exists tells whether Asterisk knows a thing, and reads it into out.
func (p *Phone) exists(ctx context.Context, route, id string, out any) (bool, error) {
	err := p.rest.do(ctx, get(route, id), out)
	if code(err) == http.StatusNotFound {
		return false, nil
	}
	return err == nil, err
}
