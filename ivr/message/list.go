package message

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// ErrUnknown is the error for an id that no message has.
var ErrUnknown = errors.New("no such message")

// State chooses messages for List.
type State int

// What List gives.
const (
	Unheard State = iota // nobody has dealt with them yet
	All
)

// List gives the messages of a box, or of all boxes when it is empty, oldest
// first. Metadata that cannot be read is in the error; the rest is listed.
func (s *Store) List(box string, state State) ([]Message, error) {
	if box == "" {
		box = "*"
	} else if !boxForm.MatchString(box) {
		return nil, nil
	}
	paths, err := s.glob(box + "/*/*.json")
	if err != nil {
		return nil, fmt.Errorf("list messages: %w", err)
	}
	var list []Message
	var errs []error
	for _, path := range paths {
		var m Message
		switch err := readJSON(path, &m); {
		case errors.Is(err, fs.ErrNotExist): // discarded meanwhile
		case err != nil:
			errs = append(errs, fmt.Errorf("list messages: %w", err))
		case state == All || !m.Done():
			list = append(list, m)
		}
	}
	slices.SortFunc(list, func(a, b Message) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(a.ID, b.ID))
	})
	return list, errors.Join(errs...)
}

// Unheard counts, by box, the messages nobody has dealt with. It reads all
// metadata: once a minute is often enough.
func (s *Store) Unheard() (map[string]int, error) {
	list, err := s.List("", Unheard)
	count := map[string]int{}
	for _, m := range list {
		count[m.Box]++
	}
	return count, err
}

// Path is the WAV file of a message. The error is ErrUnknown when there is none.
func (s *Store) Path(id string) (string, error) {
	path, err := s.find(id)
	if err != nil {
		return "", err
	}
	return strings.TrimSuffix(path, ".json") + ".wav", nil
}

// Done notes that somebody has dealt with a message; the first one stands. The
// error is ErrUnknown when there is no such message.
func (s *Store) Done(ctx context.Context, id, by string) error {
	return s.change(ctx, id, func(m *Message) {
		if !m.Done() {
			m.DoneAt, m.DoneBy = time.Now().UTC().Truncate(time.Second), by
		}
	})
}

// Discard deletes a message; one that is not there is no error.
func (s *Store) Discard(ctx context.Context, id string) error {
	return s.locked(ctx, func() error {
		path, err := s.find(id)
		if errors.Is(err, ErrUnknown) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := removeFile(strings.TrimSuffix(path, ".json") + ".wav"); err != nil {
			return fmt.Errorf("discard message %s: %w", id, err)
		}
		return removeFile(path)
	})
}

func (s *Store) change(ctx context.Context, id string, do func(*Message)) error {
	return s.locked(ctx, func() error {
		path, err := s.find(id)
		if err != nil {
			return err
		}
		var m Message
		if err := readJSON(path, &m); err != nil {
			return err
		}
		do(&m)
		if err := writeJSON(path, m); err != nil {
			return fmt.Errorf("change message %s: %w", id, err)
		}
		return nil
	})
}

// find is the metadata file of a message.
func (s *Store) find(id string) (string, error) {
	if !idForm.MatchString(id) {
		return "", fmt.Errorf("%w: %q", ErrUnknown, id)
	}
	paths, err := s.glob("*/*/" + id + ".json")
	if err != nil {
		return "", fmt.Errorf("find message %s: %w", id, err)
	}
	if len(paths) == 0 {
		return "", fmt.Errorf("%w: %q", ErrUnknown, id)
	}
	return paths[0], nil
}

// glob gives the files of the store that match a pattern.
func (s *Store) glob(pattern string) ([]string, error) {
	names, err := fs.Glob(os.DirFS(s.dir), pattern)
	for i, name := range names {
		names[i] = filepath.Join(s.dir, name)
	}
	return names, err
}
