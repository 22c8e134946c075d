package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"infolinia/ivr/caller"
)

// sampleSound is a sound that is like no other.
func sampleSound(seed uint64, d time.Duration) caller.Sound {
	r := rand.New(rand.NewPCG(seed, 1))
	out := make(caller.Sound, int(d.Seconds()*8000))
	for i := range out {
		out[i] = byte(r.Uint32())
	}
	return out
}

// sampleLine answers every call with a sound and hangs up after it.
func sampleLine(t *testing.T, o caller.PhoneOptions) *caller.Phone {
	t.Helper()
	o.Listen = "127.0.0.1:0"
	p, err := caller.Answer(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := p.Next(context.Background())
			if err != nil {
				return
			}
			_ = c.Speak(context.Background(), sampleSound(1, 400*time.Millisecond))
			_, _ = c.AwaitKeys(context.Background(), 1)
			_ = c.Speak(context.Background(), sampleSound(2, 400*time.Millisecond))
			_ = c.Hangup()
		}
	}()
	t.Cleanup(func() { p.Close(); <-done })
	return p
}

func runCall(args ...string) (out string, code int) {
	cmd := callCommand()
	var b bytes.Buffer
	cmd.SetOut(&b)
	cmd.SetErr(&b)
	cmd.SetArgs(args)
	err := cmd.ExecuteContext(context.Background())
	var exit exitCode
	switch {
	case err == nil:
		return b.String(), 0
	case errors.As(err, &exit):
		return b.String(), int(exit)
	}
	return b.String() + err.Error(), 1
}

func TestCallTellsAMonitorHowItWent(t *testing.T) {
	prompts := t.TempDir()
	for name, seed := range map[string]uint64{"0a": 1, "0b": 2} {
		if err := os.WriteFile(filepath.Join(prompts, name+".alaw"), sampleSound(seed, 400*time.Millisecond), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(prompts, "names.tsv"), []byte("pl/main.greeting\t0a.alaw\npl/main.bye\t0b.alaw\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	line := sampleLine(t, caller.PhoneOptions{}).URI()
	busy := sampleLine(t, caller.PhoneOptions{Behaviour: caller.SayBusy}).URI()
	closed := sampleLine(t, caller.PhoneOptions{Behaviour: caller.Decline}).URI()
	wav := filepath.Join(t.TempDir(), "out.wav")

	for _, c := range []struct {
		name string
		args []string
		code int
		want string // a pattern in the output
	}{
		{"to the end", []string{line, "--keys", "end=main.greeting:1", "--wav", wav}, 0,
			`(?s)calling sip:.*answered after .*hears pl/main\.greeting\n.*presses 1\n.*hears pl/main\.bye, .* after key 1\n.*the line hung up\nas expected`},
		{"as expected", []string{line, "--expect", "main.greeting"}, 0, `hung up\nas expected`},
		{"not what was expected", []string{line, "--keys", "100ms:1", "--expect", "main.bye", "--expect", "main.greeting"}, 5,
			`hear main.greeting: the call is over; heard: `},
		{"nothing in time", []string{line, "--expect", "main.bye", "--max", "700ms"}, 6, `heard: pl/main.greeting`},
		{"listening is all", []string{line, "--max", "700ms"}, 0, `as expected`},
		{"busy", []string{busy}, 3, `call refused: 486`},
		{"declined", []string{closed}, 4, `call refused: 603`},
		{"no such prompts", []string{line, "--index", wav + ".none"}, 1, `--index: `},
		{"no such key", []string{line, "--keys", "1s:x"}, 1, `--keys: step "1s:x"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			args := c.args
			if !strings.Contains(strings.Join(args, " "), "--index") {
				args = append(args, "--index", prompts)
			}
			out, code := runCall(args...)
			if code != c.code || !regexp.MustCompile(c.want).MatchString(out) {
				t.Errorf("exit %d, want %d and %s:\n%s", code, c.code, c.want, out)
			}
		})
	}
	if s, err := caller.LoadSound(wav); err != nil || len(s) < 6000 {
		t.Errorf("recording of %d bytes, %v", len(s), err)
	}
}

func TestCallAsJSONEndsWithItsReport(t *testing.T) {
	line := sampleLine(t, caller.PhoneOptions{}).URI()
	out, code := runCall(line, "--keys", "100ms:1", "--json")
	if code != 0 {
		t.Fatalf("exit %d:\n%s", code, out)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	var report struct {
		Event, Result string
		Exit          int
		Answer        float64 `json:"answer_ms"`
		Keys          []struct{ Key string }
		HungUp        string `json:"hung_up"`
	}
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &report); err != nil {
		t.Fatal(err)
	}
	if report.Event != "report" || report.Exit != 0 || report.Answer <= 0 || len(report.Keys) != 1 || report.HungUp != "them" {
		t.Errorf("report %+v", report)
	}
	for _, l := range lines {
		if !json.Valid([]byte(l)) {
			t.Errorf("no JSON: %s", l)
		}
	}
}
