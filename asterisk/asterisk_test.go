package asterisk_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

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
