package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"infolinia/ivr/config"
	"infolinia/ivr/console"
	"infolinia/ivr/pbx"
	"infolinia/ivr/store"
)

const (
	// rescueStill is how long a slot has given no sign of life before its callers
	// are rescued: a lease and two renewals, so that neither a daemon that lives nor
	// another instance that is about to take over is disturbed.
	rescueStill = leaseTime + 2*leaseRenew
	// rescueLook is how often one is looked for, and rescueWatch by who stays on
	// watch; rescueAsk is how long each look may take.
	rescueLook  = 500 * time.Millisecond
	rescueWatch = 2 * time.Second
	rescueAsk   = time.Second
	// rescueGap is between two looks of who was stopped meanwhile, perhaps together
	// with the daemon: he has seen nothing of that time.
	rescueGap = 5 * time.Second
)

func rescueCommand() *cobra.Command {
	var watch bool
	cmd := &cobra.Command{
		Use:   "rescue",
		Short: "Give callers whom no daemon serves any more to the fallback: an apology, then a person",
		Long: `Give callers whom no daemon serves any more to the dialplan's fallback: an apology,
then a person. Callers who talk to a person go on talking; what they come to is
for the next run.

A slot is served while its lease in Redis is renewed, or a daemon of this machine
says that it serves it, with Redis or without. Only callers whose slot has given
neither sign for 10 s are rescued. Running it twice, or beside daemons that live,
does no harm. systemd runs it when the daemon cannot be started (OnFailure=), and
so does infolinia up; a daemon that lives but cannot serve does the same itself.

What a caller hears from the death of a daemon on: what is just being said, to its
end, then nothing, until the next daemon takes the call up (about 2 s), another
instance does (8 s), or this sends him to a person: at most 20 s after a daemon
died that fails at each start, and 26 s after systemd has stopped one or has ended
one that hung in its start.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			settings, err := loadSettings(cmd)
			if err != nil {
				return err
			}
			s, err := openStore(&settings.Config)
			if err != nil {
				return err
			}
			defer s.Close()
			r := newRescuer(&settings.Config, s, func(what string) { fmt.Fprintln(cmd.OutOrStdout(), what) })
			if watch {
				return r.watch(cmd.Context())
			}
			return r.once(cmd.Context())
		},
	}
	cmd.Flags().BoolVar(&watch, "watch", false, "stay, and rescue whenever there is need, where no supervisor runs it")
	return cmd
}

// rescuer looks after the slots of this machine.
type rescuer struct {
	config *config.Config
	store  *store.Store
	tell   func(what string)
	vigils []*vigil
}

// vigil is the watch over one slot.
type vigil struct {
	app   string
	phone *pbx.Phone
	beat  int64     // of the lease, as last seen
	since time.Time // without a sign of life
	last  time.Time // look
}

func newRescuer(c *config.Config, s *store.Store, tell func(string)) *rescuer {
	r := &rescuer{config: c, store: s, tell: tell}
	for _, app := range c.ARI.Apps {
		r.vigils = append(r.vigils, &vigil{app: app, phone: pbx.New(phoneConfig(c, app), nil)})
	}
	return r
}

// once looks until each slot is served, has nobody waiting, or is rescued.
func (r *rescuer) once(ctx context.Context) error {
	waiting := slices.Clone(r.vigils)
	return r.looks(ctx, rescueLook, func(look lifeSigns) (done bool, err error) {
		waiting = slices.DeleteFunc(waiting, func(v *vigil) bool {
			switch somebody, err := v.phone.Waiting(ctx); {
			case err == nil && !somebody:
				r.tell(v.app + ": nobody waits")
				return true
			case v.note(look):
				r.tell(v.app + ": served, its callers are left to the daemon")
				return true
			}
			return false
		})
		for _, v := range waiting {
			if look.at.Sub(v.since) < rescueStill {
				return false, nil
			}
		}
		for _, v := range waiting {
			err = errors.Join(err, r.rescue(ctx, v))
		}
		return true, err
	})
}

// watch rescues until ctx ends.
func (r *rescuer) watch(ctx context.Context) error {
	return r.looks(ctx, rescueWatch, func(look lifeSigns) (bool, error) {
		for _, v := range r.vigils {
			if v.note(look); look.at.Sub(v.since) < rescueStill {
				continue
			}
			v.since = look.at
			if somebody, err := v.phone.Waiting(ctx); err != nil || !somebody {
				continue // without Asterisk nobody waits either
			}
			if err := r.rescue(ctx, v); err != nil && ctx.Err() == nil {
				r.tell(err.Error())
			}
		}
		return false, nil
	})
}

func (r *rescuer) looks(ctx context.Context, pause time.Duration, do func(lifeSigns) (done bool, err error)) error {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		if done, err := do(r.look(ctx)); done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// lifeSigns is what can be seen of all slots at a moment.
type lifeSigns struct {
	at     time.Time
	beats  map[string]int64 // of leases the store tells of
	served map[string]bool  // as the daemons say
}

// look asks the daemons and the store. What does not answer is no sign of life.
func (r *rescuer) look(ctx context.Context) lifeSigns {
	s := lifeSigns{at: time.Now(), beats: map[string]int64{}, served: map[string]bool{}}
	ctx, cancel := context.WithTimeout(ctx, rescueAsk)
	defer cancel()
	var mu sync.Mutex
	var asking sync.WaitGroup
	for n, app := range r.config.ARI.Apps {
		asking.Go(func() {
			slots, err := console.NewClient(r.config.Socket(n+1)).Slots(ctx, false)
			mu.Lock()
			defer mu.Unlock()
			for _, slot := range slots {
				s.served[slot.App] = s.served[slot.App] || err == nil && slot.Ours
			}
		})
		asking.Go(func() {
			standing, err := r.store.Look(ctx, r.config.Asterisk.SystemName+"/"+app)
			mu.Lock()
			defer mu.Unlock()
			if err == nil && standing.Known() {
				s.beats[app] = standing.Beat
			}
		})
	}
	asking.Wait()
	return s
}

// note takes a look and tells whether it saw a sign of life of the slot.
func (v *vigil) note(s lifeSigns) bool {
	beat, known := s.beats[v.app]
	alive := s.served[v.app] || known && v.beat != 0 && beat != v.beat
	if known {
		v.beat = beat
	}
	if alive || s.at.Sub(v.last) > rescueGap {
		v.since = s.at
	}
	v.last = s.at
	return alive
}

func (r *rescuer) rescue(ctx context.Context, v *vigil) error {
	got, err := v.phone.Rescue(ctx)
	if len(got.Sent)+len(got.Talking) > 0 {
		r.tell(fmt.Sprintf("%s: nobody serves it: %s given to the fallback, %d left talking to a person%s",
			v.app, plural(len(got.Sent), "caller"), len(got.Talking), strings.Join(append([]string{""}, got.Sent...), "\n  ")))
	}
	return err
}
