package speech

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// record lets somebody record a prompt: a tone of so many seconds.
func record(t *testing.T, s *Speaker, lang, id, seconds string) string {
	t.Helper()
	wav := filepath.Join(s.settings.Recordings, lang, id+".wav")
	if err := os.MkdirAll(filepath.Dir(wav), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, _, err := run(t.Context(), nil, "sox", "-n", "-r", "44100", "-c", "2", wav, "synth", seconds, "sine", "300"); err != nil {
		t.Fatal(err)
	}
	return wav
}

func state(t *testing.T, s *Speaker, u Utterance) RecordingState {
	t.Helper()
	got, err := State(s.settings.Recordings, u.Lang, u.ID, u.Text)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestARecordingWinsAsLongAsItsTextIsThePresentOne(t *testing.T) {
	s, _ := scripted(t)
	u := Utterance{ID: "main.top.option.*", Lang: "pl", Text: "Proszę  wybrać\ntemat."}
	if got := state(t, s, u); got != NoRecording {
		t.Errorf("before: %v", got)
	}
	wav := record(t, s, u.Lang, u.ID, "3")
	if got, clip := state(t, s, u), file(t, s, u); got != Unaccepted || clip.Source != Engined {
		t.Errorf("not accepted yet: %v, %+v", got, clip)
	}
	if err := Accept(t.Context(), wav, u.Text); err != nil {
		t.Fatal(err)
	}
	u.Text = "Proszę wybrać temat."
	clip := file(t, s, u)
	if got := state(t, s, u); got != Current || clip.Source != Recorded || clip.Duration < 3*time.Second {
		t.Errorf("accepted: %v, %+v", got, clip)
	}
	lufs, _ := heard(t, clip)
	within(t, "loudness", lufs, defaultLUFS, 0.5)

	slow := u
	slow.Speed = 0.85
	if slower := file(t, s, slow); slower.Duration < clip.Duration+400*time.Millisecond {
		t.Errorf("slower takes %v, normal %v", slower.Duration, clip.Duration)
	}
	u.Text = "Proszę wybrać sprawę."
	if got, clip := state(t, s, u), file(t, s, u); got != Stale || clip.Source != Engined {
		t.Errorf("after the text changed: %v, %+v", got, clip)
	}
}

func TestANewTakeOfARecordingIsHeard(t *testing.T) {
	s, _ := scripted(t)
	u := Utterance{ID: "hello", Lang: "pl", Text: "Dzień dobry"}
	for seconds, want := range map[string]time.Duration{"1": time.Second, "2": 2 * time.Second} {
		if err := Accept(t.Context(), record(t, s, u.Lang, u.ID, seconds), u.Text); err != nil {
			t.Fatal(err)
		}
		if clip := file(t, s, u); clip.Duration < want || clip.Duration > want+500*time.Millisecond {
			t.Errorf("a take of %v plays for %v", want, clip.Duration)
		}
	}
}

func TestABrokenRecordingIsReportedAheadAndSpokenLive(t *testing.T) {
	s, _ := scripted(t)
	u := Utterance{ID: "hello", Lang: "pl", Text: "Dzień dobry"}
	wav := record(t, s, u.Lang, u.ID, "1")
	if err := Accept(t.Context(), wav, u.Text); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(wav, []byte("scratched"), 0o644); err != nil {
		t.Fatal(err)
	}
	report, err := s.Render(t.Context(), []Utterance{u}, nil)
	if err != nil || len(report.Failed) != 1 {
		t.Errorf("got %+v, %v", report, err)
	}
	if clip := file(t, s, u); clip.Source != Engined {
		t.Errorf("got %+v", clip)
	}
	if err := Accept(t.Context(), wav, u.Text); err == nil {
		t.Error("accepted")
	}
}

func TestTheApologyOutlivesItsEngine(t *testing.T) {
	s, engine := scripted(t)
	sentences := []Utterance{{ID: "apology", Lang: "pl", Text: "Przepraszamy, łączymy z pracownikiem."}}
	if got := s.Apology("pl"); got.Path != "" {
		t.Errorf("before anything was prepared: %+v", got)
	}
	if err := s.Prepare(t.Context(), sentences); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(engine); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Prune(nil, 0); err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"pl", "uk"} {
		if got := s.Apology(lang); got.Path != filepath.Join(s.settings.Cache, "kept", "apology-pl") || got.Duration < 500*time.Millisecond {
			t.Errorf("%s: %+v", lang, got)
		}
	}
	beep, err := s.Beep(t.Context())
	if err != nil || beep.Duration != 400*time.Millisecond {
		t.Errorf("beep: %+v, %v", beep, err)
	}
}
