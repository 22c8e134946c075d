package flowfile

import (
	"slices"
	"strings"
	"testing"
)

func TestAPromptThatNamesAKeyWhichDoesNothingIsReported(t *testing.T) {
	const intro = `"Do wyboru są cztery tematy."`
	testSlips(t, []slip{
		{name: "digit", file: main, of: intro, put: `‸"Aby wrócić, naciśnij 7."`, says: `to press "7"`},
		{name: "word", file: main, of: intro, put: `‸"Aby wrócić, proszę nacisnąć siedem."`, says: `to press "siedem", but 7 is`},
		{name: "with filler", file: main, of: intro, put: `‸"Naciśnij klawisz ósemkę."`, says: `to press "ósemkę", but 8 is`},
		{name: "English", file: main, of: `"For English press four."`, put: `‸"For English press the key five."`, says: `to press "five"`},
		{name: "Ukrainian", file: main, of: `{pl: "Do wyboru są cztery tematy."}`, put: `{pl: "Tak", uk: ‸"Натисніть п’ять."}`, says: `to press "п’ять", but 5 is`},
		{name: "in an error prompt", file: main, of: `pl: "Czy są Państwo nadal na linii?"`, put: `pl: ‸"Naciśnij sześć."`, says: `main.top to press "sześć"`},
		{name: "in a confirm", file: main, of: `{pl: "Czy możemy pomóc w innej sprawie?"}`, put: `{pl: ‸"Aby skończyć, naciśnij trzy."}`, says: `main.more to press "trzy"`},
	})
	for _, fine := range []string{
		"Naciśnij dwa.", "Naciśnij 4 razy.", "Press 9 times.", "Натисніть 8 рази.", "Proszę nacisnąć zero.",
		"Naciśnij gwiazdkę albo krzyżyk.", "Express 7.", "Press any key.", "Press one of the keys.",
	} {
		files := example(t)
		slip{file: main, of: intro, put: "‸" + `"` + fine + `"`}.make(t, files)
		if _, problems := LoadFS(files); Errors(problems) > 0 {
			t.Errorf("%s: %v", fine, errorsOf(problems))
		}
	}
}

func TestAPlayBeforeAMenuMayNameTheMenusKeys(t *testing.T) {
	for key, wrong := range map[string]bool{"1": false, "3": true} {
		_, problems := flows(t, map[string]string{
			"main": "  hello: {type: play, prompt: {pl: \"Naciśnij " + key + ".\"}, next: ask}\n" +
				"  ask: {type: menu, prompt: {pl: Tak.}, options: [{dtmf: \"1\", goto: agent}]}",
		})
		if got := Errors(problems) > 0; got != wrong {
			t.Errorf("key %s: %v", key, problems)
		}
	}
}

func TestWhatIsHardForCallersIsWarnedOf(t *testing.T) {
	long := strings.Repeat("Tekst. ", 70)
	const id = `{dtmf: "2", label: {pl: "dowodu osobistego"}, goto: id_card}`
	testSlips(t, []slip{
		{name: "more than four options", file: main, of: "    options:\n      - {dtmf: \"1\", label: {pl: \"poj", put: "    ‸options:\n      - {dtmf: \"5\", label: {pl: \"innej\"}, goto: more}\n      - {dtmf: \"1\", label: {pl: \"poj", says: "has 5 options", warning: true},
		{name: "a gap in the keys", file: vehicles, of: "    options:\n      - {dtmf: \"1\"", put: "    ‸options:\n      - {dtmf: \"3\"", says: "there is a 3 but no 1", warning: true},
		{name: "a link's key", file: main, of: `{dtmf: "2", label: {pl: "dowodu`, put: `{dtmf: ‸"0", label: {pl: "dowodu`, says: `"0" is a link`, warning: true},
		{name: "a link's key used in a confirm", file: line, of: `{dtmf: "*", do: back}`, put: `{dtmf: ‸"1", do: back}`, says: "in every confirm", warning: true},
		{name: "long prompt", file: main, of: `"Proszę zostawić wiadomość."`, put: `‸"` + long + `"`, says: "takes about 35 s", warning: true},
		{name: "long article", file: idCard, of: `"Wniosek składa się osobiście."`, put: `‸"` + long + `"`, says: "takes about 35 s", warning: true},
		{name: "long notice", file: notices, of: `"Uwaga, awaria wodociągu."`, put: `‸"` + long + `"`, says: "takes about 35 s", warning: true},
		{name: "long menu", file: main, of: `    prompt: {enumerate: true, intro: {pl: "Do wyboru są cztery tematy."}}`, put: `    ‸prompt: {enumerate: true, intro: {pl: "` + strings.Repeat("Tekst. ", 45) + `"}}`, says: "what main.top says in pl takes", warning: true},
		{name: "a language without text", file: main, of: "  still_there: {pl: \"Czy są Państwo nadal na linii?\", en: \"Are you still there?\"}", put: "  ‸still_there: {pl: \"Czy są Państwo nadal na linii?\"}", says: "has no text in uk, en", warning: true},
		{name: "an option that is not spoken", file: main, of: id, put: `‸{dtmf: "2", goto: id_card}`, says: "neither label nor say", warning: true},
	})
}

func TestMenusTooDeepAreWarnedOf(t *testing.T) {
	menu := func(name, to string) string {
		return "  " + name + `: {type: menu, prompt: {pl: Tak.}, options: [{dtmf: "1", goto: ` + to + "}]}\n"
	}
	_, problems := flows(t, map[string]string{"main": menu("a", "b") + menu("b", "c") + menu("c", "d") + menu("d", "agent")})
	if len(problems) != 1 || !problems[0].Warning || problems[0].Line != 7 || !strings.Contains(problems[0].Message, `"main.d" is on level 4`) {
		t.Error(problems)
	}
}

func TestARecordingWhoseTextHasChangedIsWarnedOf(t *testing.T) {
	for accepted, says := range map[string]string{
		textHash("Czy są  Państwo\nnadal na linii?"): "",
		textHash("Halo?"): "has changed",
		"":                "recordings accept",
	} {
		files := example(t)
		files["callflows/recordings/pl/still_there.wav"] = files[main]
		if accepted != "" {
			slip{file: "callflows/recordings/pl/still_there.sha256", put: "‸" + accepted + "\n"}.make(t, files)
		}
		_, problems := LoadFS(files)
		i := slices.IndexFunc(problems, func(p Problem) bool { return strings.Contains(p.File, "recordings") })
		if (i < 0) != (says == "") || i >= 0 && (!problems[i].Warning || !strings.Contains(problems[i].Message, says)) {
			t.Errorf("hash %q: %d", accepted, i)
		}
	}
}
