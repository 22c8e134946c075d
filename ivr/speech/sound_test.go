package speech

import (
	"encoding/binary"
	"errors"
	"os"
	"testing"
	"time"
)

// heard measures a clip as Asterisk would decode it.
func heard(t *testing.T, clip Clip) (lufs float64, samples []float64) {
	t.Helper()
	raw, _, err := run(t.Context(), nil, "sox", "-t", "al", "-r", "8000", "-c", "1", clip.Path+alawExt, "-t", "f32", "-")
	if err != nil {
		t.Fatal(err)
	}
	samples = fromFloats(raw)
	return integrated(samples, narrow), samples
}

func TestEveryVoiceIsEquallyLoudAndTrimmed(t *testing.T) {
	s := speaker(t, DefaultVoices())
	espeak := speaker(t, nil)
	for lang, text := range map[string]string{
		"pl": "Dzień dobry. Tu informacja Urzędu Miasta Płocka. W czym możemy pomóc?",
		"uk": "Добрий день. Це інформаційна лінія міста Плоцьк. Чим можемо допомогти?",
		"en": "Good morning. This is the information line of the city of Płock.",
	} {
		for name, sp := range map[string]*Speaker{"default": s, "espeak-ng": espeak} {
			clip := file(t, sp, Utterance{Lang: lang, Text: text})
			if clip.Source != Engined {
				t.Errorf("%s %s is spoken by the %s", name, lang, clip.Source)
			}
			lufs, samples := heard(t, clip)
			within(t, name+" "+lang, lufs, defaultLUFS, 0.5)
			if got := time.Duration(len(samples)) * time.Second / narrow; got != clip.Duration {
				t.Errorf("%s %s lasts %v, said %v", name, lang, got, clip.Duration)
			}
			if start := meanSquare(samples[:narrow*5/1000]); start > 1e-4 {
				t.Errorf("%s %s begins with a click", name, lang)
			}
			speech, err := trim(samples, narrow)
			if err != nil || len(samples)-len(speech) > narrow/10 {
				t.Errorf("%s %s has %d samples of silence left, %v", name, lang, len(samples)-len(speech), err)
			}
		}
	}
}

func TestAnyWAVAPersonMakesBecomesAClip(t *testing.T) {
	wav, _, err := run(t.Context(), nil, "sox", "-n", "-t", "wav", "-r", "44100", "-c", "2", "-b", "24", "-",
		"synth", "1", "sine", "700", "vol", "0.02", "pad", "0.7", "1.5")
	if err != nil {
		t.Fatal(err)
	}
	made, err := finish(t.Context(), wav, 1, defaultLUFS)
	if err != nil {
		t.Fatal(err)
	}
	within(t, "seconds", float64(len(made.alaw))/narrow, 1.23, 0.03)
	within(t, "seconds of the wide form", float64(len(made.sln16))/2/wide, float64(len(made.alaw))/narrow, 0.001)
	wideSamples := make([]float64, len(made.sln16)/2)
	for i := range wideSamples {
		wideSamples[i] = float64(int16(binary.LittleEndian.Uint16(made.sln16[2*i:]))) / 32768
	}
	within(t, "loudness of the wide form", integrated(wideSamples, wide), defaultLUFS, 0.5)
}

func TestASlowerTempoKeepsThePitch(t *testing.T) {
	wav, _, err := run(t.Context(), nil, "sox", "-n", "-t", "wav", "-r", "16000", "-", "synth", "2", "sine", "500")
	if err != nil {
		t.Fatal(err)
	}
	made, err := finish(t.Context(), wav, 0.85, defaultLUFS)
	if err != nil {
		t.Fatal(err)
	}
	within(t, "seconds", float64(len(made.alaw))/narrow, 2/0.85+0.23, 0.1)
}

func TestASilentOrBrokenFileIsNoClip(t *testing.T) {
	silent, _, err := run(t.Context(), nil, "sox", "-n", "-t", "wav", "-r", "16000", "-", "trim", "0", "1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := finish(t.Context(), silent, 1, defaultLUFS); !errors.Is(err, errNoSound) {
		t.Errorf("a second of silence: %v", err)
	}
	for _, wav := range []string{"", "RIFF", "not a sound at all"} {
		if made, err := finish(t.Context(), []byte(wav), 1, defaultLUFS); err == nil {
			t.Errorf("%q became a clip of %d bytes", wav, len(made.alaw))
		}
	}
}

func TestNothingHalfWrittenIsEverAClip(t *testing.T) {
	path := t.TempDir() + "/clip"
	if err := os.WriteFile(path+alawExt, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, ok := clipAt(path, Engined); ok {
		t.Error("an empty file counts as a clip")
	}
	if _, err := store(path+"/nowhere", sound{[]byte{1}, []byte{1}}, Engined, true); err == nil {
		t.Error("stored below a file")
	}
}
