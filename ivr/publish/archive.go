package publish

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"infolinia/ivr/flowfile"
)

const (
	archiveTime = 5 * time.Second
	keptOnDisk  = 20
)

// ErrNoEarlier says that there is no version to go back to.
var ErrNoEarlier = errors.New("no other version is kept")

// Restore makes a kept version current; without a name the one that was live
// last.
func (p *Publisher) Restore(ctx context.Context, version string) error {
	p.publishing.Lock()
	defer p.publishing.Unlock()
	if version == "" {
		ids := p.versions(ctx)
		if len(ids) == 0 {
			return ErrNoEarlier
		}
		version = ids[0]
	}
	bundle, err := p.kept(ctx, version)
	if err != nil {
		return err
	}
	p.render(ctx, bundle)
	if err := p.keep(ctx, bundle); err != nil {
		p.set.Log.Error().Err(err).Msg("the order of versions is not kept")
	}
	p.goLive(bundle, nil)
	return nil
}

// Rollback makes the version before the current one current, and says which.
func (p *Publisher) Rollback(ctx context.Context) (string, error) {
	now := p.Current().Version
	for _, id := range p.versions(ctx) {
		if id == now {
			continue
		}
		if err := p.Restore(ctx, id); err != nil {
			return "", err
		}
		p.stale("rolled back: the saved files are newer; the next change of a file, or infolinia publish, makes them live")
		return id, nil
	}
	return "", ErrNoEarlier
}

// Compare notes whether the saved files differ from what is live.
func (p *Publisher) Compare() {
	bundle, problems := flowfile.Load(p.set.Dir)
	switch {
	case flowfile.Errors(problems) > 0:
		err := &CheckError{problems}
		p.mu.Lock()
		p.status.Problems = problems
		p.mu.Unlock()
		p.stale(err.Error())
	case bundle.Program.Version != p.Current().Version:
		p.stale("the saved files are newer: `infolinia publish` makes them live")
	}
}

// keep stores the sources of a version and marks it as the newest.
func (p *Publisher) keep(ctx context.Context, b *flowfile.Bundle) error {
	packed, err := pack(b.Sources)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, archiveTime)
	defer cancel()
	stored := p.set.Archive.PutVersion(ctx, b.Program.Version, packed, time.Now())
	return errors.Join(stored, p.keepOnDisk(b.Program.Version, packed))
}

func (p *Publisher) keepOnDisk(version string, packed []byte) error {
	if err := os.MkdirAll(p.set.Kept, 0o750); err != nil {
		return err
	}
	file := p.file(version)
	fresh := fmt.Sprintf("%s.%d.new", file, os.Getpid()) // the other instances write it too
	if err := os.WriteFile(fresh, packed, 0o640); err != nil {
		return errors.Join(err, os.RemoveAll(fresh)) // half a file of a full disk
	}
	if err := os.Rename(fresh, file); err != nil {
		return err
	}
	old := p.onDisk()
	for _, version := range old[min(len(old), keptOnDisk):] {
		_ = os.Remove(p.file(version)) // the store knows what live calls need
	}
	return nil
}

func (p *Publisher) file(version string) string { return filepath.Join(p.set.Kept, version+".zip") }

// onDisk are the versions kept in the folder, newest first.
func (p *Publisher) onDisk() []string {
	files, _ := filepath.Glob(p.file("*"))
	age := map[string]time.Time{}
	for _, f := range files {
		if info, err := os.Stat(f); err == nil {
			age[strings.TrimSuffix(filepath.Base(f), ".zip")] = info.ModTime()
		}
	}
	return slices.SortedFunc(maps.Keys(age), func(a, b string) int { return age[b].Compare(age[a]) })
}

// versions are all kept ones, the one that was live last first.
func (p *Publisher) versions(ctx context.Context) []string {
	ctx, cancel := context.WithTimeout(ctx, archiveTime)
	defer cancel()
	ids, err := p.set.Archive.VersionIDs(ctx)
	if err != nil || len(ids) == 0 {
		return p.onDisk()
	}
	return ids
}

// kept loads a version from the store, else from the folder.
func (p *Publisher) kept(ctx context.Context, version string) (*flowfile.Bundle, error) {
	packed, err := p.set.Archive.Version(ctx, version)
	if err != nil {
		var fromDisk error
		if packed, fromDisk = os.ReadFile(p.file(version)); fromDisk != nil {
			return nil, errors.Join(err, fromDisk)
		}
	}
	files, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		return nil, fmt.Errorf("unpack version %s: %w", short(version), err)
	}
	bundle, problems := flowfile.LoadFS(files)
	if flowfile.Errors(problems) > 0 {
		return nil, fmt.Errorf("version %s does not load any more: %w", short(version), &CheckError{problems})
	}
	return bundle, nil
}

func pack(sources map[string][]byte) ([]byte, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		f, err := w.Create(name)
		if err != nil {
			return nil, err
		}
		if _, err := f.Write(sources[name]); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return b.Bytes(), err
}
