package speech

import (
	"os"
	"testing"
)

func TestABusyLineDoesNotLookForAClipTwiceInASecond(t *testing.T) {
	s, err := New(Settings{Cache: t.TempDir(), Dynamic: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	u := Utterance{ID: "main.top.prompt", Lang: "pl", Text: "Dzień dobry."}
	kept := Clip{Path: "/nowhere", Source: Engined}
	s.lately.keep(u, kept)
	u.Call = "local-1.1"
	if got, err := s.Recent(t.Context(), u); err != nil || got != kept {
		t.Errorf("got %v, %v", got, err)
	}
	u.Dynamic = true
	if got, err := s.Recent(t.Context(), u); err != nil || got == kept {
		t.Errorf("a call's own speech is %v, %v", got, err)
	} else if _, err := os.Stat(got.Path + alawExt); err != nil {
		t.Error(err)
	}
}
