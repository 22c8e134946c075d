package speech

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// script is an engine of the tests: it writes down the texts it was given, one
// a line, and its arguments, and answers with a tone; "zepsuty" makes it fail.
const script = `#!/bin/sh
text=$(cat)
echo "$text" >> "$0.texts"
echo "$*" >> "$0.args"
case "$text" in *zepsuty*) echo "cannot: $text" >&2; exit 3;; esac
exec sox -n -t wav -r 22050 - synth 0.8 sine 500 vol 0.3
`

// engineScript puts an engine into a folder of its own.
func engineScript(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "engine")
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// lines returns what a script has written down.
func lines(t *testing.T, path string) []string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
}

func speaker(t *testing.T, voices map[string]Voice) *Speaker {
	t.Helper()
	dir := t.TempDir()
	s, err := New(Settings{Voices: voices, Cache: filepath.Join(dir, "cache"),
		Recordings: filepath.Join(dir, "recordings"), Dynamic: filepath.Join(dir, "calls")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func scripted(t *testing.T) (s *Speaker, engine string) {
	t.Helper()
	engine = engineScript(t, script)
	return speaker(t, map[string]Voice{"pl": {Engine: "script", Voice: "v1", Command: []string{engine, "{lang}", "{voice}", "{speed}", "{length}"}}}), engine
}

func file(t *testing.T, s *Speaker, u Utterance) Clip {
	t.Helper()
	clip, err := s.File(t.Context(), u)
	if err != nil {
		t.Fatal(err)
	}
	return clip
}

func TestTheSameTextIsRenderedOnceHoweverManyAskAtOnce(t *testing.T) {
	s, engine := scripted(t)
	u := Utterance{ID: "main.top.prompt", Lang: "pl", Text: "Dzień dobry."}
	var group sync.WaitGroup
	clips := make([]Clip, 20)
	for i := range clips {
		group.Go(func() { clips[i], _ = s.File(context.Background(), u) })
	}
	group.Wait()
	for _, clip := range clips {
		if clip != clips[0] || clip.Source != Engined {
			t.Fatalf("got %v and %v", clip, clips[0])
		}
	}
	if got := lines(t, engine+".texts"); len(got) != 1 {
		t.Errorf("the engine ran %d times", len(got))
	}
}

func TestAChangedTextSpeedOrVoiceIsAnotherClip(t *testing.T) {
	s, _ := scripted(t)
	seen := map[string]bool{}
	for _, u := range []Utterance{
		{Lang: "pl", Text: "jeden"}, {Lang: "pl", Text: "dwa"}, {Lang: "pl", Text: "jeden", Speed: 0.85},
		{Lang: "en", Text: "jeden"},
	} {
		seen[file(t, s, u).Path] = true
	}
	if len(seen) != 4 {
		t.Errorf("%d clips for four ways to speak", len(seen))
	}
}

func TestTheEngineGetsTextOnStandardInputAndOnlySettingsAsArguments(t *testing.T) {
	s, engine := scripted(t)
	file(t, s, Utterance{Lang: "pl", Text: "{voice} 4 maja; rm -rf $HOME", Speed: 0.5})
	if got := lines(t, engine+".texts"); got[0] != "voice czwartego maja; rm -rf $HOME" && got[0] != "voice 4 maja; rm -rf $HOME" {
		t.Errorf("standard input was %q", got)
	}
	if got := lines(t, engine+".args"); got[0] != "pl v1 0.500 2.000" {
		t.Errorf("arguments were %q", got)
	}
}

func TestWhenTheEngineFailsESpeakSpeaks(t *testing.T) {
	s, engine := scripted(t)
	u := Utterance{Lang: "pl", Text: "zepsuty"}
	clip := file(t, s, u)
	if clip.Source != Fallback || clip.Duration < 200*time.Millisecond {
		t.Errorf("got %+v", clip)
	}
	if again := file(t, s, u); again != clip || len(lines(t, engine+".texts")) != 1 {
		t.Error("a live call waited again for an engine that had failed")
	}
}

func TestAMissingVoiceIsKnownAndReplaced(t *testing.T) {
	s := speaker(t, map[string]Voice{"pl": {Engine: RHVoice, Voice: "nobody"}, "en": {Engine: ESpeak, Voice: "en"}})
	missing := s.Missing()
	if missing["pl"] == nil || missing["en"] != nil {
		t.Errorf("missing: %v", missing)
	}
	if clip := file(t, s, Utterance{Lang: "pl", Text: "Dzień dobry"}); clip.Source != Fallback {
		t.Errorf("got %+v", clip)
	}
}

func TestWhenNobodyCanSpeakTheErrorNamesTheEngineAndNotTheText(t *testing.T) {
	engine := engineScript(t, script)
	s := speaker(t, map[string]Voice{"xx": {Engine: "script", Command: []string{engine}}})
	_, err := s.File(t.Context(), Utterance{Lang: "xx", Text: "zepsuty"})
	var engineErr *EngineError
	if !errors.As(err, &engineErr) || engineErr.Engine != "script" || strings.Contains(err.Error(), "zepsuty") {
		t.Errorf("got %v", err)
	}
	if engineErr != nil && engineErr.Detail != "cannot: zepsuty" {
		t.Errorf("staff would read %q", engineErr.Detail)
	}
}

func TestAHangingEngineIsKilledWithItsChildrenAndESpeakSpeaksInTime(t *testing.T) {
	engine := engineScript(t, "#!/bin/sh\nsleep 300 & echo $! > \"$0.pid\"\nwait\n")
	s := speaker(t, map[string]Voice{"pl": {Engine: "script", Command: []string{engine}}})
	clip := file(t, s, Utterance{Lang: "pl", Text: "Dzień dobry", Dynamic: true, Call: "pbx-1"})
	if clip.Source != Fallback {
		t.Errorf("got %+v", clip)
	}
	child := lines(t, engine+".pid")[0]
	deadline := time.Now().Add(5 * time.Second)
	for {
		state, err := os.ReadFile("/proc/" + child + "/stat")
		if err != nil || strings.Contains(string(state), ") Z ") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the engine's child %s lives on", child)
		}
	}
}

func TestACallersTextGoesWhenTheCallEnds(t *testing.T) {
	s, _ := scripted(t)
	u := Utterance{Lang: "pl", Text: "Sprawa 0 0 1 2", Dynamic: true, Call: "pbx-17.3"}
	clip := file(t, s, u)
	if filepath.Dir(clip.Path) != filepath.Join(s.settings.Dynamic, "pbx-17.3") {
		t.Errorf("the clip is at %s", clip.Path)
	}
	other := file(t, s, Utterance{Lang: "pl", Text: "Sprawa 0 0 1 3", Dynamic: true, Call: "pbx-18"})
	if err := s.Forget("pbx-17.3"); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Dir(clip.Path)); !os.IsNotExist(err) {
		t.Errorf("the call's folder: %v", err)
	}
	if err := s.ForgetAllBut([]string{"pbx-18"}); err != nil {
		t.Fatal(err)
	}
	if _, ok := clipAt(other.Path, Engined); !ok {
		t.Error("another call lost its clip")
	}
	if err := s.Discard(other); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(other.Path + "*"); len(left) > 0 {
		t.Errorf("left after Discard: %v", left)
	}
}

func TestACallIdCannotLeaveItsFolder(t *testing.T) {
	s, _ := scripted(t)
	for _, call := range []string{"", ".", "..", "../cache", "/etc", "a/b", marker} {
		if _, err := s.File(t.Context(), Utterance{Lang: "pl", Text: "x", Dynamic: true, Call: call}); err == nil {
			t.Errorf("File took the call id %q", call)
		}
		if err := s.Forget(call); err == nil {
			t.Errorf("Forget took the call id %q", call)
		}
	}
}

func TestAFolderWithOtherFilesIsNotTakenForDynamicSpeech(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "thesis.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := New(Settings{Cache: t.TempDir(), Dynamic: dir}); err == nil {
		t.Error("New took somebody's folder")
	}
}

func TestNothingToSayIsAShortSilence(t *testing.T) {
	s, engine := scripted(t)
	clip := file(t, s, Utterance{Lang: "pl", Text: " … \u200b "})
	if clip.Source != Generated || clip.Duration != 200*time.Millisecond {
		t.Errorf("got %+v", clip)
	}
	if got := lines(t, engine+".texts"); got[0] != "" {
		t.Errorf("the engine was given %q", got)
	}
}

func TestACallThatGivesUpDoesNotSpoilItForTheOthers(t *testing.T) {
	s, _ := scripted(t)
	u := Utterance{Lang: "pl", Text: "raz"}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.File(ctx, u); !errors.Is(err, context.Canceled) {
		t.Errorf("the one who gave up got %v", err)
	}
	file(t, s, u)
}
