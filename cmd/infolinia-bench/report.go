package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// report is what a run has found out.
type report struct {
	trials []*trial
	crowds []*crowd
	desks  []*deskRow
}

// document is what is written as JSON.
type document struct {
	Machine string `json:"machine"`
	Date    string `json:"date"`
	Rows    any    `json:"rows"`
}

// write prints the tables and writes them and the figures to dir.
func (r *report) write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	var text bytes.Buffer
	date := time.Now().Format("2006-01-02 15:04 MST")
	fmt.Fprintf(&text, "%s, %s\n", machine(), date)
	if len(r.trials) > 0 {
		all := rows(r.trials)
		printRows(&text, all)
		printRatios(&text, all)
		if err := writeJSON(filepath.Join(dir, "bench.json"), document{machine(), date, all}); err != nil {
			return err
		}
	}
	if len(r.crowds) > 0 {
		printCrowds(&text, r.crowds)
		if err := writeJSON(filepath.Join(dir, "bench-daemon.json"), document{machine(), date, r.crowds}); err != nil {
			return err
		}
	}
	if len(r.desks) > 0 {
		printDesks(&text, r.desks)
		if err := writeJSON(filepath.Join(dir, "bench-desk.json"), document{machine(), date, r.desks}); err != nil {
			return err
		}
	}
	if _, err := os.Stdout.Write(text.Bytes()); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "bench.txt"), text.Bytes(), 0o644)
}

func writeJSON(path string, v any) error {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o644)
}

// machine says what was measured on.
func machine() string {
	model := "unknown processor"
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(info)) {
		if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
			model = strings.TrimSpace(value)
			break
		}
	}
	return fmt.Sprintf("%d cores, %s, %s", runtime.NumCPU(), model, runtime.Version())
}

func printRows(w io.Writer, all []*row) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\nmedians over the rounds; CPU in seconds a thousand calls, with the spread of the sum; times in ms")
	fmt.Fprintln(t, "shape\trate/s\twho\trounds\trow s\tgood\tkey to prompt p50\tp95\tp99 (spread)\tINVITE to audio p50\tp95\tp99\t"+
		"CPU asterisk\tapp\tredis\tsum (spread)\tMB\tcallers\theld\t")
	for _, r := range all {
		held := fmt.Sprint(r.Held)
		if r.Void {
			held = "void"
		}
		fmt.Fprintf(t, "%s\t%g\t%s\t%d\t%g\t%d/%d\t%.1f\t%.1f\t%.1f (%.1f-%.1f)\t%.1f\t%.1f\t%.1f\t%.1f\t%.2f\t%.2f\t%.1f (%.1f-%.1f)\t%.0f\t%.0f%%\t%s\t\n",
			r.Shape, r.Rate, r.Who, r.Rounds, r.RowSeconds, r.Good, r.Attempted,
			r.KeyToPrompt.P50, r.KeyToPrompt.P95, r.KeyToPrompt.P99, r.P99Spread[0], r.P99Spread[1],
			r.InviteToAudio.P50, r.InviteToAudio.P95, r.InviteToAudio.P99,
			r.CPU.Asterisk, r.CPU.App, r.CPU.Redis, r.total, r.CPUSpread[0], r.CPUSpread[1], r.RSS, 100*r.CallersCore, held)
	}
	_ = t.Flush()
}

// printRatios sets each row beside that of the dialplan, and what the line itself
// needs beside what ari-client does.
func printRatios(w io.Writer, all []*row) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\nbeside the dialplan at the same rate; app is its CPU beside that of ari-client")
	fmt.Fprintln(t, "shape\trate/s\twho\tCPU sum\tasterisk's share\tp50 ms\tp99 ms\tapp\thighest held/s of those tried\t")
	for _, r := range all {
		floor, peer := r.beside("dialplan", all), r.beside("ari-client", all)
		if floor == nil || r == floor {
			continue
		}
		app := "-"
		if peer != nil && r != peer {
			app = fmt.Sprintf("%.2f", ratio(r.CPU.App, peer.CPU.App))
		}
		fmt.Fprintf(t, "%s\t%g\t%s\t%.2f\t%.2f\t%+.1f\t%+.1f\t%s\t%g of %g\t\n", r.Shape, r.Rate, r.Who,
			ratio(r.total, floor.total), ratio(r.CPU.Asterisk, floor.CPU.Asterisk),
			r.KeyToPrompt.P50-floor.KeyToPrompt.P50, r.KeyToPrompt.P99-floor.KeyToPrompt.P99, app, r.HeldRate, floor.HeldRate)
	}
	_ = t.Flush()
}

// beside is another one's row of the same shape and rate, if there is one.
func (r *row) beside(who string, all []*row) *row {
	i := slices.IndexFunc(all, func(o *row) bool { return o.Who == who && o.Shape == r.Shape && o.Rate == r.Rate })
	if i < 0 {
		return nil
	}
	return all[i]
}

func printCrowds(w io.Writer, all []*crowd) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\nthe daemon alone on one core (GOMAXPROCS=1), real Redis, simulated Asterisk")
	fmt.Fprintln(t, "calls\tevents/s offered\tserved\tdaemon's core\tkey to order p50 ms\tp95\tp99\tkB a call\tround trips a step\tmost events/s\tdaemon's core then\t")
	for _, c := range all {
		fmt.Fprintf(t, "%d\t%.0f\t%.0f\t%.0f%%\t%.2f\t%.2f\t%.2f\t%.1f\t%.2f\t%.0f\t%.0f%%\t\n", c.Calls, c.Offered, c.Served,
			100*c.Core, c.KeyToOrder.P50, c.KeyToOrder.P95, c.KeyToOrder.P99, c.BytesPerCall/1000, c.RoundTrips, c.MostEvents, 100*c.MostCore)
	}
	_ = t.Flush()
}

func printDesks(w io.Writer, all []*deskRow) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\nthe desk alone, two processes on one board in a real Redis; from an agent who is free to the order to ring")
	fmt.Fprintln(t, "callers\tagents\twaiting\toffers\toffers/s\tdecision p50 ms\tp95\tp99\tdesks' core\tredis's\t")
	for _, r := range all {
		fmt.Fprintf(t, "%d\t%d\t%d\t%d\t%.0f\t%.2f\t%.2f\t%.2f\t%.0f%%\t%.0f%%\t\n", r.Callers, r.Agents, r.Waiting, r.Offers, r.Rate,
			r.Decision.P50, r.Decision.P95, r.Decision.P99, 100*r.Core, 100*r.Redis)
	}
	_ = t.Flush()
}

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}
