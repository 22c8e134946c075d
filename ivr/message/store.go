package message

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Store is a folder of messages. Several processes may use it at once.
type Store struct {
	dir string
	// Mails tells whether somebody is written to about messages of a box; nil:
	// never.
	Mails func(box string) bool
}

// Open is the store in dir, which is made when it is missing.
func Open(dir string) (*Store, error) {
	if err := makeDir(dir); err != nil {
		return nil, fmt.Errorf("open messages: %w", err)
	}
	return &Store{dir: dir}, nil
}

// partly ends the name of a file that holds a part.
const partly = ".part"

// part announces a message whose files are not all in place.
type part struct {
	Message
	Source string `json:"source"` // the recording
}

// Keep moves a recording into the store. The recording is removed only when
// all of the message is on the disk; on any error it is where it was, and
// Keep may be tried again. A message that is there already stays as it is.
func (s *Store) Keep(ctx context.Context, m Message, recording string) error {
	if err := m.check(); err != nil {
		return err
	}
	source, err := filepath.Abs(recording)
	if err != nil {
		return fmt.Errorf("keep message %s: %w", m.ID, err)
	}
	if m.Mail = (Mail{}); s.Mails != nil && s.Mails(m.Box) {
		m.Mail.State = MailPending
	}
	err = s.locked(ctx, func() error {
		return s.keep(m, source)
	})
	if err != nil {
		return fmt.Errorf("keep message %s: %w", m.ID, err)
	}
	return nil
}

func (s *Store) keep(m Message, source string) error {
	if _, err := s.find(m.ID); err == nil {
		return removeFile(source) // the first time it was interrupted here
	}
	if parts, err := s.glob("*/*/" + m.ID + partly); err != nil || len(parts) > 0 {
		return errors.Join(err, s.complete(parts))
	}
	if _, err := os.Stat(source); err != nil {
		return err
	}
	folder := filepath.Join(s.dir, m.Box, m.day())
	if err := errors.Join(makeDir(filepath.Dir(folder)), makeDir(folder)); err != nil {
		return s.remedy(err, source)
	}
	path := filepath.Join(folder, m.ID+partly)
	if err := writeJSON(path, part{m, source}); err != nil {
		return s.remedy(err, source)
	}
	return s.complete([]string{path})
}

// finish brings an announced message to its end, from wherever it was left.
func (p part) finish(folder string) error {
	base := filepath.Join(folder, p.ID)
	if !exists(base + ".wav") {
		if err := copyFile(p.Source, base+".wav"); err != nil {
			return err
		}
	}
	if !exists(base + ".json") {
		if err := writeJSON(base+".json", p.Message); err != nil {
			return err
		}
	}
	if err := removeFile(p.Source); err != nil {
		return err
	}
	return removeFile(base + partly)
}

// Recover completes what a crash or a full disk has left of messages that were
// being kept. The error names each that still cannot be.
func (s *Store) Recover(ctx context.Context) error {
	return s.locked(ctx, func() error {
		torn, err := s.glob("*/*/*" + unfinished)
		for _, path := range torn {
			err = errors.Join(err, removeFile(path))
		}
		parts, globErr := s.glob("*/*/*" + partly)
		return errors.Join(err, globErr, s.complete(parts))
	})
}

func (s *Store) complete(parts []string) error {
	var errs []error
	for _, path := range parts {
		var p part
		err := readJSON(path, &p)
		if err == nil {
			err = p.finish(filepath.Dir(path))
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", p.ID, s.remedy(err, p.Source)))
		}
	}
	return errors.Join(errs...)
}

// remedy says what to do about an error, where something can be done.
func (s *Store) remedy(err error, source string) error {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("no room on the disk of %s: free some; the recording stays at %s until then: %w", s.dir, source, err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w: the daemon must be able to write %s and to remove %s", err, s.dir, source)
	}
	return err
}

// locked does something while no other process changes the store.
func (s *Store) locked(ctx context.Context, do func() error) (err error) {
	f, err := os.OpenFile(filepath.Join(s.dir, ".lock"), os.O_RDWR|os.O_CREATE, 0o660)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }() // gives the lock back
	if err := flock(ctx, int(f.Fd())); err != nil {
		return fmt.Errorf("lock %s: %w", s.dir, err)
	}
	return do()
}

func readJSON(path string, v any) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	return nil
}

func writeJSON(path string, v any) error {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(path, append(data, '\n'))
}
