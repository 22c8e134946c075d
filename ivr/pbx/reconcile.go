package pbx

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/CyCoreSystems/ari/v5"
)

const (
	// legPrefix begins the channel of a leg; the effect's ID follows for a transfer,
	// the leg's own for the desk.
	legPrefix = "leg-"
	// orphanGrace is how long a leg is seen without a call before it is hung up.
	orphanGrace = 30 * time.Second
)

// wanted are the event types we read; Asterisk drops the others at the source.
func wanted() []string {
	e := ari.Events
	return []string{
		e.StasisStart, e.StasisEnd, e.ChannelDestroyed, e.ChannelHangupRequest, e.ChannelStateChange,
		e.ChannelDtmfReceived, e.Dial, e.ChannelUserevent, e.ApplicationReplaced,
		e.PlaybackStarted, e.PlaybackContinuing, e.PlaybackFinished,
		e.RecordingFinished, e.RecordingFailed,
		answerType, // of the wire: the filter is for these as well
	}
}

// reconcile compares what we know with what Asterisk has, while events of the
// new websocket wait: unknown callers arrive, vanished ones have hung up. It
// gives the ids of all live calls.
func (p *Phone) reconcile(ctx context.Context) ([]string, error) {
	type named struct {
		Type string `json:"type"`
	}
	var allowed []named
	for _, t := range wanted() {
		allowed = append(allowed, named{t})
	}
	filter := put("/applications/%s/eventFilter", p.cfg.App)
	filter.body = map[string]any{"allowed": allowed}
	if err := p.rest.do(ctx, filter, nil); err != nil {
		return nil, err
	}
	if err := p.introduce(ctx); err != nil {
		return nil, err
	}
	var app ari.ApplicationData
	if err := p.rest.do(ctx, get("/applications/%s", p.cfg.App), &app); err != nil {
		return nil, err
	}
	there := map[string]bool{}
	for _, id := range app.ChannelIDs {
		there[id] = true
	}
	p.sweep(there)
	for id := range there {
		if !strings.HasPrefix(id, legPrefix) && p.byChannel(id) == nil {
			if err := p.find(ctx, id); err != nil {
				return nil, err
			}
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	live := make([]string, 0, len(p.calls))
	for id := range p.calls {
		live = append(live, id)
	}
	return live, nil
}

// sweep says goodbye to the calls that are no longer there.
func (p *Phone) sweep(there map[string]bool) {
	p.mu.Lock()
	var vanished []*call
	for channel, c := range p.channels {
		if !there[channel] {
			vanished = append(vanished, c)
		}
	}
	p.mu.Unlock()
	for _, c := range vanished {
		p.vanished(c)
	}
}

// foundChannel is what ari/v5 leaves out of a channel's data.
type foundChannel struct {
	State  string
	Caller struct{ Number string }
	// Dialplan tells what runs the channel, for a caller Stasis with our name
	// and the dialled number.
	Dialplan struct {
		AppName string `json:"app_name"`
		AppData string `json:"app_data"`
	}
}

// find introduces a channel that was there before us. One that was sent back to
// the dialplan may still be listed: it is no longer ours.
func (p *Phone) find(ctx context.Context, id string) error {
	var ch foundChannel
	err := p.rest.do(ctx, get("/channels/%s", id), &ch)
	if code(err) == http.StatusNotFound || err == nil && ch.Dialplan.AppName != "Stasis" {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find a caller: %w", err)
	}
	_, dialled, _ := strings.Cut(ch.Dialplan.AppData, ",")
	p.arrive(Channel{ID: id, Number: ch.Caller.Number, Dialled: dialled, Answered: ch.State == "Up", Found: true})
	return nil
}

// claimed tells whether a leg is followed, or somebody counts on it.
func (p *Phone) claimed(channel string) bool {
	p.mu.Lock()
	followed := p.legs[channel] != nil
	p.mu.Unlock()
	id, ours := strings.CutPrefix(channel, legPrefix)
	return followed || ours && p.cfg.ClaimsLeg != nil && p.cfg.ClaimsLeg(id)
}

// lookAround compares what we know with what Asterisk has while all seems well,
// in case an event was lost. What is strange is acted on at the second look
// only: the word of it may be on its way. A leg is given longer, because after a
// restart its call may still claim it. It stays without one when it was dialled
// by a process that died and its caller hung up before the next one came, or
// when Asterisk knew nothing of it yet as it was given up.
func (p *Phone) lookAround(ctx context.Context) {
	p.mu.Lock()
	known := slices.Collect(maps.Keys(p.channels))
	strange := p.strange
	p.mu.Unlock()
	var app ari.ApplicationData
	var bridges []ari.BridgeData
	err := p.rest.do(ctx, get("/applications/%s", p.cfg.App), &app)
	if err == nil {
		err = p.rest.do(ctx, get("/bridges"), &bridges)
	}
	if err != nil {
		return
	}
	slices.Sort(app.ChannelIDs)
	for _, id := range known {
		if _, there := slices.BinarySearch(app.ChannelIDs, id); !there {
			p.hungUp(p.byChannel(id))
		}
	}
	now := map[string]time.Time{}
	seen := func(id string) (since time.Time) {
		if since = strange[id]; since.IsZero() {
			since = time.Now()
		}
		now[id] = since
		return since
	}
	for _, id := range app.ChannelIDs {
		switch {
		case p.claimed(id), p.byChannel(id) != nil:
		case strings.HasPrefix(id, legPrefix):
			if time.Since(seen(id)) >= orphanGrace {
				p.start(func(context.Context) {
					p.rid(remove("/channels/%s", id))
					p.rid(remove("/bridges/%s", strings.TrimPrefix(id, legPrefix)))
				})
			}
		case strange[id].IsZero():
			seen(id)
		default:
			if err := p.find(ctx, id); err != nil {
				p.cfg.Log.Warn().Err(err).Msg("a caller nobody knows")
			}
		}
	}
	for _, b := range bridges {
		switch {
		case b.Name != p.cfg.App || len(b.ChannelIDs) > 0:
		case strange[b.ID].IsZero():
			seen(b.ID)
		default: // its talk ended while nobody listened
			p.rid(remove("/bridges/%s", b.ID))
		}
	}
	p.mu.Lock()
	p.strange = now
	p.mu.Unlock()
	p.forgetEnded()
}

func number(ch *ari.ChannelData) string {
	if ch.Caller == nil {
		return ""
	}
	return ch.Caller.Number
}
