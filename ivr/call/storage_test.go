package call_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"infolinia/ivr"
	"infolinia/ivr/call"
	"infolinia/ivr/pbx/fakeari"
)

// mute is a voice whose folders are full or cannot be read: only the apology of
// an earlier start is there.
type mute struct {
	sounds
	dynamicOnly bool
}

func (m mute) Say(ctx context.Context, id string, p ivr.Part, speed float64) (call.Clip, error) {
	if m.dynamicOnly && !p.Dynamic {
		return m.sounds.Say(ctx, id, p, speed)
	}
	return call.Clip{}, syscall.ENOSPC
}

// log is what daemons write, for many goroutines.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *log) says(what string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), what)
}

func TestWhereNothingCanBeSaidCallersHearTheApologyAndReachAPersonAndTheLogSaysItOnce(t *testing.T) {
	for name, voice := range map[string]mute{"no prompt at all": {}, "nothing of the call's own": {dynamicOnly: true}} {
		t.Run(name, func(t *testing.T) {
			var told log
			prepare := func(w *world) {
				w.voice, w.log = voice, zerolog.New(&told)
				w.ari.Far = func(string) fakeari.Far { return fakeari.Far{Rings: time.Second, Talks: time.Minute} }
			}
			inWorld(t, prepare, func(w *world, _ *machine) {
				var callers []*fakeari.Caller
				for range 20 {
					in := w.calls()
					w.mu.Lock()
					w.call(in.ID).pressed = "1121"
					w.mu.Unlock()
					callers = append(callers, in)
				}
				time.Sleep(time.Second)
				for _, keys := range []string{"1", "12", "1", "1"} {
					for _, c := range callers {
						c.Press(keys)
					}
					time.Sleep(4 * time.Second)
				}
				legs := len(w.ari.Legs())
				for _, c := range callers {
					if c.State() == "fallback,s" {
						legs++
					}
					heard := c.Heard()
					sorry := slices.Contains(heard, "sound:/prompts/apology") || voice.dynamicOnly && slices.Contains(heard, "sound:/prompts/sorry")
					if !sorry {
						t.Errorf("%s heard %q", c.ID, heard)
					}
				}
				if legs < len(callers) {
					t.Errorf("%d of %d callers reach a person", legs, len(callers))
				}
				if n := told.says("prompts cannot be said"); n != 1 {
					t.Errorf("said %d times in the log", n)
				}
				for _, c := range callers {
					c.Hangup()
				}
				time.Sleep(2 * time.Minute)
			})
		})
	}
}
