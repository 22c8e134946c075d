package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"infolinia/ivr/caller"
)

var callers atomic.Int64

// ear is a resident on the telephone.
type ear struct {
	*caller.Call
	t    testing.TB
	line *line
	from string
}

// dial calls the line from a number nobody else calls from, and presses keys.
func (l *line) dial(t testing.TB, keys string) *ear {
	t.Helper()
	return l.dialFrom(t, fmt.Sprintf("48731%06d", 904000+callers.Add(1)), keys)
}

func (l *line) dialFrom(t testing.TB, from, keys string) *ear {
	t.Helper()
	e := &ear{t: t, line: l, from: from}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	c, err := caller.Dial(ctx, caller.Options{
		To: "sip:243645555@" + l.asterisk.Settings.UDP().String(), From: e.from, Index: l.index,
	})
	if err != nil {
		t.Fatal(err)
	}
	e.Call = c
	t.Cleanup(func() {
		_ = c.Hangup()
		if t.Failed() {
			var heard []string
			for _, h := range c.Heard() {
				heard = append(heard, h.String())
			}
			t.Logf("%s pressed %s and heard: %s", e.from, keys, strings.Join(heard, ", "))
		}
	})
	if keys != "" {
		e.presses(keys)
	}
	return e
}

func (e *ear) soon() (context.Context, context.CancelFunc) {
	return context.WithTimeout(e.t.Context(), patience)
}

// hears waits for prompts, one after the other, each from its beginning.
func (e *ear) hears(names ...string) (last caller.Heard) {
	e.t.Helper()
	for _, name := range names {
		ctx, cancel := e.soon()
		h, err := e.Hear(ctx, name)
		cancel()
		if err != nil {
			e.t.Fatal(err)
		}
		last = h
	}
	return last
}

// hearsAll waits for prompts, one after the other, each to its end. On a machine
// that is busy with everything at once a prompt may falter: it goes on then, and
// does not begin again, and what is heard of it is most of it.
func (e *ear) hearsAll(names ...string) (last caller.Heard) {
	e.t.Helper()
	for _, name := range names {
		last = e.hearsEnd(name)
		for heard := last.Length; !last.Complete && !e.most(last, heard); heard += last.Length {
			if on := e.hears(name); on.Offset == 0 && !on.At.Equal(last.At) {
				e.t.Fatalf("%s was not heard to its end", last)
			}
			last = e.hearsEnd(name)
		}
	}
	return last
}

// most tells whether a length is most of a sound's.
func (e *ear) most(h caller.Heard, heard time.Duration) bool {
	whole, ok := e.line.lengths.Load(h.Name)
	return ok && heard > whole.(time.Duration)*2/3
}

func (e *ear) hearsEnd(name string) caller.Heard {
	e.t.Helper()
	ctx, cancel := e.soon()
	defer cancel()
	h, err := e.HearEnd(ctx, name)
	if err != nil {
		e.t.Fatal(err)
	}
	return h
}

// heardMost tells of a sound that went from one person to another that it
// arrived, but for what a busy machine may drop on the way.
func heardMost(h caller.Heard, s caller.Sound) bool {
	return h.Length > time.Duration(len(s))*time.Second/8000/2
}

func (e *ear) presses(keys string) {
	e.t.Helper()
	ctx, cancel := e.soon()
	defer cancel()
	if err := e.Press(ctx, keys); err != nil {
		e.t.Fatal(err)
	}
}

func (e *ear) says(s caller.Sound) {
	e.t.Helper()
	ctx, cancel := e.soon()
	defer cancel()
	if err := e.Speak(ctx, s); err != nil {
		e.t.Fatal(err)
	}
}

func (e *ear) hangsUp() {
	e.t.Helper()
	if err := e.Hangup(); err != nil {
		e.t.Fatal(err)
	}
}

// isHungUp waits until the line has hung up.
func (e *ear) isHungUp() {
	e.t.Helper()
	select {
	case <-e.Ended():
	case <-time.After(patience):
		e.t.Fatal("the line does not hang up")
	}
	if end := e.End(); end.ByUs || end.Err != nil {
		e.t.Fatalf("the call ended otherwise: %+v", end)
	}
}

// never fails when one of the prompts was heard.
func (e *ear) never(names ...string) {
	e.t.Helper()
	for _, h := range e.Heard() {
		if h.Is(names...) {
			e.t.Errorf("%s was heard", h)
		}
	}
}

// times is how often a prompt began.
func (e *ear) times(name string) int {
	begun := map[time.Time]bool{}
	for _, h := range e.Heard() {
		if h.Is(name) && h.Offset == 0 {
			begun[h.At] = true
		}
	}
	return len(begun)
}

// id is the call's id, while the call lives.
func (e *ear) id() (id string) {
	e.t.Helper()
	eventually(e.t, "Asterisk has a channel from "+e.from, func() bool {
		id = e.line.channelFrom(e.t, e.from)
		return id != ""
	})
	return id
}

type channel struct {
	ID     string
	Caller struct{ Number string }
}

func (l *line) channels(t testing.TB) (list []channel) {
	t.Helper()
	l.ari(t, http.MethodGet, "/channels", &list)
	return list
}

func (l *line) channelFrom(t testing.TB, number string) string {
	for _, c := range l.channels(t) {
		if c.Caller.Number == number && !strings.HasPrefix(c.ID, "leg-") {
			return c.ID
		}
	}
	return ""
}

// ari gives Asterisk an order of its own, beside the daemon.
func (l *line) ari(t testing.TB, method, path string, out any) {
	t.Helper()
	s := l.asterisk.Settings.ARI
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, s.URL()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(s.User, s.Password)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if out == nil {
		return
	}
	if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
		t.Fatal(err)
	}
}
