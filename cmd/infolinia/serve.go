package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/rs/zerolog"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"infolinia/ivr"
	"infolinia/ivr/account"
	"infolinia/ivr/call"
	"infolinia/ivr/config"
	"infolinia/ivr/console"
	"infolinia/ivr/desk"
	"infolinia/ivr/lookup"
	"infolinia/ivr/message"
	"infolinia/ivr/pbx"
	"infolinia/ivr/publish"
	"infolinia/ivr/record"
	"infolinia/ivr/site"
	"infolinia/ivr/speech"
	"infolinia/ivr/store"
)

func serveCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Answer calls: the daemon beside a running Asterisk and Redis",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			settings, err := loadSettings(cmd)
			if err != nil {
				return err
			}
			d, err := newDaemon(cmd.Context(), &settings.Config)
			if err != nil {
				return err
			}
			defer d.close()
			return d.run(cmd.Context())
		},
	}
}

// daemon is everything that answers calls, wired together.
type daemon struct {
	config    *config.Config
	log       zerolog.Logger
	lock      *os.File // that of the instance
	store     *store.Store
	speaker   *speech.Speaker
	lookups   *lookup.Client
	messages  *message.Store
	records   *record.Records
	accounts  *account.Accounts
	switches  *switches
	publisher *publish.Publisher
	metrics   *prometheus.Registry
	counts    *call.Metrics // of all lines
	gate      *call.Gate    // for all of them
	probe     *pbx.Phone    // asks whether Asterisk is fit, and is never connected
	recorder  *recorder
	desk      *desk.Desk
	journeys  *journeys
	missed    *missedCalls
	articles  articleIndex
	asked     pageRecords

	certificate *console.Certificate // of the pages; nil: they are not encrypted

	late    late         // recordings that could not be stored
	doubted atomic.Int64 // when the store was last seen to have lost data, unix s
	drained atomic.Bool  // no slot is taken any more
	mu      sync.Mutex
	serving []*tenancy
}

// services behind the nodes of the flows. SMS has none: its nodes take the branch
// for that, and readiness says so.
var services = ivr.Services{Report: true, Queue: true, Callback: true}

func newDaemon(ctx context.Context, c *config.Config) (*daemon, error) {
	d := &daemon{config: c, log: newLog(c.Log, os.Stderr), metrics: prometheus.NewRegistry()}
	if err := d.open(ctx); err != nil {
		d.close()
		return nil, err
	}
	d.counts, d.gate = call.NewMetrics(d.live), d.newGate()
	d.desk, d.journeys, d.missed = d.newDesk(), newJourneys(d), &missedCalls{d: d, list: map[string]missedList{}}
	d.probe = pbx.New(phoneConfig(c, c.Home()), nil)
	d.metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	d.metrics.MustRegister(d.counts.All()...)
	d.metrics.MustRegister(d.admissionMetrics()...)
	d.metrics.MustRegister(d.contentMetrics(), prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "infolinia_store_doubted_timestamp_seconds",
		Help: "When the store was last seen to be restarted, failed over or emptied, and all calls were saved again.",
	}, func() float64 { return float64(d.doubted.Load()) }))
	return d, nil
}

// open opens everything that needs no telephone.
func (d *daemon) open(ctx context.Context) (err error) {
	c := d.config
	if d.lock, err = lockInstance(c); err != nil {
		return err
	}
	if d.store, err = openStore(c); err != nil {
		return err
	}
	if err = d.readCertificate(); err != nil {
		return err
	}
	if d.records, err = openRecords(c); err != nil {
		return err
	}
	d.accounts = newAccounts(c, d.records, d.store)
	d.recorder = newRecorder(c, d.store, d.records, d.log)
	if d.speaker, err = newSpeaker(c); err != nil {
		return err
	}
	if d.messages, err = message.Open(filepath.Join(c.Var, "messages")); err != nil {
		return err
	}
	d.messages.Mails = func(box string) bool { return c.SMTP.Host != "" && d.address(box) != "" }
	if d.lookups, err = lookup.New(lookupSettings(c, d.log)); err != nil {
		return err
	}
	d.switches = &switches{store: d.store, log: d.log}
	d.switches.read(ctx)
	d.publisher, err = publish.Open(ctx, publish.Settings{
		Dir: c.Line, Kept: filepath.Join(c.Var, "versions"), Manual: c.Reload == config.ReloadManual,
		Services: services, Renderer: renderer{d.speaker, d.log}, Archive: archive{d.store},
		Overlay: d.switches.overlay, Log: d.log,
	})
	if err != nil {
		return err
	}
	return d.speaker.Prepare(ctx, apologies(d.publisher.Current()))
}

// run serves until ctx ends: then calls are handed to another instance or, where
// there is none, stay where they are for the next process.
func (d *daemon) run(ctx context.Context) error {
	asked := ctx
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer stop()
		select {
		case <-asked.Done():
			d.farewell(ctx)
		case <-ctx.Done():
		}
		return nil
	})
	g.Go(func() error { return d.serveHTTP(ctx) })
	g.Go(func() error { return d.control(ctx) })
	g.Go(func() error { return site.Notify(ctx, d.alive) })
	g.Go(func() error { return d.answer(ctx) })
	g.Go(func() error { return d.publisher.Watch(ctx) })
	g.Go(func() error { d.switches.run(ctx); return nil })
	g.Go(func() error { d.lostMachines().run(ctx); return nil })
	g.Go(func() error { d.chores(ctx); return nil })
	g.Go(func() error { d.recorder.run(ctx); return nil })
	g.Go(func() error { d.desk.Run(ctx); return nil })
	g.Go(func() error { d.missPages(ctx); return nil })
	g.Go(func() error { d.expelStrangers(ctx); return nil })
	g.Go(func() error { return d.mail(ctx) })
	g.Go(func() error {
		return newRescuer(d.config, d.store, func(what string) { d.log.Error().Msg(what) }).watch(ctx)
	})
	err := g.Wait()
	if asked.Err() != nil && errors.Is(err, context.Canceled) {
		err = nil
	}
	d.log.Info().Err(err).Msg("stopped; calls go on in Asterisk and are taken up by another process")
	return err
}

// alive tells the supervisor's watchdog whether calls are moved: a daemon that
// hangs is restarted, and its calls are taken up.
func (d *daemon) alive(ctx context.Context) error {
	done := make(chan struct{})
	go func() {
		d.live()
		d.publisher.World(time.Now())
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// answer takes calls as soon as Asterisk is there and fit: those of the own slot,
// and those of other instances while these cannot.
func (d *daemon) answer(ctx context.Context) error {
	if err := d.checkAsterisk(ctx); err != nil {
		return err
	}
	d.tidy(ctx)
	g, ctx := errgroup.WithContext(ctx)
	for _, app := range d.config.ARI.Apps {
		g.Go(func() error { return d.tend(ctx, app) })
	}
	return g.Wait()
}

// close is safe whatever was opened.
func (d *daemon) close() {
	if d.speaker != nil {
		d.speaker.Close()
	}
	if d.lookups != nil {
		d.lookups.Close()
	}
	if d.lock != nil {
		d.lock.Close()
	}
	if d.records != nil {
		if err := d.records.Close(); err != nil {
			d.log.Warn().Err(err).Msg("close the records")
		}
	}
	if d.store != nil {
		if err := d.store.Close(); err != nil {
			d.log.Warn().Err(err).Msg("close the store")
		}
	}
}

// checkAsterisk waits for Asterisk and refuses one that the line cannot run on.
func (d *daemon) checkAsterisk(ctx context.Context) error {
	for wait := 200 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		attempt, cancel := context.WithTimeout(ctx, 5*time.Second)
		missing, err := d.probe.Check(attempt)
		cancel()
		if err == nil {
			for _, m := range missing {
				d.log.Error().Str("remedy", m.Remedy).Msg(m.What)
			}
			if len(missing) > 0 {
				return fmt.Errorf("asterisk at %s lacks something: %s", d.config.ARI.URL, missing[0])
			}
			return nil
		}
		d.log.Warn().Err(err).Msg("asterisk does not answer yet")
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
	}
}
