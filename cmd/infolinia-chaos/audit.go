package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"infolinia/ivr/message"
)

// baseline is what a daemon has without a call.
type baseline struct{ goroutines, files float64 }

func (b *bed) measure(ctx context.Context) (baseline, error) {
	var base baseline
	err := await(ctx, patience, func() bool {
		base = baseline{b.daemon().metric(ctx, "go_goroutines"), b.daemon().metric(ctx, "process_open_fds")}
		return base.goroutines > 0 && base.files > 0
	})
	return base, err
}

// What a daemon may have more than at first when it rests: connections to Redis
// and Asterisk that are kept open, of which each has up to two goroutines.
const (
	moreGoroutines = 40
	moreFiles      = 40
)

type channel struct {
	ID     string
	Name   string
	Caller struct{ Number string }
}

func (b *bed) channels(ctx context.Context) (list []channel, err error) {
	return list, b.ask(ctx, "/channels", &list)
}

// ask asks Asterisk itself, not through the wires.
func (b *bed) ask(ctx context.Context, path string, out any) error {
	s := b.asterisk.Settings.ARI
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL()+path, nil)
	if err != nil {
		return err
	}
	req.SetBasicAuth(s.User, s.Password)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("asterisk: GET %s: %s", path, resp.Status)
	}
	return json.NewDecoder(resp.Body).Decode(out)
}

// agree sees that Redis knows exactly the callers that Asterisk has.
func (t *trial) agree(ctx context.Context) {
	var apart string
	err := await(ctx, patience, func() bool {
		apart = t.apart(ctx)
		return apart == ""
	})
	t.must(err == nil, "Asterisk's callers and the saved calls are not the same: %s", apart)
}

func (t *trial) apart(ctx context.Context) string {
	there, err := t.channels(ctx)
	if err != nil {
		return err.Error()
	}
	asking, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	live, err := t.store.Live(asking)
	if err != nil {
		return err.Error()
	}
	saved := map[string]bool{}
	for _, c := range live {
		saved[c.ID] = true
	}
	var only []string
	for _, c := range there {
		if strings.HasPrefix(c.Name, "PJSIP/loopback-") && !saved[c.ID] { // other channels are legs to the office
			only = append(only, "only Asterisk has "+c.ID)
		}
		delete(saved, c.ID)
	}
	for id := range saved {
		only = append(only, "only Redis has "+id)
	}
	slices.Sort(only)
	return strings.Join(only, ", ")
}

// aftermath sees that all calls can end and nothing is left of them.
func (t *trial) aftermath(ctx context.Context) {
	if len(t.daemons) == 0 || t.daemons[0].Child == nil {
		return
	}
	begin := time.Now()
	var left []string
	most := 0
	err := await(ctx, patience, func() bool {
		left = t.leftovers(ctx)
		if len(left) != most {
			t.say("left: %s", shortened(strings.Join(left, "; ")))
		}
		most = len(left)
		return most == 0
	})
	t.must(err == nil, "left without a call: %s", strings.Join(left, "; "))
	if err == nil {
		t.say("nothing is left, %.1f s after the last call", time.Since(begin).Seconds())
	}
	if !t.short {
		out, err := t.daemon().run(ctx, "audit")
		t.must(err == nil, "infolinia audit: %v", err)
		t.say("infolinia audit: %s", shortened(out))
	}
	for _, d := range t.daemons {
		for _, bad := range []string{"panic:", "the engine broke down", `"level":"panic"`, `"level":"fatal"`} {
			text, _ := os.ReadFile(d.log)
			t.must(!strings.Contains(string(text), bad), "the log of %s has %q", d.name, bad)
		}
	}
}

// leftovers is what there is although nobody calls.
func (t *trial) leftovers(ctx context.Context) (left []string) {
	var bridges []struct{ ID string }
	channels, err := t.channels(ctx)
	err = errors.Join(err, t.ask(ctx, "/bridges", &bridges))
	asking, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	live, liveErr := t.store.Live(asking)
	if err := errors.Join(err, liveErr); err != nil {
		return []string{err.Error()}
	}
	for _, c := range channels {
		left = append(left, "channel "+c.Name+" "+c.ID)
	}
	for _, b := range bridges {
		left = append(left, "bridge "+b.ID)
	}
	for _, c := range live {
		left = append(left, "saved call "+c.ID)
	}
	return append(left, t.leftInDaemons(ctx)...)
}

func (t *trial) leftInDaemons(ctx context.Context) (left []string) {
	for _, d := range t.daemons {
		select {
		case <-d.Done():
			continue
		default:
		}
		if n := d.metric(ctx, "infolinia_calls_live"); n != 0 {
			left = append(left, fmt.Sprintf("%g calls in %s", n, d.name))
		}
		if n := d.metric(ctx, "go_goroutines"); n > t.base.goroutines+moreGoroutines {
			left = append(left, fmt.Sprintf("%g goroutines in %s, %g before", n, d.name, t.base.goroutines))
		}
		if n := d.metric(ctx, "process_open_fds"); n > t.base.files+moreFiles {
			left = append(left, fmt.Sprintf("%g open files in %s, %g before", n, d.name, t.base.files))
		}
	}
	return left
}

// messages counts those that a call has left.
func (b *bed) messages(id string) (n int) {
	s, err := message.Open(filepath.Join(b.varDir(), "messages"))
	if err != nil {
		return 0
	}
	list, err := s.List("", message.All)
	if err != nil {
		return 0
	}
	for _, m := range list {
		if m.CallID == id {
			n++
		}
	}
	return n
}
