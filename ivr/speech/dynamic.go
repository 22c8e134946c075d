package speech

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// marker is the file by which we know a folder of dynamic clips as ours.
const marker = ".dynamic-speech"

// claim marks an empty folder as ours, and refuses one that is neither empty
// nor marked.
func claim(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	mark := filepath.Join(dir, marker)
	if _, err := os.Stat(mark); err == nil {
		return nil
	}
	if len(entries) > 0 {
		return fmt.Errorf("speech: %s holds other files; dynamic speech needs a folder of its own", dir)
	}
	return os.WriteFile(mark, nil, 0o640)
}

// Forget deletes all that was rendered for a call.
func (s *Speaker) Forget(call string) error {
	if !plain(call) {
		return fmt.Errorf("speech: %q is no call id", call)
	}
	return os.RemoveAll(filepath.Join(s.settings.Dynamic, call))
}

// ForgetAllBut deletes what was rendered for calls other than the given ones:
// what a process that died has left behind. It must be given the live calls of
// all processes that share the folder.
func (s *Speaker) ForgetAllBut(live []string) error {
	keep := map[string]bool{}
	for _, call := range live {
		keep[call] = true
	}
	entries, err := os.ReadDir(s.settings.Dynamic)
	for _, entry := range entries {
		if entry.IsDir() && !keep[entry.Name()] {
			err = errors.Join(err, os.RemoveAll(filepath.Join(s.settings.Dynamic, entry.Name())))
		}
	}
	return err
}

// Discard deletes one dynamic clip as soon as it was played, so that a
// sensitive text is not kept as sound until the call ends. Other clips stay.
func (s *Speaker) Discard(clip Clip) error {
	rel, err := filepath.Rel(s.settings.Dynamic, clip.Path)
	if err != nil || !filepath.IsLocal(rel) {
		return nil
	}
	return errors.Join(gone(os.Remove(clip.Path+alawExt)), gone(os.Remove(clip.Path+sln16Ext)))
}
