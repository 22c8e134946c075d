package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"infolinia/asterisk/child"
	"infolinia/ivr/config"
)

// daemonProcess is a running `infolinia serve`.
type daemonProcess struct {
	*child.Child
	log  *logBook
	http string
}

// start starts the daemon and waits until it takes calls.
func (l *line) start() {
	l.t.Helper()
	l.startInstance(1)
}

// startInstance starts one of several daemons, which is the line's daemon then.
func (l *line) startInstance(n int) {
	l.t.Helper()
	log := newLogBook()
	cmd := exec.Command(l.serves, "serve")
	cmd.Env = append(slices.Clone(l.env), "GORACE=exitcode=66", fmt.Sprintf("INFOLINIA_INSTANCE=%d", n))
	cmd.Stdout, cmd.Stderr = log, log
	c, err := child.Start("the daemon", cmd)
	if err != nil {
		l.t.Fatal(err)
	}
	settings := config.Config{HTTP: config.HTTP{Listen: l.http}}
	d := &daemonProcess{c, log, settings.Listen(n)}
	l.daemon = d
	l.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := d.Stop(ctx); err != nil {
			l.t.Error(err)
		}
		log.check(l.t)
	})
	l.logged(l.t, "asterisk is connected")
}

// stop ends the daemon, as a crash would or politely.
func (l *line) stop(kill bool) {
	l.t.Helper()
	if kill {
		l.daemon.Kill()
		return
	}
	l.end(l.daemon)
}

// end stops a daemon politely.
func (l *line) end(d *daemonProcess) {
	l.t.Helper()
	if err := d.Stop(l.t.Context()); err != nil {
		l.t.Fatal(err)
	}
}

// logged waits until the daemon has written a line with all of these in it.
func (l *line) logged(t testing.TB, words ...string) string {
	t.Helper()
	return l.loggedSince(t, 0, words...)
}

// loggedSince is logged without what is before a place in the log.
func (l *line) loggedSince(t testing.TB, from int, words ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	found, ok := l.daemon.log.await(ctx, l.daemon.Done(), from, words)
	if !ok {
		t.Fatalf("the daemon did not log %q:\n%s", words, l.daemon.log.tail())
	}
	return found
}

// get asks the daemon by HTTP.
func (l *line) get(t testing.TB, path string) (status int, body string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+l.daemon.http+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(data)
}

// metric is the line of a metric, as /metrics gives it.
func (l *line) metric(t testing.TB, name string) string {
	t.Helper()
	_, body := l.get(t, "/metrics")
	for s := range strings.Lines(body) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(s), name+" "); ok {
			return value
		}
	}
	return ""
}

// logBook is what a daemon has written.
type logBook struct {
	mu      sync.Mutex
	text    bytes.Buffer
	changed chan struct{}
}

func newLogBook() *logBook { return &logBook{changed: make(chan struct{})} }

func (b *logBook) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.changed)
	b.changed = make(chan struct{})
	return b.text.Write(p)
}

func (b *logBook) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func (b *logBook) find(from int, words []string) (string, <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
search:
	for s := range strings.Lines(b.text.String()[from:]) {
		for _, w := range words {
			if !strings.Contains(s, w) {
				continue search
			}
		}
		return s, nil
	}
	return "", b.changed
}

func (b *logBook) await(ctx context.Context, over <-chan struct{}, from int, words []string) (string, bool) {
	for {
		found, changed := b.find(from, words)
		if changed == nil {
			return found, true
		}
		select {
		case <-changed:
		case <-over:
			found, changed = b.find(from, words)
			return found, changed == nil
		case <-ctx.Done():
			return "", false
		}
	}
}

// size is the place where the log goes on.
func (b *logBook) size() int { return len(b.String()) }

func (b *logBook) tail() string {
	s := b.String()
	return s[max(0, len(s)-6000):]
}

// check is done when the daemon has ended.
func (b *logBook) check(t testing.TB) {
	s := b.String()
	for _, bad := range []string{"DATA RACE", "panic:", `"level":"panic"`, `"level":"fatal"`} {
		if i := strings.Index(s, bad); i >= 0 {
			t.Errorf("the daemon's log has %q:\n%s", bad, s[i:min(len(s), i+4000)])
		}
	}
	if t.Failed() {
		t.Logf("the end of the daemon's log:\n%s", b.tail())
	}
}

// millisecond figures of waiting callers are compared with this.
const packet = 20 * time.Millisecond
