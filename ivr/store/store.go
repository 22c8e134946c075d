package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"infolinia/ivr"
)

// How long things are kept. A live call's time starts anew with each save.
const (
	LiveTTL   = 24 * time.Hour
	EndedTTL  = time.Hour
	ReportTTL = 7 * 24 * time.Hour // an ID's number stays known; longer than any call lives
	PathCap   = 1000               // newest events of a call's own list
)

// Store is the memory of one line.
type Store struct {
	leases    leases
	calls     calls
	reports   reports
	versions  versions
	overrides overrides
	lost      lost
	board     board
	drafts    drafts
	pages     pages
	logins    logins
	attempts  attempts
	health    health
	stream    stream
}

type calls interface {
	save(context.Context, Lease, record) (ivr.Saved, error)
	load(ctx context.Context, id string) (state []byte, err error) // nil: unknown
	live(ctx context.Context, slot string) ([][]byte, error)       // slot empty: all
	recent(ctx context.Context, limit int) ([][]byte, error)
	path(ctx context.Context, id string) ([][]byte, error)
}

type health interface {
	ping(context.Context) error
	// origin names the data; another name is another memory. Empty: unknown.
	origin(context.Context) string
	trimEvents(ctx context.Context, before time.Time) error
	strays(ctx context.Context) ([]Stray, error)
	close() error
}

// Ping asks whether the store answers.
func (s *Store) Ping(ctx context.Context) error { return s.health.ping(ctx) }

// Close ends the store's connections.
func (s *Store) Close() error { return s.health.close() }

// TrimEvents drops events older than before from the line's stream, but none
// that a consumer group has not acknowledged yet.
func (s *Store) TrimEvents(ctx context.Context, before time.Time) error {
	return s.health.trimEvents(ctx, before)
}

// Load reads a call; nil without an error when there is none of this ID.
func (s *Store) Load(ctx context.Context, id string) (*ivr.Call, error) {
	state, err := s.calls.load(ctx, id)
	if err != nil || state == nil {
		return nil, err
	}
	return decode(state)
}

// Live are the calls that have not ended, the one saved longest ago first. A
// state that cannot be read is left out and named in the error, which comes
// beside the others; nil and an error: the store does not answer.
func (s *Store) Live(ctx context.Context) ([]*ivr.Call, error) {
	return decodeAll(s.calls.live(ctx, ""))
}

// Recent are the calls that ended within EndedTTL, the newest first.
func (s *Store) Recent(ctx context.Context, limit int) ([]*ivr.Call, error) {
	return decodeAll(s.calls.recent(ctx, limit))
}

// Path is what a call went through, oldest first; empty for an unknown call.
func (s *Store) Path(ctx context.Context, id string) ([]ivr.Event, error) {
	lines, err := s.calls.path(ctx, id)
	if err != nil {
		return nil, err
	}
	path := make([]ivr.Event, len(lines))
	for i, line := range lines {
		if err := json.Unmarshal(line, &path[i]); err != nil {
			return nil, fmt.Errorf("read path of %s: %w", id, err)
		}
	}
	return path, nil
}

func decode(state []byte) (*ivr.Call, error) {
	var head struct {
		ID     string `json:"id"`
		Schema int    `json:"schema"`
	}
	if err := json.Unmarshal(state, &head); err != nil {
		return nil, fmt.Errorf("read saved call: %w", err)
	}
	if head.Schema > ivr.Schema || head.Schema < ivr.Schema-1 {
		return nil, fmt.Errorf("read saved call %s: schema %d, this release reads %d and %d",
			head.ID, head.Schema, ivr.Schema-1, ivr.Schema)
	}
	c := new(ivr.Call)
	if err := json.Unmarshal(state, c); err != nil {
		return nil, fmt.Errorf("read saved call %s: %w", head.ID, err)
	}
	return c, nil
}

func decodeAll(states [][]byte, err error) ([]*ivr.Call, error) {
	if err != nil {
		return nil, err
	}
	list := make([]*ivr.Call, 0, len(states))
	var bad []error
	for _, state := range states {
		c, err := decode(state)
		if err != nil {
			bad = append(bad, err)
			continue
		}
		list = append(list, c)
	}
	return list, errors.Join(bad...)
}
