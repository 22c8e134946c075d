package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"infolinia/ivr/caller"
)

func lineFaults() []fault {
	return []fault{
		{
			name:  "no-daemon",
			what:  "kill -9 of the daemon, and none comes back; infolinia rescue is run, which watches",
			holds: "new callers hear the apology and reach the fallback; those inside are sent there too, and who talks when his talk is over; nobody hears dead air",
			run:   noDaemon,
		},
		{
			name: "overload-announced", setting: setting{env: []string{"INFOLINIA_ADMISSION_CALLS=14"}},
			what:  "more callers than the line takes, which announces it",
			holds: "they hear the announcement; those inside are not disturbed",
			run: func(ctx context.Context, t *trial) error {
				return t.overload(ctx, func(ctx context.Context, r *resident, err error) error {
					if err != nil {
						return err
					}
					return r.hears(ctx, "overload-pl")
				})
			},
		},
		{
			name: "overload-busy", setting: setting{env: []string{"INFOLINIA_ADMISSION_CALLS=14", "INFOLINIA_ADMISSION_OVER=busy"}},
			what:  "more callers than the line takes, which is set to say busy",
			holds: "they get a clean 503; those inside are not disturbed",
			run: func(ctx context.Context, t *trial) error {
				return t.overload(ctx, func(_ context.Context, _ *resident, err error) error {
					if refused := (*caller.Refused)(nil); errors.As(err, &refused) && refused.Status == 503 {
						return nil
					}
					return errors.Join(errors.New("no 503"), err)
				})
			},
		},
	}
}

func noDaemon(ctx context.Context, t *trial) error {
	c, err := t.gather(ctx, t.calls(14))
	defer c.hangUp()
	if err != nil {
		return err
	}
	t.daemon().Kill()
	t.fallsBack(ctx, "a new caller")
	begin := time.Now()
	rescue, err := t.daemon().beside("rescue", "--watch")
	if err != nil {
		return err
	}
	defer rescue.Kill()
	var all sync.WaitGroup
	for _, r := range c.residents {
		all.Go(func() {
			var err error
			if r.clerk != nil {
				err = r.talksOn(ctx)
			}
			if err == nil {
				err = r.hears(ctx, "apology-pl", "office_hello")
			}
			t.must(err == nil, "%s of %s: %v; heard: %s", r.thing.name, r.from, err, r.story())
		})
	}
	all.Wait()
	t.saw("those inside, and those left by the clerk, reached the fallback within %.1f s", time.Since(begin).Seconds())
	c.hangUp()
	if err := stop(rescue); err != nil {
		return err
	}
	if err := t.daemon().start(); err != nil {
		return err
	}
	_, err = t.daemon().ready(ctx)
	return err
}

// fallsBack sees that a new caller reaches the fallback.
func (t *trial) fallsBack(ctx context.Context, who string) {
	r, err := t.dial(ctx, t.nextCaller())
	if err != nil {
		t.must(false, "%s: %v", who, err)
		return
	}
	defer r.Hangup()
	err = r.hears(ctx, "apology-pl", "office_hello")
	t.must(err == nil, "%s: %v; heard: %s", who, err, r.story())
	if err == nil {
		t.saw("%s hears the apology and reaches the fallback", who)
	}
}

// overload fills the line and has more callers come.
func (t *trial) overload(ctx context.Context, turned func(context.Context, *resident, error) error) error {
	c, err := t.gather(ctx, 14)
	defer c.hangUp()
	if err != nil {
		return err
	}
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			r, err := t.dial(ctx, t.nextCaller())
			if err == nil {
				defer r.Hangup()
			}
			err = turned(ctx, r, err)
			t.must(err == nil, "a caller too many: %v", err)
		})
	}
	all.Wait()
	t.saw("10 callers too many were turned away")
	c.finish(ctx)
	return nil
}
