package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"infolinia/ivr/config"
)

// What no test may find again: the beginning of all callers' numbers, and of all
// sensitive values that are keyed.
const (
	callersPrefix = "48731904"
	secretDigits  = "73915264"
)

// settings are the line's, as its daemon reads them.
func (l *line) settings(t testing.TB) *config.Loaded {
	t.Helper()
	s, err := config.Load(config.Source{Environ: l.env})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// isSilentAbout looks for callers' numbers and sensitive values in everything
// that the line has written: Redis with its file, which holds all that was ever
// in it, logs, speech, messages, and what staff are shown of the calls.
func (l *line) isSilentAbout(t *testing.T) {
	t.Helper()
	l.searchText(t, "the daemon's log", l.daemon.log.String())
	l.searchFolder(t, filepath.Dir(l.redis.Addr))
	l.searchFolder(t, filepath.Join(l.dir, "var"))
	l.searchFolder(t, l.cache)
	l.searchText(t, "infolinia calls", l.run(t, "calls"))
}

func (l *line) searchText(t *testing.T, where, text string) {
	t.Helper()
	for _, secret := range []string{callersPrefix, secretDigits, spaced(secretDigits)} {
		if i := strings.Index(text, secret); i >= 0 {
			t.Errorf("%s holds %s: %q", where, secret, text[max(0, i-100):min(len(text), i+100)])
		}
	}
}

// spaced are digits as a text that is spoken has them.
func spaced(digits string) string { return strings.Join(strings.Split(digits, ""), " ") }

func (l *line) searchFolder(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil // a socket, or gone meanwhile
		}
		l.searchText(t, "the name of a file", path)
		if strings.Contains(path, "/pbx/") && !strings.Contains(path, "/log/") {
			return nil // Asterisk's own: not ours to write or to keep
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return nil
		}
		for _, secret := range []string{callersPrefix, secretDigits, spaced(secretDigits)} {
			if i := bytes.Index(data, []byte(secret)); i >= 0 {
				t.Errorf("%s holds %s: %q", path, secret, data[max(0, i-100):min(len(data), i+100)])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestASensitiveValueIsWrittenNowhere(t *testing.T) {
	t.Parallel()
	l := startLine(t)
	number := secretDigits + "808"
	said := l.digits(t, confirmSentence, number)
	result := l.known(t, "Wynik gotowa do odbioru.")
	e := l.dial(t, "")
	id := e.id()
	e.presses("23")
	e.hearsAll("digits.secret.prompt")
	e.presses(number + "#")
	e.hearsAll(said, "phrase.confirm_yes_no")
	l.isSilentAbout(t)
	e.presses("1")
	l.cases.letGo(number)
	e.hearsAll(result, "digits.secret_over.prompt")
	if n := l.cases.asked(number); n != 1 {
		t.Errorf("the look-up was asked %d times", n)
	}
	l.isSilentAbout(t)
	if clips, _ := filepath.Glob(filepath.Join(l.dir, "var", "dynamic", id, "*.alaw")); len(clips) > 1 {
		t.Errorf("more speech than of the answer is kept: %q", clips)
	}
	e.hangsUp()
	l.logged(t, id, "call ended")
	l.isEmpty(t)
	l.isSilentAbout(t)
	shown := l.run(t, "calls", "show", id)
	l.searchText(t, "infolinia calls show", shown)
	if !strings.Contains(shown, "digits.secret") {
		t.Errorf("the call is not shown:\n%s", shown)
	}
	if _, err := os.Stat(filepath.Join(l.dir, "var", "dynamic", id)); err == nil {
		t.Error("the speech of a call stays after its end")
	}
}
