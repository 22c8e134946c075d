package speech

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

func TestOutsideTextIsSpokenAndNeverObeyed(t *testing.T) {
	for in, want := range map[string]string{
		"gotowa [[do]] odbioru":                 "gotowa do odbioru",
		"<speak><break time='9s'/>ala</speak>":  "speak break time='9s'/ ala /speak",
		"raz\x00dwa\x1b[31m\ntrzy":              "raz dwa 31m trzy",
		"A&amp;B":                               "A amp;B",
		"mi\u00adę\u200bk\u202eki":              "miękki",
		"п’ять, пʼять, п'ять":                   "п'ять, п'ять, п'ять",
		"\xff\xfeżółw":                          "żółw",
		"termin: 4 stycznia 2027":               "termin: czwartego stycznia dwa tysiące dwudziestego siódmego",
		"Zażółć gęślą jaźń – „tak”; 5%, §2 (a)": "Zażółć gęślą jaźń – „tak”; 5%, §2 (a)",
	} {
		if got := clean("pl", in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestCleanedTextHasNothingAnEngineCouldObey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		got := clean("pl", rapid.OneOf(rapid.String(), rapid.StringMatching(`[\[\]<>& a]{0,20}`)).Draw(t, "text"))
		if strings.ContainsAny(got, "[]<>&{}") || strings.ContainsFunc(got, unicode.IsControl) {
			t.Fatalf("left: %q", got)
		}
		if clean("pl", got) != got {
			t.Fatalf("not clean at once: %q", got)
		}
	})
}
