package pbx

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"infolinia/asterisk"
	"infolinia/asterisk/asterisktest"
	"infolinia/ivr/caller"
)

// office is a real Asterisk with sounds that callers know by heart.
type office struct {
	t       *testing.T
	process *asterisk.Process
	index   *caller.Index
	sounds  map[string]caller.Sound
	folder  string
}

func openOffice(t *testing.T, maxCall time.Duration) *office {
	t.Helper()
	o := &office{t: t, index: caller.NewIndex(), sounds: map[string]caller.Sound{}, folder: t.TempDir()}
	for i, name := range []string{"one", "two", "three", "long", "apology", "agent", "voice"} {
		length := time.Second
		if name == "long" {
			length = 6 * time.Second
		}
		o.sounds[name] = noise(uint64(i), length)
		path := filepath.Join(o.folder, name+".alaw")
		if err := os.WriteFile(path, o.sounds[name], 0o644); err != nil {
			t.Fatal(err)
		}
		if err := o.index.Add(name, path); err != nil {
			t.Fatal(err)
		}
	}
	o.process = asterisktest.Start(t, func(s *asterisk.Settings) {
		s.Apology, s.MaxCall = filepath.Join(o.folder, "apology"), maxCall
		for _, number := range []string{"201", "202"} {
			s.Extensions = append(s.Extensions, asterisk.Extension{Number: number, Password: "secret-" + number})
		}
	})
	return o
}

// noise is a loud sound like no other.
func noise(seed uint64, length time.Duration) caller.Sound {
	r := rand.New(rand.NewPCG(seed, 7))
	s := make(caller.Sound, int(length.Seconds()*8000))
	for i := range s {
		s[i] = byte(r.IntN(64))<<1 ^ 0x55
	}
	return s
}

func (o *office) files(names ...string) []File {
	var fs []File
	for _, n := range names {
		length := time.Duration(len(o.sounds[n])) * time.Second / 8000
		fs = append(fs, File{Path: filepath.Join(o.folder, n), Duration: length})
	}
	return fs
}

// desk is a Phone at the real Asterisk and what it told.
type desk struct {
	*ear
	phone *Phone
	t     *testing.T
	quit  context.CancelFunc
	over  chan error
	seen  int // calls that arrived
}

func (o *office) desk(t *testing.T, ring time.Duration) *desk {
	t.Helper()
	s := o.process.Settings
	d := &desk{t: t, ear: newEar(), over: make(chan error, 1)}
	d.limit = 15 * time.Second
	d.phone = New(Config{URL: s.ARI.URL(), User: s.ARI.User, Password: s.ARI.Password, App: s.Apps[0],
		RecordingDir: s.RecordingDir(), Endpoint: "Local/%s@office/n", Ring: ring, Legs: d.leg,
		Log: zerolog.New(zerolog.NewTestWriter(t))}, d.ear)
	ctx, quit := context.WithCancel(context.Background())
	d.quit = quit
	go func() { d.over <- d.phone.Run(ctx) }()
	t.Cleanup(d.stop)
	d.wait(t, "connected", 1)
	return d
}

func (d *desk) stop() {
	d.quit()
	err := <-d.over
	d.over <- err
}

func (d *desk) ok(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Error(err)
	}
}

// call dials the line; the caller is answered.
func (o *office) call(t *testing.T, d *desk) (*caller.Call, string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	type dialled struct {
		call *caller.Call
		err  error
	}
	done := make(chan dialled, 1)
	go func() {
		c, err := caller.Dial(ctx, caller.Options{
			To: fmt.Sprintf("sip:243645555@%s", o.process.Settings.UDP()), From: "600100200", Index: o.index})
		done <- dialled{c, err}
	}()
	d.seen++
	d.wait(t, "arrived", d.seen)
	d.mu.Lock()
	ch := d.arrived[d.seen-1]
	d.mu.Unlock()
	if ch.Number != "600100200" || ch.Dialled != "243645555" || ch.Answered || ch.Found {
		t.Errorf("arrived: %+v", ch)
	}
	d.ok(d.phone.Answer(ctx, ch.CallID))
	got := <-done
	if got.err != nil {
		t.Fatal(got.err)
	}
	t.Cleanup(func() { _ = got.call.Hangup() })
	return got.call, ch.CallID
}

func hears(t *testing.T, c *caller.Call, name string, complete bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if h, err := c.HearEnd(ctx, name); err != nil || h.Complete != complete {
		t.Errorf("hears %s: %v, %v", name, h, err)
	}
}

// hearsSome allows for the packets that are lost while legs are being joined.
func hearsSome(t *testing.T, c *caller.Call, name string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if _, err := c.Hear(ctx, name); err != nil {
		t.Errorf("hears %s: %v", name, err)
	}
}

// since gives what was told after the nth word.
func (d *desk) since(n int) string { return strings.Join(d.all()[n:], ", ") }

// agent is the office's telephone on extension 200.
func (o *office) agent(t *testing.T, b caller.Behaviour) *caller.Phone {
	t.Helper()
	return o.telephone(t, "200", b)
}

// telephone is one of the office's.
func (o *office) telephone(t *testing.T, number string, b caller.Behaviour) *caller.Phone {
	t.Helper()
	exts := o.process.Settings.Extensions
	ext := exts[slices.IndexFunc(exts, func(e asterisk.Extension) bool { return e.Number == number })]
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	p, err := caller.Answer(ctx, caller.PhoneOptions{Registrar: "sip:" + o.process.Settings.UDP().String(),
		User: ext.Number, Password: ext.Password, Behaviour: b, Index: o.index})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// talk waits for the end of a recording.
func (d *desk) talk(t *testing.T, id string) time.Duration {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
	defer cancel()
	for {
		d.mu.Lock()
		changed, told := d.changed, d.told
		d.mu.Unlock()
		for _, s := range told {
			if rest, ok := strings.CutPrefix(s, "recorded "+id+" "); ok {
				talk, err := time.ParseDuration(rest)
				if err != nil {
					t.Errorf("recorded: %s", rest)
				}
				return talk
			}
		}
		select {
		case <-changed:
		case <-ctx.Done():
			t.Fatalf("recording %s did not end: %q", id, told)
		}
	}
}

// onlyWanted looks at the figures after the calls: the filter holds back what we
// do not read, and the heartbeat came back.
func (d *desk) onlyWanted(t *testing.T) {
	reg := prometheus.NewPedanticRegistry()
	d.ok(reg.Register(d.phone))
	families, err := reg.Gather()
	d.ok(err)
	beats := 0.0
	for _, f := range families {
		for _, m := range f.GetMetric() {
			for _, l := range m.GetLabel() {
				if l.GetName() == "type" && !slices.Contains(wanted(), l.GetValue()) {
					t.Errorf("events came that nobody reads: %v", m)
				}
				if l.GetValue() == "ChannelUserevent" {
					beats = m.GetCounter().GetValue()
				}
			}
		}
	}
	if beats == 0 {
		t.Error("no heartbeat came back")
	}
	if strings.Contains(d.since(0), "lost") {
		t.Error("the websocket was lost")
	}
}
