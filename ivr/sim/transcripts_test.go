package sim_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"infolinia/ivr/flowfile"
	"infolinia/ivr/sim"
)

// Each folder of testdata is a line and the transcripts that it must give. They
// were written from the rules of the language, which each names in its first
// lines. Texts are 14 characters where they can be: those take a second.

func loadLine(t testing.TB, dir string) sim.Line {
	t.Helper()
	bundle, problems := flowfile.Load(dir)
	for _, p := range problems {
		if !p.Warning {
			t.Error(p)
		}
	}
	if bundle.Program == nil {
		t.Fatalf("%s does not load", dir)
	}
	return sim.Line{Program: bundle.Program, Content: bundle.Content}
}

func TestTheLanguageMeansWhatItsTranscriptsSay(t *testing.T) {
	dirs, err := filepath.Glob("testdata/*/callflows")
	if err != nil || len(dirs) == 0 {
		t.Fatal("no transcripts", err)
	}
	for _, dir := range dirs {
		dir = filepath.Dir(dir)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			line := loadLine(t, dir)
			files, _ := filepath.Glob(filepath.Join(dir, "*.txt"))
			for _, file := range files {
				t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) { playTranscript(t, line, file) })
			}
		})
	}
}

func playTranscript(t *testing.T, line sim.Line, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	c, err := sim.ParseCase(string(text))
	if err != nil {
		t.Fatal(err)
	}
	publish := func(dir string) (sim.Line, bool) { return loadLine(t, filepath.Join(filepath.Dir(file), dir)), true }
	for _, restore := range []bool{false, true} {
		s := sim.New(line, time.Now())
		s.Restore = restore
		got, err := c.Play(s, publish)
		if err != nil {
			t.Fatal(err)
		}
		if d := sim.Difference(c.Want, got); d != "" {
			t.Fatalf("restored between inputs: %v: %s\nwhole transcript:\n%s", restore, d, strings.Join(got, "\n"))
		}
	}
}
