package message

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var left = Message{
	ID: "ast-1717920000.4.17.rec1", Box: "info", Node: "main.mail", CallID: "ast-1717920000.4",
	At: time.Date(2026, 6, 8, 22, 30, 0, 0, time.UTC), Seconds: 12.4, Report: "204178", CallerHMAC: "k1:9f3a", Lang: "pl",
}

// folder is the one of left's day, which in Warsaw has begun already.
const folder = "info/2026-06-09"

func openStore(t *testing.T) (*Store, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "var", "messages")
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s, dir
}

func recording(t *testing.T, words string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "rec.wav")
	if err := os.WriteFile(path, []byte(words), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func keep(t *testing.T, s *Store, m Message) {
	t.Helper()
	if err := s.Keep(t.Context(), m, recording(t, "said by "+m.ID)); err != nil {
		t.Fatal(err)
	}
}

// wantKept says that left is whole in the store, with these words, and nothing
// else is.
func wantKept(t *testing.T, s *Store, dir, words string) {
	t.Helper()
	list, err := s.List("info", Unheard)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]Message{left}, list); d != "" {
		t.Errorf("listed (-want +got):\n%s", d)
	}
	got, err := os.ReadFile(filepath.Join(dir, folder, left.ID+".wav"))
	if err != nil || string(got) != words {
		t.Errorf("kept %q, %v; want %q", got, err, words)
	}
	files, err := os.ReadDir(filepath.Join(dir, folder))
	if err != nil || len(files) != 2 {
		t.Errorf("files %v, %v; want the two of the message", files, err)
	}
}

func TestAMessageIsKeptByBoxAndWarsawDayForTheGroupToRead(t *testing.T) {
	s, dir := openStore(t)
	old := syscall.Umask(0o077)
	defer syscall.Umask(old)
	from := recording(t, "dziura w drodze")
	if err := s.Keep(t.Context(), left, from); err != nil {
		t.Fatal(err)
	}
	wantKept(t, s, dir, "dziura w drodze")
	if _, err := os.Stat(from); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the recording is still at its old place: %v", err)
	}
	for path, want := range map[string]os.FileMode{
		"":                               0o750 | os.ModeSetgid | os.ModeDir,
		folder:                           0o750 | os.ModeSetgid | os.ModeDir,
		folder + "/" + left.ID + ".wav":  0o640,
		folder + "/" + left.ID + ".json": 0o640,
	} {
		info, err := os.Stat(filepath.Join(dir, path))
		if err != nil || info.Mode() != want {
			t.Errorf("%s: mode %v, %v; want %v", path, info.Mode(), err, want)
		}
	}
}

func TestKeepingTheSameMessageAgainChangesNothing(t *testing.T) {
	s, dir := openStore(t)
	if err := s.Keep(t.Context(), left, recording(t, "first")); err != nil {
		t.Fatal(err)
	}
	if err := s.Keep(t.Context(), left, filepath.Join(dir, "gone.wav")); err != nil {
		t.Errorf("its recording is not there any more, which is as it should be: %v", err)
	}
	again := left
	again.Report, again.At = "999999", left.At.Add(time.Hour)
	if err := s.Keep(t.Context(), again, recording(t, "second")); err != nil {
		t.Fatal(err)
	}
	wantKept(t, s, dir, "first")
}

func TestAMessageKeptByManyAtOnceIsThereOnce(t *testing.T) {
	s, dir := openStore(t)
	from := recording(t, "once")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := s.Keep(t.Context(), left, from); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	wantKept(t, s, dir, "once")
}

func TestWhatACrashInterruptsIsCompleted(t *testing.T) {
	for name, crash := range map[string]func(t *testing.T, base, source string){
		"before the sound": func(*testing.T, string, string) {},
		"in the sound": func(t *testing.T, base, _ string) {
			mustWrite(t, base+".wav"+unfinished, "dziu")
		},
		"between sound and metadata": func(t *testing.T, base, _ string) {
			mustWrite(t, base+".wav", "dziura")
		},
		"after the metadata": func(t *testing.T, base, _ string) {
			mustWrite(t, base+".wav", "dziura")
			if err := writeJSON(base+".json", left); err != nil {
				t.Fatal(err)
			}
		},
		"after the recording was removed": func(t *testing.T, base, source string) {
			mustWrite(t, base+".wav", "dziura")
			if err := os.Remove(source); err != nil {
				t.Fatal(err)
			}
		},
	} {
		for _, by := range []string{"Recover", "Keep"} {
			t.Run(name+", by "+by, func(t *testing.T) {
				s, dir := openStore(t)
				source := recording(t, "dziura")
				base := filepath.Join(dir, folder, left.ID)
				if err := os.MkdirAll(filepath.Dir(base), 0o750); err != nil {
					t.Fatal(err)
				}
				if err := writeJSON(base+partly, part{left, source}); err != nil {
					t.Fatal(err)
				}
				crash(t, base, source)
				if by == "Keep" {
					later := left
					later.At = later.At.Add(48 * time.Hour) // it may have become another day
					if err := s.Keep(t.Context(), later, source); err != nil {
						t.Fatal(err)
					}
				}
				if err := s.Recover(t.Context()); err != nil {
					t.Fatal(err)
				}
				wantKept(t, s, dir, "dziura")
				if _, err := os.Stat(source); !errors.Is(err, os.ErrNotExist) {
					t.Error("the recording is still at its old place")
				}
			})
		}
	}
}

func TestAFullDiskLosesNothingAndSaysWhatToDo(t *testing.T) {
	s, dir := openStore(t)
	source := recording(t, "dziura")
	base := filepath.Join(dir, folder, left.ID)
	if err := os.MkdirAll(filepath.Dir(base), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/dev/full", base+".wav"+unfinished); err != nil {
		t.Fatal(err)
	}
	err := s.Keep(t.Context(), left, source)
	if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "free some; the recording stays at "+source) {
		t.Fatalf("error %v", err)
	}
	if got, err := os.ReadFile(source); err != nil || string(got) != "dziura" {
		t.Fatalf("the recording is %q, %v", got, err)
	}
	if list, err := s.List("", All); err != nil || len(list) > 0 {
		t.Errorf("half a message is listed: %v, %v", list, err)
	}
	if err := s.Recover(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantKept(t, s, dir, "dziura")
}

func TestNamesThatLeadElsewhereAreRefused(t *testing.T) {
	s, _ := openStore(t)
	for name, spoil := range map[string]func(*Message){
		"id with a slash": func(m *Message) { m.ID = "a/../../b" },
		"hidden id":       func(m *Message) { m.ID = ".lock" },
		"pattern as id":   func(m *Message) { m.ID = "*" },
		"box outside":     func(m *Message) { m.Box = ".." },
		"no box":          func(m *Message) { m.Box = "" },
		"no time":         func(m *Message) { m.At = time.Time{} },
		"number in clear": func(m *Message) { m.CallerHMAC = "+48600100200" },
	} {
		m := left
		spoil(&m)
		if err := s.Keep(t.Context(), m, recording(t, "x")); err == nil {
			t.Errorf("%s is kept", name)
		}
	}
	if _, err := s.Path("../../etc/passwd"); !errors.Is(err, ErrUnknown) {
		t.Errorf("path outside: %v", err)
	}
}

func TestMessagesAreListedUntilSomebodyIsDoneWithThem(t *testing.T) {
	s, _ := openStore(t)
	second, other := left, left
	second.ID, second.At = "b", left.At.Add(time.Minute)
	other.ID, other.Box = "c", "faults"
	for _, m := range []Message{second, left, other} {
		keep(t, s, m)
	}
	ids := func(box string, state State) string {
		list, err := s.List(box, state)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, m := range list {
			ids = append(ids, m.ID)
		}
		return strings.Join(ids, " ")
	}
	if got, want := ids("info", Unheard), left.ID+" b"; got != want {
		t.Errorf("box info: %q, want %q", got, want)
	}
	if err := s.Done(t.Context(), "b", "anna"); err != nil {
		t.Fatal(err)
	}
	if err := s.Done(t.Context(), "b", "jan"); err != nil {
		t.Fatal(err)
	}
	if got := ids("info", Unheard); got != left.ID {
		t.Errorf("after done: %q", got)
	}
	if got := ids("", All); got != left.ID+" c b" {
		t.Errorf("all: %q", got)
	}
	all, _ := s.List("info", All)
	if all[1].DoneBy != "anna" || !all[1].Done() {
		t.Errorf("done by %q, who came first is anna", all[1].DoneBy)
	}
	count, err := s.Unheard()
	if d := cmp.Diff(map[string]int{"info": 1, "faults": 1}, count); d != "" || err != nil {
		t.Errorf("unheard: %v %s", err, d)
	}
	if err := s.Done(t.Context(), "nobody", "anna"); !errors.Is(err, ErrUnknown) {
		t.Errorf("done with an unknown one: %v", err)
	}
}

func TestADiscardedMessageIsGone(t *testing.T) {
	s, dir := openStore(t)
	keep(t, s, left)
	for range 2 {
		if err := s.Discard(t.Context(), left.ID); err != nil {
			t.Fatal(err)
		}
	}
	if files, _ := os.ReadDir(filepath.Join(dir, folder)); len(files) > 0 {
		t.Errorf("left behind: %v", files)
	}
}

func TestOneSpoiltFileHidesNoOther(t *testing.T) {
	s, dir := openStore(t)
	keep(t, s, left)
	mustWrite(t, filepath.Join(dir, folder, "spoilt.json"), "{")
	list, err := s.List("", All)
	if len(list) != 1 || err == nil || !strings.Contains(err.Error(), "spoilt.json") {
		t.Errorf("listed %d, %v", len(list), err)
	}
}

func mustWrite(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
