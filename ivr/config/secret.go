package config

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/knadh/koanf/v2"
)

// Secret is a value that never shows itself: printed, logged or marshalled it is
// masked. string(s) is the value.
type Secret string

func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "********"
}

// GoString keeps %#v from showing the value.
func (s Secret) GoString() string { return fmt.Sprintf("%q", s.String()) }

// MarshalText masks the value in JSON and YAML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// resolveSecrets puts the contents of file:PATH in place and, in the local
// profile, what Generate made. It returns what Generate made and what it would make.
func resolveSecrets(merged *koanf.Koanf, all []setting, dir string, p *problems) (made, missing []string) {
	local := merged.Get("profile") == Local
	for path, raw := range merged.All() {
		s, ok := find(all, path)
		if !ok || s.typ != reflect.TypeFor[Secret]() {
			continue
		}
		text, _ := raw.(string)
		file, given := strings.CutPrefix(text, "file:")
		generated := text == "" && local && isGenerated(path)
		if generated {
			file = secretFile(varDir(merged, dir), path)
		}
		if !given && !generated {
			continue
		}
		data, err := os.ReadFile(absolute(dir, file))
		switch {
		case err == nil:
			_ = merged.Set(path, strings.TrimSpace(string(data)))
			if generated {
				made = append(made, path)
			}
		case generated && errors.Is(err, fs.ErrNotExist):
			missing = append(missing, path)
		default:
			p.add(path, "%v", err)
		}
	}
	slices.Sort(missing)
	return made, missing
}

// isGenerated tells whether the local profile makes up this secret itself.
func isGenerated(path string) bool {
	return path == "ari.password" ||
		strings.HasPrefix(path, "extensions.") ||
		strings.HasPrefix(path, "hmac.keys.")
}

func secretFile(varDir, path string) string { return filepath.Join(varDir, "secrets", path) }

// Missing lists the secrets that the local profile needs and Generate has not
// made yet.
func (l *Loaded) Missing() []string { return l.missing }

// Generate makes the missing secrets, in var/secrets, readable by their owner
// alone; the next Load has them. Of two processes that do it at once the first
// decides.
func (l *Loaded) Generate() error {
	for _, path := range l.missing {
		if err := generate(secretFile(l.Var, path)); err != nil {
			return fmt.Errorf("generate %s: %w", path, err)
		}
	}
	return nil
}

// generate makes a file with 128 random bits, whole or not at all, unless it is there.
func generate(file string) error {
	dir := filepath.Dir(file)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	fresh, err := os.CreateTemp(dir, ".new-*") // made with mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(fresh.Name())
	value := make([]byte, 16)
	if _, err := rand.Read(value); err != nil {
		return errors.Join(err, fresh.Close())
	}
	if _, err := fmt.Fprintln(fresh, hex.EncodeToString(value)); err != nil {
		return errors.Join(err, fresh.Close())
	}
	if err := fresh.Close(); err != nil {
		return err
	}
	if err := os.Link(fresh.Name(), file); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
