package pbx

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/CyCoreSystems/ari/v5"

	"infolinia/ivr"
)

const (
	// promptGrace is how late the end of a prompt may be before Asterisk is asked
	// whether it still plays, and how often it is asked from then on.
	promptGrace = 2 * time.Second
	// vainAsks in a row without an answer end a prompt: at the latest 12 s after
	// its length.
	vainAsks = 4
	// unknownLength is how often a prompt of unknown length is looked after.
	unknownLength = 5 * time.Second
	// stopTries is how often a stop is tried: Asterisk refuses it for a moment
	// while it opens a file.
	stopTries = 5
	stopPause = 20 * time.Millisecond
)

// File is a sound to be played.
type File struct {
	// Path is absolute and without its extension: Asterisk picks the format
	// nearest to the caller's.
	Path string
	// Duration is the sound's real length; zero is unknown.
	Duration time.Duration
}

// playing is an open Play.
type playing struct {
	id    string
	files []File
	next  int // file being heard
	since time.Time
	timer *time.Timer
	vain  int // asked in vain since the last answer
}

// length is that of the file being heard.
func (pl *playing) length() time.Duration {
	if pl.next < len(pl.files) {
		return pl.files[pl.next].Duration
	}
	return 0
}

// due is how long from now until the file being heard is late.
func (pl *playing) due() time.Duration {
	if d := pl.length(); d > 0 {
		return max(0, d+promptGrace-time.Since(pl.since))
	}
	return unknownLength
}

// PlayFiles performs a Play: PlayMark follows after each file but the last, then
// PlayEnded, at the latest 12 s after the files' length unless Asterisk says that
// it still plays. No files at all is a failed Play. Files that do not exist are
// skipped by Asterisk; a last one that does not exist is a failed Play.
func (p *Phone) PlayFiles(ctx context.Context, callID, id string, files []File) error {
	if err := p.ready(ctx); err != nil {
		return err
	}
	c := p.call(callID)
	if c == nil {
		return nil
	}
	pl := p.openPlay(c, id, files)
	if pl == nil {
		return nil
	}
	if len(files) == 0 {
		p.endPlay(c, pl, true)
		return fmt.Errorf("play %s: nothing to play", id)
	}
	media := make([]string, len(files))
	for i, f := range files {
		media[i] = "sound:" + f.Path
	}
	order := post("/channels/%s/play/%s", c.channel, id).atOnce()
	order.body = map[string]any{"media": media}
	err := p.rest.do(ctx, order, nil)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errCut):
		return fmt.Errorf("play %s: %w", id, ErrLost)
	case p.left(ctx, c, err):
		p.hungUp(c)
		return nil
	case code(err) == 0 && p.playbackLives(id):
		return nil // the answer was lost, not the order
	}
	p.endPlay(c, pl, true)
	return err
}

// openPlay registers a Play before it is ordered, because its first events can
// overtake the answer; nil when the caller is gone.
func (p *Phone) openPlay(c *call, id string, files []File) *playing {
	pl := &playing{id: id, files: files, since: time.Now()}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone {
		return nil
	}
	if c.play != nil {
		c.play.timer.Stop()
	}
	c.play = pl
	pl.timer = time.AfterFunc(pl.due(), func() { p.start(func(ctx context.Context) { p.promptLate(ctx, c, pl) }) })
	return pl
}

// playbackLives asks for the truth about a playback. Without an answer it is
// taken for gone.
func (p *Phone) playbackLives(id string) bool {
	ctx, cancel := context.WithTimeout(p.background, askTimeout)
	defer cancel()
	return p.rest.do(ctx, get("/playbacks/%s", id), nil) == nil
}

// StopPlay cuts a Play: no PlayEnded follows. Over the wire it does not wait for
// Asterisk's answer: what is ordered next is carried out after it all the same.
func (p *Phone) StopPlay(ctx context.Context, callID, id string) error {
	c := p.call(callID)
	if c == nil {
		return nil
	}
	c.mu.Lock()
	if c.play != nil && c.play.id == id {
		c.play.timer.Stop()
		c.play = nil
	}
	c.mu.Unlock()
	if err := p.ready(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, orderTimeout)
	defer cancel()
	order := remove("/playbacks/%s", id).atOnce()
	sent, err := p.rest.begin(ctx, order, func(a reply) {
		if a.status/100 != 2 && a.status != http.StatusNotFound {
			p.start(func(ctx context.Context) { p.stopAgain(ctx, id) })
		}
	})
	if sent || err != nil {
		return err
	}
	return p.stopPlayback(ctx, id)
}

// stopAgain stops a playback that Asterisk did not stop at first.
func (p *Phone) stopAgain(ctx context.Context, id string) {
	ctx, cancel := context.WithTimeout(ctx, orderTimeout)
	defer cancel()
	if err := p.stopPlayback(ctx, id); err != nil {
		p.cfg.Log.Warn().Err(err).Str("playback", id).Msg("prompt not stopped")
	}
}

// stopPlayback waits until a playback is stopped.
func (p *Phone) stopPlayback(ctx context.Context, id string) error {
	for try := 1; ; try++ {
		err := p.rest.do(ctx, remove("/playbacks/%s", id).atOnce(), nil)
		if err == nil || code(err) == http.StatusNotFound {
			return nil
		}
		if code(err) != http.StatusInternalServerError || try == stopTries {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(stopPause):
		}
	}
}

// endPlay answers an open Play, once.
func (p *Phone) endPlay(c *call, pl *playing, failed bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.play != pl || c.gone {
		return
	}
	pl.timer.Stop()
	c.play = nil
	if !failed {
		for ; pl.next < len(pl.files)-1; pl.next++ {
			p.handler.Input(c.id, ivr.PlayMark{ID: pl.id, Part: pl.next})
		}
	}
	p.handler.Input(c.id, ivr.PlayEnded{ID: pl.id, Failed: failed})
}

// promptLate looks after a file that should have ended by now: its event was
// lost, or Asterisk is slow or stuck. While it says that it plays, it is believed:
// the caller hears the prompt, and the flow has a deadline of its own.
func (p *Phone) promptLate(ctx context.Context, c *call, pl *playing) {
	c.mu.Lock()
	if c.play != pl || c.gone {
		c.mu.Unlock()
		return
	}
	if d := pl.length(); d > 0 && pl.next < len(pl.files)-1 {
		pl.since = pl.since.Add(d)
		p.mark(c, pl)
		pl.timer.Reset(pl.due())
		c.mu.Unlock()
		return
	}
	again := promptGrace
	if pl.length() == 0 {
		again = unknownLength
	}
	c.mu.Unlock()

	asking, cancel := context.WithTimeout(ctx, askTimeout)
	err := p.rest.do(asking, get("/playbacks/%s", pl.id), nil)
	cancel()
	switch {
	case code(err) == http.StatusNotFound:
		p.endPlay(c, pl, false)
	case errors.Is(err, context.Canceled):
	case p.askLater(c, pl, again, err):
	default:
		p.metrics.late.Inc()
		p.cfg.Log.Warn().Err(err).Str("call", c.id).Str("playback", pl.id).Msg("prompt cut: asterisk does not say whether it plays")
		p.endPlay(c, pl, true)
		_ = p.stopPlayback(ctx, pl.id)
	}
}

// askLater looks after a prompt once more, unless that was in vain too often.
func (p *Phone) askLater(c *call, pl *playing, again time.Duration, err error) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	pl.vain++
	if err == nil {
		pl.vain = 0
	}
	if pl.vain >= vainAsks {
		return false
	}
	if c.play == pl {
		pl.timer.Reset(again)
	}
	return true
}

// mark needs c.mu.
func (p *Phone) mark(c *call, pl *playing) {
	p.handler.Input(c.id, ivr.PlayMark{ID: pl.id, Part: pl.next})
	pl.next++
}

// withPlay finds the open Play of a playback and holds its call while f runs.
func (p *Phone) withPlay(pb *ari.PlaybackData, f func(c *call, pl *playing)) {
	c := p.target(pb.TargetURI)
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if pl := c.play; pl != nil && pl.id == pb.ID && !c.gone {
		f(c, pl)
	}
}

// playbackStarted comes for each file of a playback: from here its length counts.
func (p *Phone) playbackStarted(pb *ari.PlaybackData) {
	p.withPlay(pb, func(_ *call, pl *playing) {
		if pl.next < len(pl.files) && "sound:"+pl.files[pl.next].Path == pb.MediaURI {
			pl.since = time.Now()
			pl.timer.Reset(pl.due())
		}
	})
}

// playbackContinuing names the file that is over. A file further on means that
// events were lost.
func (p *Phone) playbackContinuing(pb *ari.PlaybackData) {
	p.withPlay(pb, func(c *call, pl *playing) {
		over := pl.next
		for over < len(pl.files) && "sound:"+pl.files[over].Path != pb.MediaURI {
			over++
		}
		if over >= len(pl.files)-1 {
			return
		}
		for pl.next <= over {
			p.mark(c, pl)
		}
		pl.since = time.Now()
		pl.timer.Reset(pl.due())
	})
}

func (p *Phone) playbackFinished(pb *ari.PlaybackData) {
	c := p.target(pb.TargetURI)
	if c == nil {
		return
	}
	c.mu.Lock()
	pl := c.play
	c.mu.Unlock()
	if pl != nil && pl.id == pb.ID {
		p.endPlay(c, pl, pb.State == "failed")
	}
}
