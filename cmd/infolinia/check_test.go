package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCheckSaysEachProblemAndEndsWithOneForErrors(t *testing.T) {
	good, bad := t.TempDir(), t.TempDir()
	writeGreeting(t, good, "bye")
	writeGreeting(t, bad, "by")
	for _, c := range []struct {
		args    []string
		code    exitCode
		says    string
		summary string
	}{
		{[]string{"check", good}, 0, "callflows/main.yaml:4:25: warning: prompt has no text in en", "0 errors, 1 warning\n"},
		{[]string{"check", good, "--strict"}, 1, "callflows/main.yaml:4:25: prompt has no text in en", "1 error, 0 warnings\n"},
		{[]string{"check", bad}, 1, filepath.Join(bad, "callflows/main.yaml") + ":4:51: next: there is no node \"by\"", "1 error, 1 warning\n"},
	} {
		var out, report strings.Builder
		root := newRoot()
		root.SetOut(&out)
		root.SetErr(&report)
		root.SetArgs(c.args)
		var code exitCode
		if err := root.Execute(); err != nil && !errors.As(err, &code) {
			t.Fatal(err)
		}
		if code != c.code || !strings.Contains(out.String(), c.says) || report.String() != c.summary {
			t.Errorf("%v: code %d\n%s%s", c.args, code, out.String(), report.String())
		}
	}
}

func writeGreeting(t *testing.T, dir, next string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(dir, "callflows"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"line.yaml": "number: \"243645555\"\nentry: main\nlanguages: {default: pl, supported: [pl, en]}\ndefaults: {max_exceeded: bye}\n",
		"main.yaml": "flow: main\nstart: hello\nnodes:\n  hello: {type: play,   prompt: {pl: Tak.}, next: " + next + "}\n  bye: {type: hangup}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, "callflows", name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
