package caller

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestAScriptIsReadAsItIsMeant(t *testing.T) {
	got, err := ParseScript(" 4s:1\t+500ms:12# pl/main.top.prompt:0 end=main.bye:* ")
	if err != nil {
		t.Fatal(err)
	}
	want := []Step{
		{After: 4 * time.Second, Keys: "1"},
		{After: 500 * time.Millisecond, Relative: true, Keys: "12#"},
		{Prompt: "pl/main.top.prompt", Keys: "0"},
		{Prompt: "main.bye", AtEnd: true, Keys: "*"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for _, bad := range []string{"4s", ":1", "4s:", "4s:x", "4:1", "-4s:1", "+name:1"} {
		if s, err := ParseScript(bad); err == nil {
			t.Errorf("%q was read as %+v", bad, s)
		}
	}
}

func TestNoTextBreaksTheScriptReader(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps, err := ParseScript(rapid.StringMatching(`([0-9a-z+=:.#* -]|\PC)*`).Draw(t, "script"))
		for _, s := range steps {
			if err == nil && (checkKeys(s.Keys) != nil || s.After < 0) {
				t.Fatalf("read %+v", s)
			}
		}
	})
}

func TestAScriptPressesKeysWhenItsMomentsCome(t *testing.T) {
	t.Parallel()
	clips := map[string][]byte{"pl/a": speech(1, 8000), "pl/b": speech(2, 8000)}
	ours, theirs := pair(t, phone(t, PhoneOptions{}), Options{Index: indexed(t, clips)})
	ctx := within(t, 20*time.Second)
	steps, err := ParseScript("a:1 end=b:2 +100ms:3 1s:4")
	if err != nil {
		t.Fatal(err)
	}
	ran := make(chan error, 1)
	go func() { ran <- ours.Run(ctx, steps) }()
	for _, name := range []string{"pl/a", "pl/b"} {
		if err := theirs.Speak(ctx, clips[name]); err != nil {
			t.Fatal(err)
		}
	}
	if err := <-ran; err != nil {
		t.Fatal(err)
	}
	if got, err := theirs.AwaitKeys(ctx, 4); err != nil || got != "1234" {
		t.Errorf("keys %q, %v", got, err)
	}
	if err := ours.Expect(ctx, "a", "b"); err != nil {
		t.Error(err)
	}
	short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	if err := ours.Expect(short, "b", "a"); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "hear a") {
		t.Errorf("b before a: %v", err)
	}
	r := ours.Report()
	if !(r.Keys[0].At >= r.Heard[0].At && r.Keys[0].At < r.Heard[1].At) {
		t.Errorf("key 1 while a was heard: %+v", r)
	}
	if end := r.Heard[1].At + r.Heard[1].Length; r.Keys[1].At < end-40 {
		t.Errorf("key 2 at %v, b ended at %v", r.Keys[1].At, end)
	}
}

func TestAListNamesFilesWhateverTheyAreCalled(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, data []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	a := speech(1, 8000)
	write("0a1b.alaw", a)
	write("names.tsv", []byte("pl/main.top.prompt\t0a1b.alaw\npl/main.again.prompt\t"+filepath.Join(dir, "0a1b.alaw")+"\n"))
	x := NewIndex()
	if n, err := x.AddList(filepath.Join(dir, "names.tsv")); n != 2 || err != nil || x.Len() != 1 {
		t.Fatalf("%d names of %d sounds, %v", n, x.Len(), err)
	}
	l := listen(x)
	l.play(a, nil)
	expect(t, l, "pl/main.again.prompt")
	if !l.heard[0].Is("main.top.prompt") {
		t.Errorf("names: %+v", l.heard[0])
	}
	write("names.tsv", []byte("pl/main.top.prompt 0a1b.alaw\n"))
	if _, err := x.AddList(filepath.Join(dir, "names.tsv")); err == nil || !strings.Contains(err.Error(), "names.tsv:1:") {
		t.Errorf("a line without a tab: %v", err)
	}
}
