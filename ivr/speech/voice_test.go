package speech

import (
	"bytes"
	"testing"
)

// RHVoice speaks equal sounds for equal pronunciations, so that its answer to
// figures can be compared with its answer to the words a native would say.
func TestTheVoicesReadFiguresAsANativeDoes(t *testing.T) {
	for _, line := range []struct{ lang, text, words string }{
		{"pl", "w poniedziałek, 4 stycznia, o ósmej", "w poniedziałek, czwartego stycznia, o ósmej"},
		{"pl", "22 złote 2 grosze", "dwadzieścia dwa złote dwa grosze"},
		{"pl", "0 0 1 2", "zero zero jeden dwa"},
		{"pl", "a, be, 1, 2", "a, be, jeden, dwa"},
		{"uk", "4 січня 2027 року", "четвертого січня дві тисячі двадцять сьомого року"},
		{"uk", "2 злоті", "два злоті"},
		{"uk", "п’ять", "п'ять"},
		{"en", "at 2:05 p.m.", "at two oh five pee em."},
		{"en", "A, B, 1", "eigh, bee, one"},
	} {
		engine := engineOf(line.lang, DefaultVoices()[line.lang])
		var answers [2][]byte
		for i, text := range []string{clean(line.lang, line.text), line.words} {
			wav, err := engine.Render(t.Context(), text, line.lang, 1)
			if err != nil {
				t.Fatal(err)
			}
			answers[i] = wav
		}
		if !bytes.Equal(answers[0], answers[1]) {
			t.Errorf("%s: %q does not sound like %q", line.lang, line.text, line.words)
		}
	}
}

func TestSlowerSpeechTakesLonger(t *testing.T) {
	for _, voice := range []Voice{{Engine: RHVoice, Voice: "magda"}, {Engine: ESpeak, Voice: "pl"}} {
		s := speaker(t, map[string]Voice{"pl": voice})
		normal := file(t, s, Utterance{Lang: "pl", Text: "Proszę wybrać jeden z czterech tematów."})
		slower := file(t, s, Utterance{Lang: "pl", Text: "Proszę wybrać jeden z czterech tematów.", Speed: 0.85})
		within(t, voice.Engine, slower.Duration.Seconds()/normal.Duration.Seconds(), 1/0.85, 0.08)
	}
}
