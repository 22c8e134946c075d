package publish_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"infolinia/ivr"
	"infolinia/ivr/publish"
	"infolinia/ivr/store"
)

// kept lets a store keep versions, as the daemon does.
type kept struct{ *store.Store }

func (k kept) VersionIDs(ctx context.Context) ([]string, error) {
	versions, err := k.Versions(ctx)
	var ids []string
	for _, v := range versions {
		ids = append(ids, v.ID)
	}
	return ids, err
}

// silent renders nothing: what is tested here is which text is live.
type silent struct{}

func (silent) Render(context.Context, []ivr.Part) error { return nil }

type bench struct {
	t    *testing.T
	dir  string
	set  publish.Settings
	line *publish.Publisher
	// saved is the intro as the file has it.
	saved string
}

func open(t *testing.T, change func(*publish.Settings)) *bench {
	b := &bench{t: t, dir: t.TempDir(), saved: before}
	if err := os.CopyFS(b.dir, os.DirFS("../flowfile/testdata/example")); err != nil {
		t.Fatal(err)
	}
	b.set = publish.Settings{
		Dir: b.dir, Kept: filepath.Join(t.TempDir(), "versions"), Renderer: silent{},
		Archive: kept{store.NewMemory()}, Log: zerolog.Nop(),
	}
	if change != nil {
		change(&b.set)
	}
	b.reopen()
	return b
}

func (b *bench) reopen() {
	b.t.Helper()
	line, err := publish.Open(b.t.Context(), b.set)
	if err != nil {
		b.t.Fatal(err)
	}
	b.line = line
}

func (b *bench) edit(from, to string) {
	b.t.Helper()
	file := filepath.Join(b.dir, "callflows", "main.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		b.t.Fatal(err)
	}
	if !strings.Contains(string(text), from) {
		b.t.Fatalf("%q is not in the flow", from)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), from, to, 1)), 0o644); err != nil {
		b.t.Fatal(err)
	}
	b.saved = to
}

func (b *bench) intro() string {
	return b.line.Current().Prompts["main.top.prompt"]["pl"].Source
}

const before, after = "Do wyboru są cztery tematy.", "Słuchamy."

func TestAGoodEditGoesLiveAndTheVersionBeforeStaysKnown(t *testing.T) {
	b := open(t, nil)
	old := b.line.Current().Version
	b.edit(before, after)
	if err := b.line.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if b.intro() != after || b.line.Current().Version == old {
		t.Errorf("live is %q", b.intro())
	}
	b.reopen() // a restart: calls of the old version are still in the line
	if p := b.line.Program(old); p == nil || p.Prompts["main.top.prompt"]["pl"].Source != before {
		t.Error("the version of a live call is lost")
	}
}

func TestABrokenEditChangesNothingAndSaysWhere(t *testing.T) {
	b := open(t, nil)
	b.edit("goto: id_card", "goto: id_crad")
	var wrong *publish.CheckError
	if err := b.line.Publish(t.Context()); !errors.As(err, &wrong) || !strings.Contains(err.Error(), "callflows/main.yaml:") {
		t.Fatalf("got %v", err)
	}
	if b.intro() != before || !strings.Contains(b.line.Status().Stale, "id_crad") {
		t.Errorf("live is %q, status %q", b.intro(), b.line.Status().Stale)
	}
	b.reopen()
	if b.intro() != before || !strings.Contains(b.line.Status().Stale, "last good version") {
		t.Errorf("after a restart live is %q, status %q", b.intro(), b.line.Status().Stale)
	}
}

func TestWithoutAnyGoodVersionTheLineDoesNotOpen(t *testing.T) {
	b := open(t, nil)
	b.edit("goto: id_card", "goto: id_crad")
	b.set.Kept, b.set.Archive = t.TempDir(), kept{store.NewMemory()}
	if _, err := publish.Open(t.Context(), b.set); err == nil || !strings.Contains(err.Error(), "id_crad") {
		t.Errorf("got %v", err)
	}
}

func TestARollbackHoldsUntilTheNextEdit(t *testing.T) {
	b := open(t, nil)
	old := b.line.Current().Version
	b.edit(before, after)
	if err := b.line.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if id, err := b.line.Rollback(t.Context()); err != nil || id != old {
		t.Fatalf("got %s, %v", id, err)
	}
	if b.intro() != before || b.line.Status().Stale == "" {
		t.Errorf("live is %q, status %q", b.intro(), b.line.Status().Stale)
	}
}

func TestSavedFilesWaitWhereTheyAreToBePublished(t *testing.T) {
	b := open(t, func(s *publish.Settings) { s.Manual = true })
	b.edit(before, after)
	b.line.Compare()
	if b.intro() != before || !strings.Contains(b.line.Status().Stale, "infolinia publish") {
		t.Errorf("live is %q, status %q", b.intro(), b.line.Status().Stale)
	}
	b.reopen()
	if b.intro() != before {
		t.Error("a restart published")
	}
}

func TestASavedFileIsSeen(t *testing.T) {
	b := open(t, nil)
	ctx, stop := context.WithCancel(t.Context())
	watched := make(chan error, 1)
	go func() { watched <- b.line.Watch(ctx) }()
	deadline := time.After(20 * time.Second)
	for to := after; strings.TrimSpace(b.intro()) != after; to += " " { // the watch may begin after an edit
		b.edit(b.saved, to)
		select {
		case <-deadline:
			t.Fatal("an edit is not seen")
		case <-time.After(time.Second):
		}
	}
	stop()
	if err := <-watched; err != nil {
		t.Error(err)
	}
}

func TestTheVersionsOnDiskDoWhereTheStoreHasNone(t *testing.T) {
	b := open(t, nil)
	version := b.line.Current().Version
	b.set.Archive = kept{store.NewMemory()}
	b.edit(before, after)
	b.reopen()
	if p := b.line.Program(version); p == nil {
		t.Error("the version is lost")
	}
}
