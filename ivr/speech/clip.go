package speech

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Source tells where a clip's sound comes from.
type Source string

// The sources of a clip.
const (
	Recorded  Source = "recorded"        // a person
	Engined   Source = "engine"          // the engine the language is set to
	Fallback  Source = "fallback-engine" // espeak-ng in its place
	Generated Source = "generated"       // a tone or silence
)

// Clip is a complete sound file.
type Clip struct {
	Path     string        // absolute, without an extension, as Asterisk's sound: wants it
	Duration time.Duration // exact
	Source   Source
}

const (
	alawExt  = ".alaw"
	sln16Ext = ".sln16"
)

// clipAt returns the complete clip at a path, if there is one.
func clipAt(path string, source Source) (Clip, bool) {
	info, err := os.Stat(path + alawExt)
	if err != nil || info.Size() == 0 {
		return Clip{}, false
	}
	return Clip{path, time.Duration(info.Size()) * time.Second / narrow, source}, true
}

// store puts a clip in place, its .alaw last and each file whole. Durable ones
// are on the disk before they get their name. The folder must exist.
func store(path string, s sound, source Source, durable bool) (Clip, error) {
	if err := writeWhole(path+sln16Ext, s.sln16, durable); err != nil {
		return Clip{}, err
	}
	if err := writeWhole(path+alawExt, s.alaw, durable); err != nil {
		return Clip{}, err
	}
	clip, ok := clipAt(path, source)
	if !ok {
		return Clip{}, fmt.Errorf("%s: %w", path, errNoSound)
	}
	return clip, nil
}

// writeWhole writes beside the target and renames, so that nobody ever reads
// half a file. Owner and group may read.
func writeWhole(path string, data []byte, durable bool) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Chmod(0o640)
	}
	if err == nil && durable {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// key names a clip by all that decides how it sounds. The length before each
// part keeps neighbours apart.
func key(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// veil hides a key behind a secret of this process, so that the name of a
// call's clip does not give away what is said in it.
func veil(secret []byte, key string) string {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(key))
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// plain reports whether a name from outside is one path element and no more.
func plain(name string) bool {
	return filepath.IsLocal(name) && name[0] != '.' && !strings.ContainsAny(name, "/\\\x00")
}

// used marks a cached clip as in use today, for Prune.
func used(path string) {
	info, err := os.Stat(path + alawExt)
	if err == nil && time.Since(info.ModTime()) > 12*time.Hour {
		now := time.Now()
		// Without the mark the clip is only made anew one day.
		_ = os.Chtimes(path+alawExt, now, now)
	}
}

// gone turns the absence of a file into success.
func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
