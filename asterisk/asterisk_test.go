package asterisk_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"infolinia/asterisk/asterisktest"
)

func TestAsteriskStartsWithoutComplaint(t *testing.T) {
	p := asterisktest.Start(t, nil)
	log, err := os.ReadFile(filepath.Join(p.Settings.LogDir(), "messages.log"))
	if err != nil {
		t.Fatal(err)
	}
	complaint := regexp.MustCompile(`(?m)^.*(WARNING|ERROR).*$`)
	if lines := complaint.FindAllString(string(log), -1); lines != nil {
		t.Errorf("asterisk complains about its configuration:\n%s", strings.Join(lines, "\n"))
	}
}

func TestEveryWantedModuleRuns(t *testing.T) {
	p := asterisktest.Start(t, nil)
	list, err := os.ReadFile(filepath.Join(p.Settings.EtcDir(), "modules.conf"))
	if err != nil {
		t.Fatal(err)
	}
	shown, err := p.CLI(t.Context(), "module show")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^load = (\S+)$`).FindAllStringSubmatch(string(list), -1) {
		running := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(m[1]) + ` .* Running `)
		if !running.MatchString(shown) {
			t.Errorf("module %s does not run", m[1])
		}
	}
}

// eventually waits until a console command shows a text.
func (e exchange) eventually(t *testing.T, command, want string) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for {
		out, err := e.CLI(t.Context(), command)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(out, want) {
			return
		}
		select {
		case <-deadline:
			t.Fatalf("%s never shows %q:\n%s", command, want, out)
		case <-time.After(50 * time.Millisecond):
		}
	}
}
