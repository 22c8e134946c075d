package main

import (
	"context"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/flow"
	"infolinia/ivr/kb"
)

// eventsKept is how long the stream of events goes back.
const eventsKept = 7 * 24 * time.Hour

// every does something again and again, the first time after a pause, until ctx
// ends.
func every(ctx context.Context, pause time.Duration, do func()) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			do()
		}
	}
}

// chores are done once an hour, and what belongs in the daily log once a day.
func (d *daemon) chores(ctx context.Context) {
	var logged int
	do := func() {
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
	}
	do()
	every(ctx, time.Hour, do)
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
