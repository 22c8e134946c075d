package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"infolinia/ivr"
	"infolinia/ivr/config"
	"infolinia/ivr/console"
	"infolinia/ivr/record"
)

// openRecords takes the database of the settings; it connects when it is used.
func openRecords(c *config.Config) (*record.Records, error) {
	return record.Open(string(c.Records.DSN))
}

// recorder writes what happens on the line into the records, and in time deletes it.
type recorder struct {
	follower *record.Follower
	keep     time.Duration
	log      zerolog.Logger
}

func newRecorder(c *config.Config, stream record.Stream, records *record.Records, log zerolog.Logger) *recorder {
	return &recorder{
		follower: &record.Follower{
			Stream: stream, Records: records, Log: log,
			Consumer: fmt.Sprintf("%s/%d", c.Asterisk.SystemName, c.Instance),
		},
		keep: c.Records.Keep, log: log,
	}
}

// run records until ctx ends. No call waits for it, and its errors end nothing.
func (r *recorder) run(ctx context.Context) {
	var running sync.WaitGroup
	defer running.Wait()
	running.Go(func() { every(ctx, time.Hour, func() { r.prune(ctx) }) })
	r.follower.Run(ctx)
}

func (r *recorder) prune(ctx context.Context) {
	pruning, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	n, err := r.follower.Records.Prune(pruning, time.Now().Add(-r.keep))
	switch {
	case err != nil && ctx.Err() == nil:
		r.log.Warn().Err(err).Msg("old records are not deleted")
	case n > 0:
		r.log.Info().Int("subjects", n).Msg("old records deleted")
	}
}

// check is part of readiness: without records calls are answered all the same.
func (r *recorder) check(context.Context) []console.Problem {
	since, err := r.follower.Trouble()
	if err == nil {
		return nil
	}
	clock := since.In(ivr.Warsaw()).Format(time.TimeOnly)
	return []console.Problem{{
		Severity: console.Warning,
		What: console.Text{EN: "calls are not recorded since " + clock + ": " + err.Error(),
			PL: "Od " + clock + " rozmowy nie trafiają do rejestru; zapiszą się później"},
		Remedy: console.Text{EN: "start the database, see its disk, or records.dsn; Redis keeps what happened until then",
			PL: "Proszę uruchomić bazę danych, sprawdzić jej dysk albo ustawienie records.dsn. Do tego czasu zdarzenia przechowuje Redis."},
	}}
}
