package asterisk

import (
	"strings"
	"testing"
)

func TestOnlyReleasesOf22From22_10_1OnFit(t *testing.T) {
	for version, want := range map[string]bool{
		"Asterisk 22.10.1+dfsg+~cs6.17.60671434-1": true,
		"Asterisk 22.10.1":                         true,
		"Asterisk 22.11.0":                         true,
		"Asterisk 22.10.0":                         false,
		"Asterisk 22.9.4":                          false,
		"Asterisk 22.11.0-rc1":                     false,
		"Asterisk 22.11.0~rc1~dfsg-1":              false,
		"Asterisk 20.19.0":                         false,
		"Asterisk 23.1.0":                          false,
		"Asterisk GIT-22-abc":                      false,
		"":                                         false,
	} {
		if got := fits(version); got != want {
			t.Errorf("fits(%q) is %v", version, got)
		}
	}
}

func TestAValueThatWouldChangeTheConfigurationIsRefused(t *testing.T) {
	for name, change := range map[string]func(*Settings){
		"a line end":         func(s *Settings) { s.ARI.Password = "x\n[other]" },
		"a comment":          func(s *Settings) { s.Fallback = "200;300" },
		"a variable":         func(s *Settings) { s.Apology = "${SHELL(id)}" },
		"an argument":        func(s *Settings) { s.Fallback = "200,300,g" },
		"a trunk's line end": func(s *Settings) { s.Trunk = &Trunk{Host: "a\nb"} },
	} {
		s, err := Local("/tmp/x", Installation{})
		if err != nil {
			t.Fatal(err)
		}
		change(&s)
		if err := s.check(); err == nil || !strings.Contains(err.Error(), "cannot stand in") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
