package spoken

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestWhateverIsGivenTheAnswerIsWordsOrAnError(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lang := rapid.SampledFrom([]string{"pl", "uk", "en", "", "zz-ZZ"}).Draw(t, "lang")
		in := rapid.OneOf(rapid.String(), rapid.StringMatching(`[-+]?[0-9]{1,20}([.,][0-9]{1,6})?`),
			rapid.StringMatching(`[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2})?`)).Draw(t, "in")
		plural := func(lang, n string) (string, error) { return Plural(lang, n, "a", "b", "c") }
		for _, say := range []func(lang, in string) (string, error){Digits, Number, Money, Date, Time, Spell, plural} {
			got, err := say(lang, in)
			if err == nil && strings.TrimSpace(got) == "" {
				t.Fatalf("silence for %s %q", lang, in)
			}
			if strings.Contains(got, "  ") || got != strings.TrimSpace(got) {
				t.Fatalf("untidy blanks for %s %q: %q", lang, in, got)
			}
		}
		Aloud(lang, in)
	})
}

func TestTwoWholeNumbersNeverSoundTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lang := rapid.SampledFrom([]string{"pl", "uk", "en"}).Draw(t, "lang")
		number := rapid.OneOf(rapid.Int64Range(-2000, 2000), rapid.Int64Range(-maxCardinal*2, maxCardinal*2))
		a, b := number.Draw(t, "a"), number.Draw(t, "b")
		wordsA, errA := Number(lang, strconv.FormatInt(a, 10))
		wordsB, errB := Number(lang, strconv.FormatInt(b, 10))
		if errA != nil || errB != nil || (a == b) != (wordsA == wordsB) {
			t.Fatalf("%s: %d %q %v, %d %q %v", lang, a, wordsA, errA, b, wordsB, errB)
		}
	})
}

func TestEveryMinuteOfEveryDayHasItsOwnWords(t *testing.T) {
	for _, lang := range []string{"pl", "uk", "en"} {
		heard := map[string]string{}
		for minute := range 24 * 60 {
			at := time.Date(2027, 1, 4, 0, minute, 0, 0, time.UTC)
			words := TimeOf(lang, at)
			if other, taken := heard[words]; taken {
				t.Errorf("%s: %s and %s are both %q", lang, other, at.Format("15:04"), words)
			}
			heard[words] = at.Format("15:04")
		}
	}
}

func TestAnyTwoMomentsCanBeSaid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lang := rapid.SampledFrom([]string{"pl", "uk", "en", "fr"}).Draw(t, "lang")
		now := time.Unix(rapid.Int64Range(0, 1<<33).Draw(t, "now"), 0).UTC()
		at := time.Unix(rapid.Int64Range(0, 1<<33).Draw(t, "at"), 0).UTC()
		if words, err := When(lang, at, now); err != nil || words == "" || Aloud(lang, words) == "" {
			t.Fatalf("%s %v from %v: %q, %v", lang, at, now, words, err)
		}
	})
}
