package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/flow"
	"infolinia/ivr/kb"
	"infolinia/ivr/message"
)

// eventsKept is how long the stream of events goes back.
const eventsKept = 7 * 24 * time.Hour

// chores are done once an hour, and what belongs in the daily log once a day.
func (d *daemon) chores(ctx context.Context) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	var logged int
	for {
		now := time.Now().In(ivr.Warsaw())
		if day := now.YearDay(); day != logged {
			logged = day
			for _, e := range kb.Expiring(d.publisher.Content(now).Articles, warnBefore, now) {
				d.log.Warn().Str("article", e.ID).Str("section", e.Section).Time("good_until", e.Until).Msg("article expires soon: confirm it and move its valid_until")
			}
		}
		d.pruneSpeech(now)
		if err := d.store.TrimEvents(ctx, now.Add(-eventsKept)); err != nil && ctx.Err() == nil {
			d.log.Warn().Err(err).Msg("old events are not trimmed")
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// speechKept is how long a sound file that nobody hears is kept.
const speechKept = 30 * 24 * time.Hour

// pruneSpeech deletes sound files that no call has needed for long and that the
// current version does not name.
func (d *daemon) pruneSpeech(now time.Time) {
	parts := append(d.publisher.Current().Ahead(), flow.ContentAhead(d.publisher.Content(now))...)
	deleted, err := d.speaker.Prune(append(utterances(parts), trialSounds(d.config)...), speechKept)
	if err != nil {
		d.log.Warn().Err(err).Msg("old sound files are not deleted")
	}
	if deleted > 0 {
		d.log.Info().Int("files", deleted).Msg("old sound files deleted")
	}
}

// warnBefore is how long before its end an article is reported.
const warnBefore = 30 * 24 * time.Hour

// rescueRecordings stores what callers had said when the last process died
// before it could store it, and deletes what they had discarded. Recordings of
// calls that go on are left to them.
func (d *daemon) rescueRecordings(ctx context.Context, calls []*ivr.Call) {
	known := map[string]*ivr.Call{}
	for _, c := range calls {
		known[c.ID] = c
	}
	files, _ := filepath.Glob(filepath.Join(recordingDir(d.config), "*.wav"))
	for _, file := range files {
		id := strings.TrimSuffix(filepath.Base(file), ".wav")
		c := known[callOf(id)]
		if c == nil || !c.Ended && c.Visit.Recording == id {
			continue
		}
		if err := d.rescue(ctx, c, id, file); err != nil {
			d.log.Error().Err(err).Str("recording", id).Msg("a recording is not stored; it stays in Asterisk's folder")
		}
	}
}

// callOf is the call that an effect's id names: "<call>.<seq>.<kind>".
func callOf(id string) string {
	for range 2 {
		if i := strings.LastIndexByte(id, '.'); i >= 0 {
			id = id[:i]
		}
	}
	return id
}

func (d *daemon) rescue(ctx context.Context, c *ivr.Call, id, file string) error {
	path, err := d.store.Path(ctx, c.ID)
	if err != nil {
		return err
	}
	m := message.Message{ID: id, CallID: c.ID, CallerHMAC: c.Caller.HMAC, Lang: c.Lang}
	for _, e := range path {
		if e.Recording != id {
			continue
		}
		if e.Event == "discarded" {
			return os.Remove(file)
		}
		m.Box, m.Node, m.At = e.Box, e.Node, e.At
	}
	if m.Box == "" {
		return nil
	}
	m.Report = c.Reports[m.Node]
	d.log.Info().Str("recording", id).Msg("a message the last process had not stored is stored")
	return d.messages.Keep(ctx, m, file)
}
