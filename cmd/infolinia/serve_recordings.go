package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/message"
)

// How often recordings are looked for that could not be stored, and how old such
// a one is: the call it belongs to stores younger ones itself.
const (
	lateEvery = time.Minute
	lateAfter = 2 * time.Minute
)

// lateRecordings tries again, until ctx ends, what could not be stored.
func (d *daemon) lateRecordings(ctx context.Context) {
	tick := time.NewTicker(lateEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		why := ""
		if err := d.storeLate(ctx); err != nil && ctx.Err() == nil {
			why = err.Error()
		}
		d.late.Store(&why)
	}
}

func (d *daemon) storeLate(ctx context.Context) error {
	if err := d.messages.Recover(ctx); err != nil {
		return err
	}
	var late []string
	for _, file := range d.recordings() {
		if info, err := os.Stat(file); err == nil && time.Since(info.ModTime()) > lateAfter {
			late = append(late, file)
		}
	}
	if len(late) == 0 {
		return nil
	}
	live, err := d.store.Live(ctx)
	if err != nil {
		return err
	}
	ended, err := d.store.Recent(ctx, 1000)
	if err != nil {
		return err
	}
	return d.rescueRecordings(ctx, append(live, ended...), late)
}

// recordings are the files in Asterisk's folder.
func (d *daemon) recordings() []string {
	files, _ := filepath.Glob(filepath.Join(recordingDir(d.config), "*.wav"))
	return files
}

// rescueRecordings stores what callers had said and nobody has stored: a process
// died before it could, or the disk was full. What they had discarded is deleted,
// and recordings of calls that go on are left to them.
func (d *daemon) rescueRecordings(ctx context.Context, calls []*ivr.Call, files []string) (err error) {
	known := map[string]*ivr.Call{}
	for _, c := range calls {
		known[c.ID] = c
	}
	for _, file := range files {
		id := strings.TrimSuffix(filepath.Base(file), ".wav")
		c, failed := known[callOf(id)], error(nil)
		if c == nil { // ended longer ago, as calls do that another machine has closed
			c, failed = d.store.Load(ctx, callOf(id))
		}
		if failed == nil && (c == nil || !c.Ended && c.Visit.Recording == id) {
			continue
		}
		if failed == nil {
			failed = d.rescue(ctx, c, id, file)
		}
		if failed != nil {
			d.log.Error().Err(failed).Str("recording", id).Msg("a recording is not stored; it stays in Asterisk's folder, and is tried again")
			err = failed
		}
	}
	return err
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
