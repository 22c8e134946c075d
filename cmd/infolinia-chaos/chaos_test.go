package main

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// TestThePromisesHoldUnderTheMostTellingFaults is the short form of `make chaos`.
func TestThePromisesHoldUnderTheMostTellingFaults(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	// Not t.TempDir: the path of a socket below it has at most 107 bytes.
	dir, err := os.MkdirTemp("", "chaos")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	p := &plan{short: true, only: regexp.MustCompile(""), root: root, out: io.Discard}
	in, err := p.build(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range faults() {
		if !f.short {
			continue
		}
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			r := p.try(t.Context(), in, filepath.Join(dir, string(rune('a'+i))), f)
			for _, s := range r.Seen {
				t.Log(s)
			}
			for _, s := range r.Broken {
				t.Error(s)
			}
		})
	}
}
