package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// KeepVersions is how many versions are kept beside those a live call names.
const KeepVersions = 20

// Version is a kept version of the flows; At is when it last went live.
type Version struct {
	ID string
	At time.Time
}

// ErrNoVersion says that a version is not kept.
var ErrNoVersion = errors.New("version is not kept")

type versions interface {
	put(ctx context.Context, v Version, bundle []byte) error
	bundle(ctx context.Context, id string) ([]byte, error) // nil: unknown
	list(ctx context.Context) ([]Version, error)           // newest first
	drop(ctx context.Context, id string) error
}

// PutVersion keeps the source bundle of a version and makes it the newest.
// Versions past the KeepVersions newest go, unless a live call names them; as
// long as the live calls cannot be told, none goes.
func (s *Store) PutVersion(ctx context.Context, id string, bundle []byte, at time.Time) error {
	if err := s.versions.put(ctx, Version{ID: id, At: at}, bundle); err != nil {
		return fmt.Errorf("keep version %s: %w", id, err)
	}
	all, err := s.versions.list(ctx)
	if err != nil || len(all) <= KeepVersions {
		return err
	}
	live, err := s.Live(ctx)
	if err != nil {
		return nil
	}
	named := map[string]bool{}
	for _, c := range live {
		named[c.Version] = true
	}
	for _, v := range all[KeepVersions:] {
		if named[v.ID] {
			continue
		}
		if err := s.versions.drop(ctx, v.ID); err != nil {
			return fmt.Errorf("drop version %s: %w", v.ID, err)
		}
	}
	return nil
}

// Version is the source bundle of a version, or ErrNoVersion.
func (s *Store) Version(ctx context.Context, id string) ([]byte, error) {
	bundle, err := s.versions.bundle(ctx, id)
	if err == nil && bundle == nil {
		err = ErrNoVersion
	}
	if err != nil {
		return nil, fmt.Errorf("read version %s: %w", id, err)
	}
	return bundle, nil
}

// Versions are the kept ones, the one that went live last first.
func (s *Store) Versions(ctx context.Context) ([]Version, error) { return s.versions.list(ctx) }
