package speech

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRenderingAheadMakesOnlyWhatChanged(t *testing.T) {
	s, engine := scripted(t)
	prompts := []Utterance{
		{ID: "a", Lang: "pl", Text: "jeden"}, {ID: "b", Lang: "pl", Text: "dwa"},
		{ID: "c", Lang: "pl", Text: "jeden"}, {ID: "d", Lang: "pl", Text: "zależny", Dynamic: true, Call: "1"},
	}
	var heard []int
	report, err := s.Render(t.Context(), prompts, func(done, total int, current string) { heard = append(heard, done, total) })
	if err != nil || len(report.Failed) > 0 || report.Rendered < 2 || report.Speech < 2*time.Second {
		t.Fatalf("got %+v, %v", report, err)
	}
	if diff := cmp.Diff([]int{1, 3, 2, 3, 3, 3}, heard); diff != "" {
		t.Error("progress:", diff)
	}
	prompts[1].Text = "trzy"
	report, err = s.Render(t.Context(), prompts, nil)
	if err != nil || report.Rendered != 1 || report.Kept != 2 {
		t.Errorf("after one change: %+v, %v", report, err)
	}
	if got := lines(t, engine+".texts"); len(got) != 3 {
		t.Errorf("the engine was given %q", got)
	}
}

func TestAPromptThatFailsIsNamedAndDoesNotStopTheRest(t *testing.T) {
	engine := engineScript(t, script)
	s := speaker(t, map[string]Voice{"xx": {Engine: "script", Command: []string{engine}},
		"pl": {Engine: "script", Command: []string{engine}}})
	report, err := s.Render(t.Context(), []Utterance{
		{ID: "bad", Lang: "xx", Text: "zepsuty"}, {ID: "good", Lang: "xx", Text: "raz"},
		{ID: "second best", Lang: "pl", Text: "zepsuty"},
	}, nil)
	if err != nil || report.Rendered != 2 || len(report.Failed) != 1 || report.Failed[0].ID != "bad" {
		t.Errorf("got %+v, %v", report, err)
	}
	if diff := cmp.Diff([]string{"second best"}, report.Fallback); diff != "" {
		t.Error(diff)
	}
}

func TestARepairedEngineReplacesItsFallback(t *testing.T) {
	s, engine := scripted(t)
	u := Utterance{ID: "a", Lang: "pl", Text: "zepsuty"}
	if clip := file(t, s, u); clip.Source != Fallback {
		t.Fatalf("got %+v", clip)
	}
	healthy := "#!/bin/sh\ncat > /dev/null\nexec sox -n -t wav -r 16000 - synth 0.5 sine 400\n"
	if err := os.WriteFile(engine, []byte(healthy), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Render(t.Context(), []Utterance{u}, nil); err != nil {
		t.Fatal(err)
	}
	if clip := file(t, s, u); clip.Source != Engined {
		t.Errorf("got %+v", clip)
	}
}

func TestPruneKeepsWhatIsLiveOrWasUsed(t *testing.T) {
	s, _ := scripted(t)
	live, old, fresh := Utterance{Lang: "pl", Text: "żywy"}, Utterance{Lang: "pl", Text: "stary"}, Utterance{Lang: "pl", Text: "świeży"}
	paths := map[string]string{}
	for name, u := range map[string]Utterance{"live": live, "old": old, "fresh": fresh} {
		paths[name] = file(t, s, u).Path
		long := time.Now().Add(-40 * 24 * time.Hour)
		if err := os.Chtimes(paths[name]+alawExt, long, long); err != nil {
			t.Fatal(err)
		}
	}
	file(t, s, fresh) // used again today
	deleted, err := s.Prune([]Utterance{live}, 30*24*time.Hour)
	if err != nil || deleted != 1 {
		t.Errorf("deleted %d, %v", deleted, err)
	}
	for name, path := range paths {
		if _, ok := clipAt(path, Engined); ok == (name == "old") {
			t.Errorf("%s: is there: %v", name, ok)
		}
	}
	if left, _ := filepath.Glob(paths["old"] + "*"); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}
