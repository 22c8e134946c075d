package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestRenderMakesWhatChangedAndListsThePrompts(t *testing.T) {
	l := newStaffLine(t)
	l.says("render", " kept, 0 recorded by people")
	l.says("render", ": 0 new,")
	l.edit("callflows/main.yaml", "Do wyboru są dwa tematy.", "Są do wyboru dwa tematy.")
	l.says("render", ": 1 new,")

	list, err := os.ReadFile(filepath.Join(l.config().Speech.Cache, "names.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(list)), "\n") {
		name, path, ok := strings.Cut(line, "\t")
		if _, err := os.Stat(path); !ok || err != nil || !strings.Contains(name, "/") {
			t.Errorf("%q: %v", line, err)
		}
	}
	if !strings.Contains(string(list), "pl/article.dowod-osobisty.short\t") {
		t.Errorf("no articles in\n%s", list)
	}
}

func TestRenderEndsWithAnErrorOnlyWhenNothingCanSayAPrompt(t *testing.T) {
	l := newStaffLine(t)
	l.edit("infolinia.yaml", "pl: {engine: espeak-ng, voice: pl}", "pl: {engine: broken, voice: x, command: [\"false\"]}")
	l.says("render", "espeak-ng spoke", "main.top.prompt")
	l.edit("callflows/main.yaml", "goto: id_card", "goto: id_crad")
	l.refuses("render", `did you mean "id_card"?`, "1 error to mend first (see `infolinia check`)")
}

func TestSayTellsWhereThePromptIs(t *testing.T) {
	l := newStaffLine(t)
	path := strings.TrimSpace(l.says("say main.mail.prompt", ".alaw"))
	if info, err := os.Stat(path); err != nil || info.Size() < 4000 {
		t.Error(path, err)
	}
	l.says("say article.dowod-osobisty.short", ".alaw")
	l.refuses("say main.mail.promt", `no prompt named "main.mail.promt"; did you mean main.mail.prompt?`)
	l.refuses("say main.mail.prompt --lang en", `has no text in "en"; it has pl`)
	l.refuses("say main.thanks.prompt", "filled with values of a call", "infolinia try")
}

func TestARecordingIsUsedOnceAcceptedAndUntilItsTextChanges(t *testing.T) {
	l := newStaffLine(t)
	l.says("recordings list", "no recordings in")
	file := filepath.Join(l.dir, "callflows/recordings/pl/main.mail.prompt.wav")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("espeak-ng", "-v", "en", "-w", file, "please leave a message").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	l.says("recordings list", "no    not accepted: infolinia recordings accept "+file)
	spoken := l.says("say main.mail.prompt")
	l.says("recordings accept "+file, "main.mail.prompt (pl) is played from now on", "Proszę zostawić wiadomość.")
	l.says("recordings list", "yes   accepted for the present text")
	if recorded := l.says("say main.mail.prompt"); recorded == spoken {
		t.Error("the recording is not used")
	}
	l.says("render", "1 recorded by people")
	l.edit("callflows/main.yaml", "Proszę zostawić wiadomość.", "Proszę mówić po sygnale.")
	l.says("recordings list", "no    the text has changed")
}

func TestARecordingInTheWrongPlaceIsRefused(t *testing.T) {
	l := newStaffLine(t)
	l.write("callflows/recordings/pl/main.top.promt.wav", "RIFF")
	l.refuses("recordings accept "+filepath.Join(l.dir, "callflows/recordings/pl/main.top.promt.wav"), "did you mean main.top.prompt?")
	l.refuses("recordings accept "+filepath.Join(l.dir, "x.wav"), "put the recording at", "LANG/PROMPT-ID.wav")
	l.write("callflows/recordings/pl/main.top.prompt.wav", "this is no sound")
	l.refuses("recordings accept "+filepath.Join(l.dir, "callflows/recordings/pl/main.top.prompt.wav"), "accept")
}
