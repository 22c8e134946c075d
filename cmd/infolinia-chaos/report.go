package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// result is what became of a fault.
type result struct {
	Name    string   `json:"name"`
	Fault   string   `json:"fault"`
	Holds   string   `json:"must_hold"`
	Seen    []string `json:"seen"`
	Broken  []string `json:"not_held"`
	Held    bool     `json:"held"`
	Seconds float64  `json:"seconds"`
}

func (t *trial) result(took time.Duration) *result {
	t.mu.Lock()
	defer t.mu.Unlock()
	return &result{
		Name: t.name, Fault: t.what, Holds: t.holds, Held: len(t.broken) == 0, Seconds: took.Round(100 * time.Millisecond).Seconds(),
		Seen: append([]string{}, t.seen...), Broken: append([]string{}, t.broken...),
	}
}

func (r *result) String() string {
	verdict := "holds"
	if !r.Held {
		verdict = "DOES NOT HOLD"
	}
	return fmt.Sprintf("%s: %s, %.1f s", r.Name, verdict, r.Seconds)
}

// most lines about one fault in the table; all are in the file.
const mostLines = 12

func printTable(w io.Writer, results []*result) {
	fmt.Fprintln(w)
	held := 0
	for _, r := range results {
		fmt.Fprintf(w, "%s\n  fault      %s\n  must hold  %s\n", r, r.Fault, r.Holds)
		for i, s := range r.Seen {
			fmt.Fprintf(w, "  %-10s %s\n", first(i, "seen"), s)
		}
		for i, s := range r.Broken[:min(len(r.Broken), mostLines)] {
			fmt.Fprintf(w, "  %-10s %s\n", first(i, "not held"), shortened(s))
		}
		if more := len(r.Broken) - mostLines; more > 0 {
			fmt.Fprintf(w, "  %-10s … and %d more in build/chaos.json\n", "", more)
		}
		if r.Held {
			held++
		}
	}
	fmt.Fprintf(w, "\n%d of %d faults hold\n", held, len(results))
}

func first(i int, title string) string {
	if i == 0 {
		return title
	}
	return ""
}

func shortened(s string) string {
	s = strings.ReplaceAll(s, "\n", " ")
	if r := []rune(s); len(r) > 300 {
		return string(r[:300]) + " …"
	}
	return s
}

func writeResults(path string, results []*result) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	data, err := json.MarshalIndent(map[string]any{"faults": results}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o644)
}

// keepLogs saves what the processes of a fault wrote, for whoever looks for the
// reason.
func (p *plan) keepLogs(b *bed, name string) {
	dir := filepath.Join(p.root, "build", "chaos", name)
	err := os.RemoveAll(dir)
	if err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	for path := range b.logs() {
		if data, readErr := os.ReadFile(path); readErr == nil && err == nil {
			err = os.WriteFile(filepath.Join(dir, filepath.Base(path)), data, 0o644)
		}
	}
	if err != nil {
		p.say("logs are not kept: %v", err)
		return
	}
	p.say("  logs in %s", dir)
}
