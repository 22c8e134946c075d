package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"infolinia/ivr/config"
	"infolinia/ivr/store/redistest"
)

// staffLine is a small line in a folder of its own, as staff have it before
// them, with espeak-ng for a voice.
type staffLine struct {
	t    *testing.T
	dir  string
	file string // of the settings
}

func newStaffLine(t *testing.T) staffLine {
	t.Helper()
	dir, err := os.MkdirTemp("", "line") // short, for the sockets in it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.CopyFS(dir, os.DirFS("testdata/staff")); err != nil {
		t.Fatal(err)
	}
	l := staffLine{t, dir, filepath.Join(dir, "infolinia.yaml")}
	l.write("infolinia.yaml", fmt.Sprintf("line: %q\nvar: %q\nspeech:\n  cache: %q\n  voices: {%s, %s, %s}\n",
		dir, filepath.Join(dir, "var"), filepath.Join(workshop(), "staff-prompts"), // rendered once for all tests
		"pl: {engine: espeak-ng, voice: pl}", "en: {engine: espeak-ng, voice: en}", "uk: {engine: espeak-ng, voice: uk}"))
	return l
}

// withRedis adds a real Redis to the settings.
func (l staffLine) withRedis() *redistest.Server {
	l.t.Helper()
	server := redistest.Start(l.t)
	l.edit("infolinia.yaml", "speech:", "redis: {url: \"unix://"+server.Addr+"\"}\nspeech:")
	return server
}

func (l staffLine) config() *config.Config {
	l.t.Helper()
	loaded, err := config.Load(config.Source{File: l.file})
	if err != nil {
		l.t.Fatal(err)
	}
	return &loaded.Config
}

func (l staffLine) write(name, text string) {
	l.t.Helper()
	path := filepath.Join(l.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		l.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		l.t.Fatal(err)
	}
}

// edit changes words in a file, which must be there.
func (l staffLine) edit(name, old, new string) {
	l.t.Helper()
	text, err := os.ReadFile(filepath.Join(l.dir, name))
	if err != nil {
		l.t.Fatal(err)
	}
	if !strings.Contains(string(text), old) {
		l.t.Fatalf("%s has no %q", name, old)
	}
	l.write(name, strings.Replace(string(text), old, new, 1))
}

// run gives all that a command prints, the error last.
func (l staffLine) run(args ...string) (string, error) {
	var out strings.Builder
	root := newRoot()
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetArgs(append(args, "--config", l.file))
	err := root.ExecuteContext(l.t.Context())
	if err != nil {
		out.WriteString(err.Error())
	}
	return out.String(), err
}

// says runs a command that must do its work and say all this.
func (l staffLine) says(command string, words ...string) string {
	l.t.Helper()
	out, err := l.run(strings.Fields(command)...)
	if err != nil {
		l.t.Errorf("%s: %s", command, out)
	}
	l.has(command, out, words)
	return out
}

// refuses runs a command that must end with an error and say all this.
func (l staffLine) refuses(command string, words ...string) {
	l.t.Helper()
	out, err := l.run(strings.Fields(command)...)
	if err == nil {
		l.t.Errorf("%s: no error: %s", command, out)
	}
	l.has(command, out, words)
}

func (l staffLine) has(command, out string, words []string) {
	l.t.Helper()
	for _, w := range words {
		if !strings.Contains(out, w) {
			l.t.Errorf("%s: no %q in\n%s", command, w, out)
		}
	}
}
