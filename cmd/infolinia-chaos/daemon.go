package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"infolinia/asterisk/child"
)

// daemon is a running `infolinia serve`. Started again it is the next process of
// the same installation.
type daemon struct {
	*child.Child
	in      *infolinia
	name    string
	env     []string
	address string // of its pages
	log     string // all processes' output
	begun   time.Time
	from    int64 // where the log of this process begins
}

// start starts the next process and returns at once.
func (d *daemon) start() error {
	log, err := os.OpenFile(d.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	if info, err := log.Stat(); err == nil {
		d.from = info.Size()
	}
	cmd := exec.Command(d.in.binary, "serve")
	cmd.Env = d.env
	cmd.Stdout, cmd.Stderr = log, log
	d.begun = time.Now()
	d.Child, err = child.Start(d.name, cmd)
	return err
}

// ready waits until the process takes calls, and says how long it took.
func (d *daemon) ready(ctx context.Context) (time.Duration, error) {
	err := await(ctx, time.Minute, func() bool {
		select {
		case <-d.Done():
			return true
		default:
		}
		return d.logged("asterisk is connected") > 0
	})
	if err == nil && d.logged("asterisk is connected") == 0 {
		err = fmt.Errorf("it has ended: %w", d.Err())
	}
	if err != nil {
		return 0, fmt.Errorf("%s does not take calls: %w\n%s", d.name, err, d.tail())
	}
	return time.Since(d.begun), nil
}

// logged counts the lines of this process with all of the words in them.
func (d *daemon) logged(words ...string) (n int) {
	file, err := os.Open(d.log)
	if err != nil {
		return 0
	}
	defer file.Close()
	if _, err := file.Seek(d.from, io.SeekStart); err != nil {
		return 0
	}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
lines:
	for lines.Scan() {
		for _, w := range words {
			if !strings.Contains(lines.Text(), w) {
				continue lines
			}
		}
		n++
	}
	return n
}

func (d *daemon) tail() string {
	text, err := os.ReadFile(d.log)
	if err != nil {
		return ""
	}
	return string(text[max(0, len(text)-2000):])
}

// get asks the daemon by HTTP; status 0: it does not answer.
func (d *daemon) get(ctx context.Context, path string) (status int, body string) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+d.address+path, nil)
	if err != nil {
		return 0, err.Error()
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err.Error()
	}
	return resp.StatusCode, string(data)
}

// metric is the sum of all series of a metric; -1: it cannot be had.
func (d *daemon) metric(ctx context.Context, name string) float64 {
	status, body := d.get(ctx, "/metrics")
	if status != http.StatusOK {
		return -1
	}
	sum := 0.0
	for line := range strings.Lines(body) {
		series, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		if series == name || strings.HasPrefix(series, name+"{") {
			v, _ := strconv.ParseFloat(value, 64)
			sum += v
		}
	}
	return sum
}

// complaint is what /readyz says about a part of the line; empty: nothing.
func (d *daemon) complaint(ctx context.Context, check string) string {
	_, body := d.get(ctx, "/readyz")
	var state struct {
		Problems []struct {
			Check   string
			Problem string
		}
	}
	if err := json.Unmarshal([]byte(body), &state); err != nil {
		return ""
	}
	for _, p := range state.Problems {
		if p.Check == check {
			return p.Problem
		}
	}
	return ""
}

// run runs a command of infolinia beside the daemon.
func (d *daemon) run(ctx context.Context, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, d.in.binary, args...)
	cmd.Env = d.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		return string(out), fmt.Errorf("infolinia %s: %w: %s", strings.Join(args, " "), err, out)
	}
	return string(out), nil
}

// beside starts a command of infolinia that goes on.
func (d *daemon) beside(args ...string) (*child.Child, error) {
	log, err := os.OpenFile(d.log+"."+args[0]+".log", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command(d.in.binary, args...)
	cmd.Env = d.env
	cmd.Stdout, cmd.Stderr = log, log
	return child.Start(args[0], cmd)
}

// varDir is where the daemon keeps what it writes.
func (b *bed) varDir() string { return filepath.Join(b.dir, "var") }
