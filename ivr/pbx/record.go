package pbx

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"path/filepath"
	"strconv"
	"time"

	"github.com/CyCoreSystems/ari/v5"

	"infolinia/ivr"
)

const (
	// recordGrace is how long the end of a recording may be late before we ask.
	recordGrace = 2 * time.Second
	// mostAsked bounds how often a recording that does not end is stopped again.
	mostAsked = 3
	// takenLook is how often a recording taken up is looked after, should its end
	// be told by no event.
	takenLook = 5 * time.Second
)

// recording is an open Record.
type recording struct {
	id    string
	timer *time.Timer
	asked int  // times its end was asked for in vain
	ended bool // its length is being measured
	// taken up from an earlier process: how long it may be only Asterisk knows,
	// so it is looked after and not stopped.
	taken bool
}

// Record records the caller as WAV, 8 kHz, and answers the channel if need be.
// RecordEnded follows.
func (p *Phone) Record(ctx context.Context, callID, id string, most, silence time.Duration) error {
	if err := p.ready(ctx); err != nil {
		return err
	}
	c := p.call(callID)
	if c == nil {
		return nil
	}
	r := p.openRecording(c, id, most+recordGrace)
	if r == nil {
		return nil
	}
	err := p.rest.do(ctx, post("/channels/%s/record", c.channel).with(
		"name", id, "format", "wav",
		"maxDurationSeconds", seconds(most), "maxSilenceSeconds", seconds(silence),
		"ifExists", "fail", "beep", "false", "terminateOn", "none"), nil)
	switch {
	case err == nil:
		return nil
	case p.left(ctx, c, err):
		p.endRecording(c, r, ivr.RecordEnded{ID: id, Failed: true})
		p.hungUp(c)
		return nil
	case code(err) == 0 && p.recordingLives(id):
		return nil // the answer was lost, not the order
	}
	p.endRecording(c, r, ivr.RecordEnded{ID: id, Failed: true})
	return err
}

func (p *Phone) recordingLives(id string) bool {
	ctx, cancel := context.WithTimeout(p.background, askTimeout)
	defer cancel()
	return p.rest.do(ctx, get("/recordings/live/%s", id), nil) == nil
}

// seconds rounds up: Asterisk counts recordings in whole ones.
func seconds(d time.Duration) string {
	return strconv.Itoa(int(math.Ceil(d.Seconds())))
}

func (p *Phone) openRecording(c *call, id string, due time.Duration) *recording {
	r := &recording{id: id}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone {
		return nil
	}
	c.rec = r
	r.timer = time.AfterFunc(due, func() { p.start(func(ctx context.Context) { p.recordingLate(ctx, c, r) }) })
	return r
}

// takeRecording opens a recording that an earlier process has begun.
func (p *Phone) takeRecording(c *call, id string) {
	if r := p.openRecording(c, id, takenLook); r != nil {
		c.mu.Lock()
		r.taken = true
		c.mu.Unlock()
	}
}

// StopRecord ends a recording and keeps it; RecordEnded follows.
func (p *Phone) StopRecord(ctx context.Context, callID, id string) error {
	if err := p.ready(ctx); err != nil {
		return err
	}
	err := p.rest.do(ctx, post("/recordings/live/%s/stop", id), nil)
	if c := p.call(callID); c != nil {
		c.mu.Lock()
		if c.rec != nil && c.rec.id == id {
			c.rec.taken = false // it is to end now
			c.rec.timer.Reset(recordGrace)
		}
		c.mu.Unlock()
	}
	if code(err) == http.StatusNotFound {
		return nil
	}
	return err
}

// DiscardRecording deletes a recording, also of a caller who is gone.
func (p *Phone) DiscardRecording(ctx context.Context, id string) error {
	err := p.rest.do(ctx, remove("/recordings/stored/%s", id), nil)
	if code(err) == http.StatusNotFound {
		err = p.rest.do(ctx, remove("/recordings/live/%s", id), nil)
	}
	if code(err) == http.StatusNotFound {
		return nil
	}
	return err
}

// RecordingPath is where Asterisk keeps a recording, without its extension
// ".wav": what PlayFiles takes.
func (p *Phone) RecordingPath(id string) string {
	return filepath.Join(p.cfg.RecordingDir, id)
}

// Recording writes a recording as a WAV file.
func (p *Phone) Recording(ctx context.Context, id string, w io.Writer) error {
	return p.rest.do(ctx, get("/recordings/stored/%s/file", id), w)
}

// recordingFinished is Asterisk's word that the file is closed.
func (p *Phone) recordingFinished(rec *ari.LiveRecordingData, failed bool) {
	c := p.target(rec.TargetURI)
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.rec
	switch {
	case r == nil || r.id != rec.Name || r.ended:
	case failed:
		p.cfg.Log.Warn().Str("call", c.id).Str("recording", r.id).Str("cause", rec.Cause).Msg("recording failed")
		p.recorded(c, r, ivr.RecordEnded{ID: r.id, Failed: true})
	default:
		p.finishRecording(c, r)
	}
}

// finishRecording measures what was said and answers the Record. Needs c.mu.
func (p *Phone) finishRecording(c *call, r *recording) {
	if r.ended {
		return
	}
	r.ended = true
	r.timer.Stop()
	p.start(func(ctx context.Context) {
		talk, err := p.talk(ctx, r.id)
		if err != nil && ctx.Err() == nil {
			p.cfg.Log.Warn().Err(err).Str("call", c.id).Str("recording", r.id).Msg("recording lost")
		}
		if ctx.Err() == nil {
			p.endRecording(c, r, ivr.RecordEnded{ID: r.id, Talk: talk, Failed: err != nil})
		}
	})
}

// talk measures a stored recording. Asterisk tells whole seconds only, which
// makes a short "yes" an empty message.
func (p *Phone) talk(ctx context.Context, id string) (time.Duration, error) {
	var wav bytes.Buffer
	if err := p.Recording(ctx, id, &wav); err != nil {
		return 0, err
	}
	return spoken(wav.Bytes())
}

func (p *Phone) endRecording(c *call, r *recording, in ivr.RecordEnded) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p.recorded(c, r, in)
}

// recorded answers an open Record, once, and says goodbye for a caller who hung
// up in it. Needs c.mu.
func (p *Phone) recorded(c *call, r *recording, in ivr.RecordEnded) {
	if c.rec != r || c.gone {
		return
	}
	r.timer.Stop()
	c.rec = nil
	p.handler.Input(c.id, in)
	if c.leaving {
		p.farewell(c)
	}
}

// recordingLate asks for a recording that should have ended: its event was lost,
// or a stop came before Asterisk had begun.
func (p *Phone) recordingLate(ctx context.Context, c *call, r *recording) {
	ask, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	c.mu.Lock()
	taken := r.taken
	c.mu.Unlock()
	var rec ari.LiveRecordingData
	err := p.rest.do(ask, get("/recordings/live/%s", r.id), &rec)
	if err == nil && !taken {
		err = p.rest.do(ask, post("/recordings/live/%s/stop", r.id), nil)
	}
	if errors.Is(err, context.Canceled) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.rec != r || r.ended {
		return
	}
	if r.taken && code(err) != http.StatusNotFound {
		r.timer.Reset(takenLook)
		return
	}
	if r.asked++; code(err) == http.StatusNotFound {
		p.finishRecording(c, r)
	} else if r.asked < mostAsked {
		r.timer.Reset(recordGrace)
	} else {
		p.cfg.Log.Warn().Err(fmt.Errorf("recording does not end: %w", err)).Str("call", c.id).Send()
		p.finishRecording(c, r)
	}
}
