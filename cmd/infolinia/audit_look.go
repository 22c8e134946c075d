package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/config"
	"infolinia/ivr/console"
	"infolinia/ivr/pbx"
	"infolinia/ivr/store"
)

// auditor looks at everything the line of this machine has anywhere.
type auditor struct {
	config *config.Config
	store  *store.Store
	phone  *pbx.Phone
}

func newAuditor(c *config.Config, s *store.Store) *auditor {
	return &auditor{config: c, store: s, phone: pbx.New(phoneConfig(c, c.ARI.Apps[0]), nil)}
}

// look sees everything once. It fails where Asterisk or the store cannot be asked;
// a daemon that does not answer is a finding.
func (a *auditor) look(ctx context.Context) (s sighting, err error) {
	a.lookAtDaemons(ctx, &s)
	if err := a.lookAtStore(ctx, &s); err != nil {
		return s, err
	}
	if s.asterisk, err = a.phone.Inventory(ctx, a.config.ARI.Apps); err != nil {
		return s, err
	}
	if err := a.lookAtPlaybacks(ctx, &s); err != nil {
		return s, err
	}
	if err := a.lookAtDesk(ctx, &s); err != nil {
		return s, err
	}
	return s, a.lookAtFiles(ctx, &s)
}

func (a *auditor) lookAtDaemons(ctx context.Context, s *sighting) {
	for n := range a.config.ARI.Apps {
		d := daemonSeen{owner: fmt.Sprintf("%s/%d", a.config.Asterisk.SystemName, n+1)}
		asking, cancel := context.WithTimeout(ctx, 2*reportTime)
		slots, err := console.NewClient(a.config.Socket(n+1)).Slots(asking, true)
		cancel()
		d.running = !errors.Is(err, console.ErrAbsent)
		if d.slots = slots; d.running {
			d.err = err
		}
		s.daemons = append(s.daemons, d)
	}
}

func (a *auditor) lookAtStore(ctx context.Context, s *sighting) (err error) {
	if s.strays, err = a.store.Strays(ctx); err != nil {
		return err
	}
	all, err := a.store.Live(ctx)
	if err != nil {
		return err
	}
	s.others = map[string]bool{}
	for _, c := range all {
		s.others[c.ID] = true
	}
	for _, app := range a.config.ARI.Apps {
		slot := slotSeen{name: a.config.Asterisk.SystemName + "/" + app}
		if slot.Standing, err = a.store.Look(ctx, slot.name); err != nil {
			return err
		}
		s.slots = append(s.slots, slot)
		own, err := a.store.LiveIn(ctx, slot.name)
		if err != nil {
			return err
		}
		for _, c := range own {
			delete(s.others, c.ID)
		}
		s.live = append(s.live, own...)
	}
	return nil
}

// lookAtPlaybacks asks for each playback that a call has named: Asterisk does not
// list them.
func (a *auditor) lookAtPlaybacks(ctx context.Context, s *sighting) error {
	ended, err := a.store.Recent(ctx, 100)
	if err != nil {
		return err
	}
	s.plays = map[string]bool{}
	for _, c := range append(ended, s.live...) {
		for _, id := range playbacksOf(c) {
			s.plays[id] = false
		}
	}
	for _, d := range s.daemons {
		for _, slot := range d.slots {
			for _, c := range slot.Calls {
				for _, id := range c.Open {
					s.plays[id] = false
				}
			}
		}
	}
	for id := range s.plays {
		if kindOf(id) != "play" {
			delete(s.plays, id)
		} else if s.plays[id], err = a.phone.Plays(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// playbacksOf are those that the state of a call names.
func playbacksOf(c *ivr.Call) []string {
	ids := append([]string(nil), c.Cut...)
	if c.Speech != nil {
		ids = append(ids, c.Speech.ID)
	}
	return ids
}

func (a *auditor) lookAtFiles(ctx context.Context, s *sighting) error {
	entries, err := os.ReadDir(filepath.Join(a.config.Var, "dynamic"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		if e.IsDir() {
			s.speech = append(s.speech, e.Name())
		}
	}
	files, _ := filepath.Glob(a.phone.RecordingPath("*.wav"))
	for _, file := range files {
		info, err := os.Stat(file)
		if errors.Is(err, os.ErrNotExist) {
			continue // stored meanwhile
		}
		if err != nil {
			return err
		}
		r := recordingSeen{id: strings.TrimSuffix(filepath.Base(file), ".wav"), age: time.Since(info.ModTime())}
		if r.running, err = a.phone.Records(ctx, r.id); err != nil {
			return err
		}
		s.recordings = append(s.recordings, r)
	}
	return nil
}
