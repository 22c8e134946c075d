package main

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/message"
)

// lateEvery is how often it is tried again to store what could not be stored.
const lateEvery = time.Minute

// late are recordings, by id or by the slot they were left in, that could not be
// stored yet, and why.
type late struct {
	mu  sync.Mutex
	why map[string]string
}

// note takes what came of an attempt.
func (l *late) note(what string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err == nil {
		delete(l.why, what)
		return
	}
	if l.why == nil {
		l.why = map[string]string{}
	}
	l.why[what] = err.Error()
}

// clear forgets all: another process has them to store, or they are tried again.
func (l *late) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.why = nil
}

// reason is that of one of them; empty: all are stored.
func (l *late) reason() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, what := range slices.Sorted(maps.Keys(l.why)) {
		return l.why[what]
	}
	return ""
}

// storeLeft stores what the last holder of a slot has left unstored, and tries
// until it can or ctx ends. What this process cannot store is tried again by the
// calls themselves.
func (d *daemon) storeLeft(ctx context.Context, app string, calls []*ivr.Call, files []string) {
	for {
		files = slices.DeleteFunc(files, func(file string) bool {
			_, err := os.Stat(file)
			return errors.Is(err, os.ErrNotExist) // it is stored, or was discarded
		})
		err := errors.Join(d.messages.Recover(ctx), d.rescueRecordings(ctx, calls, files))
		if d.late.note(app, err); err == nil {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(lateEvery):
		}
	}
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
