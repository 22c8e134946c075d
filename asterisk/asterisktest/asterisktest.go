// Package asterisktest gives a test its own real Asterisk: private directory,
// free ports, stopped with the test.
package asterisktest

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"infolinia/asterisk"
)

// Start starts an Asterisk with the local profile, changed by change (nil for
// none). The test fails where asterisk/provide has not been run. When the test
// failed, Asterisk's log is added to its output.
func Start(t testing.TB, change func(*asterisk.Settings)) *asterisk.Process {
	t.Helper()
	in, err := asterisk.Find(t.Context(), filepath.Join(moduleRoot(t), "var", "asterisk"))
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "infolinia-asterisk-") // t.TempDir can be too long for a unix socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Errorf("remove the folder of asterisk: %v", err)
		}
	})
	settings, err := asterisk.Local(dir, in)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(&settings)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	p, err := asterisk.Start(ctx, settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Stop(context.Background()); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			log, _ := os.ReadFile(filepath.Join(settings.LogDir(), "messages.log"))
			t.Logf("asterisk's log:\n%s", log)
		}
	})
	return p
}

// moduleRoot is the folder of go.mod above the test's working directory.
func moduleRoot(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		_, err := os.Stat(filepath.Join(dir, "go.mod"))
		if err == nil {
			return dir
		}
		if !errors.Is(err, fs.ErrNotExist) || filepath.Dir(dir) == dir {
			t.Fatalf("no go.mod above the test: %v", err)
		}
		dir = filepath.Dir(dir)
	}
}
