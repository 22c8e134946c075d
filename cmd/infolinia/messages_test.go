package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"infolinia/ivr/message"
)

// inbox is a var directory with two messages in it.
func inbox(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	store, err := message.Open(filepath.Join(dir, "messages"))
	must(t, err)
	for i, id := range []string{"sys-100.1.9.rec1", "sys-200.7.4.rec1"} {
		wav := filepath.Join(t.TempDir(), "rec.wav")
		must(t, os.WriteFile(wav, []byte("RIFF"), 0o600))
		must(t, store.Keep(t.Context(), message.Message{
			ID: id, Box: []string{"info", "faults"}[i], At: time.Date(2026, 6, 9, 22, 5+i, 0, 0, time.UTC),
			Seconds: 65.2, Report: []string{"", "204178"}[i], CallerHMAC: "k1:9f3a", Lang: "pl",
		}, wav))
	}
	return dir
}

// messages runs the command as a user would.
func messages(t *testing.T, dir string, args ...string) (string, error) {
	t.Helper()
	t.Setenv("INFOLINIA_VAR", dir)
	var out strings.Builder
	root := newRoot()
	root.SetArgs(append([]string{"messages"}, args...))
	root.SetOut(&out)
	root.SetErr(&out)
	err := root.ExecuteContext(t.Context())
	return out.String(), err
}

func TestMessagesAreListedByPolishTime(t *testing.T) {
	dir := inbox(t)
	out, err := messages(t, dir, "list")
	must(t, err)
	want := `ID                BOX     LEFT AT           LENGTH     REPORT  LANGUAGE  DONE
sys-100.1.9.rec1  info    10.06.2026 00:05  1 min 5 s          pl        
sys-200.7.4.rec1  faults  10.06.2026 00:06  1 min 5 s  204178  pl        
`
	if out != want {
		t.Errorf("got\n%q\nwant\n%q", out, want)
	}
	out, err = messages(t, dir, "list", "--box", "info")
	must(t, err)
	if strings.Contains(out, "faults") {
		t.Errorf("another box is listed:\n%s", out)
	}
	if strings.Contains(out, "9f3a") {
		t.Errorf("the caller is told of:\n%s", out)
	}
}

func TestADoneMessageIsListedNoMore(t *testing.T) {
	dir := inbox(t)
	t.Setenv("SUDO_USER", "anna")
	_, err := messages(t, dir, "done", "sys-100.1.9.rec1")
	must(t, err)
	out, err := messages(t, dir, "list", "--box", "info")
	must(t, err)
	if out != "no messages\n" {
		t.Errorf("listed:\n%s", out)
	}
	out, err = messages(t, dir, "list", "--all")
	must(t, err)
	if !strings.Contains(out, "sys-100.1.9.rec1") || !strings.Contains(out, " anna\n") {
		t.Errorf("all are:\n%s", out)
	}
}

func TestAMessageCanBeFoundOnTheDisk(t *testing.T) {
	dir := inbox(t)
	out, err := messages(t, dir, "play", "--path", "sys-200.7.4.rec1")
	must(t, err)
	want := filepath.Join(dir, "messages", "faults", "2026-06-10", "sys-200.7.4.rec1.wav")
	if strings.TrimSpace(out) != want {
		t.Errorf("path %q, want %q", out, want)
	}
}

func TestAnUnknownMessageIsSuggestedABetterOne(t *testing.T) {
	dir := inbox(t)
	for id, want := range map[string]string{
		"sys-100": "did you mean sys-100.1.9.rec1?", "204178": "did you mean sys-200.7.4.rec1?",
		"nonsense": "`infolinia messages list --all` shows those there are", "../x": "list --all",
	} {
		for _, word := range []string{"play", "done"} {
			if _, err := messages(t, dir, word, id); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s %s: %v; want %q", word, id, err, want)
			}
		}
	}
}
