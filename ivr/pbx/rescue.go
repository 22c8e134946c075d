package pbx

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/CyCoreSystems/ari/v5"
	"golang.org/x/sync/errgroup"
)

// rescuers is how many callers are rescued at once.
const rescuers = 16

// Rescued is what Rescue has found and done.
type Rescued struct {
	// Sent are the channels of callers who were given to the dialplan's fallback.
	Sent []string
	// Talking are those of callers who are left alone: they talk to a person.
	Talking []string
}

// Rescue gives the callers of an application that nobody serves to the dialplan's
// fallback, whatever they were at; whoever asks for it has made sure that nobody
// does. A call that is being dialled for one is given up, and a recording ended. Who
// talks to a person goes on talking, and is to be rescued when the person has hung
// up. It needs no Run, and doing it twice does no harm. The error names those who
// are left; they do not keep others waiting.
func (p *Phone) Rescue(ctx context.Context) (Rescued, error) {
	var r Rescued
	var app ari.ApplicationData
	err := p.rest.do(ctx, get("/applications/%s", p.cfg.App), &app)
	if code(err) == http.StatusNotFound {
		return r, nil // nobody has ever served it
	}
	var bridges []ari.BridgeData
	if err == nil {
		err = p.rest.do(ctx, get("/bridges"), &bridges)
	}
	if err == nil {
		err = p.introduce(ctx)
	}
	if err != nil {
		return r, fmt.Errorf("look for callers of %s: %w", p.cfg.App, err)
	}
	var mu sync.Mutex
	var failed []error
	note := func(list *[]string, id string, err error) {
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			failed = append(failed, fmt.Errorf("caller %s: %w", id, err))
		} else {
			*list = append(*list, id)
		}
	}
	var work errgroup.Group
	work.SetLimit(rescuers)
	for _, id := range app.ChannelIDs {
		leg, talking := strings.HasPrefix(id, legPrefix), talks(id, bridges)
		work.Go(func() error {
			switch {
			case leg && talking:
			case leg:
				p.rid(remove("/channels/%s", id))
				p.rid(remove("/bridges/%s", strings.TrimPrefix(id, legPrefix)))
			case talking:
				if there, err := p.inside(ctx, id); there || err != nil {
					note(&r.Talking, id, err)
				}
			default:
				if there, err := p.sendAway(ctx, id); there || err != nil {
					note(&r.Sent, id, err)
				}
			}
			return nil
		})
	}
	_ = work.Wait() // each has noted its own error
	for _, b := range bridges {
		if b.Name == p.cfg.App && len(b.ChannelIDs) < 2 {
			p.rid(remove("/bridges/%s", b.ID))
		}
	}
	slices.Sort(r.Sent)
	slices.Sort(r.Talking)
	return r, errors.Join(failed...)
}

// endRecordings ends what is being recorded of a caller, so that he need not speak
// to its end before he hears anything. It stays for the next daemon to store. It is
// found by its file: the store, which would name it, may be away.
func (p *Phone) endRecordings(ctx context.Context, channel string) {
	files, _ := filepath.Glob(p.RecordingPath(p.callID(channel) + ".*.wav"))
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".wav")
		if err := p.rest.do(ctx, post("/recordings/live/%s/stop", name), nil); err != nil && code(err) != http.StatusNotFound {
			p.cfg.Log.Warn().Err(err).Str("recording", name).Msg("recording not ended")
		}
	}
}

// Waiting tells whether anybody is in the application. It needs no Run.
func (p *Phone) Waiting(ctx context.Context) (bool, error) {
	var app ari.ApplicationData
	err := p.rest.do(ctx, get("/applications/%s", p.cfg.App), &app)
	if code(err) == http.StatusNotFound {
		return false, nil // nobody has ever served it
	}
	for _, id := range app.ChannelIDs {
		in, err := p.inside(ctx, id)
		if in || err != nil {
			return in, err
		}
	}
	return false, err
}

// inside tells whether a channel that is listed is there: one that was sent back
// to the dialplan stays on the list for as long as it lives.
func (p *Phone) inside(ctx context.Context, id string) (bool, error) {
	var ch foundChannel
	err := p.rest.do(ctx, get("/channels/%s", id), &ch)
	if code(err) == http.StatusNotFound {
		return false, nil
	}
	return err == nil && ch.Dialplan.AppName == "Stasis", err
}

// talks tells whether a channel is bridged with another.
func talks(id string, bridges []ari.BridgeData) bool {
	return slices.ContainsFunc(bridges, func(b ari.BridgeData) bool {
		return len(b.ChannelIDs) > 1 && slices.Contains(b.ChannelIDs, id)
	})
}

// sendAway gives a caller to the fallback, unless he has left by now.
func (p *Phone) sendAway(ctx context.Context, id string) (there bool, err error) {
	if there, err = p.inside(ctx, id); !there || err != nil {
		return false, err
	}
	p.endRecordings(ctx, id)
	if err = p.rest.do(ctx, fallback(id), nil); gone(err) {
		return false, nil
	}
	return err == nil, err
}
