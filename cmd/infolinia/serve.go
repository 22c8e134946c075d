package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/rs/zerolog"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"infolinia/ivr"
	"infolinia/ivr/call"
	"infolinia/ivr/config"
	"infolinia/ivr/lookup"
	"infolinia/ivr/message"
	"infolinia/ivr/pbx"
	"infolinia/ivr/publish"
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
	store     *store.Store
	slot      *slotKeeper
	speaker   *speech.Speaker
	lookups   *lookup.Client
	messages  *message.Store
	switches  *switches
	publisher *publish.Publisher
	line      *call.Line
	phone     *pbx.Phone
	metrics   *prometheus.Registry
}

// services behind the nodes of the flows. Queues, calls back and SMS have none:
// their nodes take the branch for that, and readiness says so.
var services = ivr.Services{Report: true}

func newDaemon(ctx context.Context, c *config.Config) (*daemon, error) {
	d := &daemon{config: c, log: newLog(c.Log, os.Stderr), metrics: prometheus.NewRegistry()}
	if !services.Queue {
		d.log.Warn().Msg("queue, callback and sms have no service behind them: their nodes take the unavailable and refused branches")
	}
	if err := d.open(ctx); err != nil {
		d.close()
		return nil, err
	}
	d.line = call.New(call.Needs{
		Phone: onPhone{d}, Player: onPhone{d}, Recorder: onPhone{d}, Dialler: onPhone{d}, Witness: onPhone{d},
		Voice: voice{d.speaker, d.log}, Keeper: d.slot, Reports: d.store, Lookups: d.lookups,
		Messages: keeper{d.messages}, Versions: d.publisher, Caller: pseudonym(c.HMAC), Log: d.log,
	})
	d.phone = pbx.New(pbx.Config{
		URL: c.ARI.URL, User: c.ARI.User, Password: string(c.ARI.Password), App: d.slot.name,
		RecordingDir: recordingDir(c), Endpoint: "Local/%s@office/n", Log: d.log,
		Ours: d.ours,
	}, handler{d})
	d.metrics.MustRegister(collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), d.phone)
	d.metrics.MustRegister(d.line.Metrics()...)
	d.metrics.MustRegister(d.contentMetrics())
	return d, nil
}

// open opens everything that needs no telephone.
func (d *daemon) open(ctx context.Context) (err error) {
	c := d.config
	if d.store, err = openStore(c); err != nil {
		return err
	}
	if d.slot, err = takeSlot(ctx, d.store, c.ARI.Apps[0], d.log); err != nil {
		return err
	}
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

// run serves until ctx ends or the slot is another's. Calls stay where they
// are: the next process takes them up.
func (d *daemon) run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return d.serveHTTP(ctx) })
	g.Go(func() error { return d.control(ctx) })
	g.Go(func() error { return site.Notify(ctx, d.alive) })
	g.Go(func() error { return d.answer(ctx) })
	g.Go(func() error { return d.slot.run(ctx) })
	g.Go(func() error { return d.publisher.Watch(ctx) })
	g.Go(func() error { d.switches.run(ctx); return nil })
	g.Go(func() error { d.chores(ctx); return nil })
	if d.config.SMTP.Host != "" {
		g.Go(func() error { return d.mailer().Run(ctx) })
	}
	err := g.Wait()
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err = nil
	}
	d.log.Info().Err(err).Msg("stopped; calls go on in Asterisk and are taken up by the next start")
	return err
}

// alive tells the supervisor's watchdog whether calls are moved: a daemon that
// hangs is restarted, and its calls are taken up.
func (d *daemon) alive(ctx context.Context) error {
	done := make(chan struct{})
	go func() {
		d.line.Live()
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

// answer takes calls as soon as Asterisk is there and fit, first those that the
// last process has left.
func (d *daemon) answer(ctx context.Context) error {
	if err := d.checkAsterisk(ctx); err != nil {
		return err
	}
	d.restore(ctx)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { d.line.Run(ctx); return nil })
	g.Go(func() error { return d.phone.Run(ctx) })
	return g.Wait()
}

// close is safe whatever was opened.
func (d *daemon) close() {
	if d.slot != nil {
		d.slot.release()
	}
	if d.speaker != nil {
		d.speaker.Close()
	}
	if d.lookups != nil {
		d.lookups.Close()
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
		missing, err := d.phone.Check(attempt)
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

// restore takes over what the last process has left: calls, and messages that
// were not stored yet.
func (d *daemon) restore(ctx context.Context) {
	calls, err := d.slot.Live(ctx)
	if err != nil {
		d.log.Error().Err(err).Msg("not all saved calls can be read")
	}
	ended, err := d.store.Recent(ctx, 1000)
	if err != nil {
		d.log.Error().Err(err).Msg("ended calls cannot be read")
	}
	if len(calls) > 0 {
		d.log.Info().Int("calls", len(calls)).Dur("away", d.slot.Away).Msg("taking up the calls of the last process")
	}
	d.line.Restore(append(calls, ended...), d.slot.Away)
	if err := d.speaker.ForgetAllBut(callIDs(calls)); err != nil {
		d.log.Warn().Err(err).Msg("speech of ended calls is not deleted")
	}
	if err := d.messages.Recover(ctx); err != nil {
		d.log.Error().Err(err).Msg("messages cannot be completed")
	}
	d.rescueRecordings(ctx, append(calls, ended...))
}

func callIDs(calls []*ivr.Call) []string {
	ids := make([]string, len(calls))
	for i, c := range calls {
		ids[i] = c.ID
	}
	return ids
}

func (d *daemon) serveHTTP(ctx context.Context) error {
	srv := &http.Server{Addr: d.config.HTTP.Listen, Handler: d.handler(), ReadHeaderTimeout: 5 * time.Second}
	stopped := context.AfterFunc(ctx, func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		_ = srv.Shutdown(ctx)
	})
	defer stopped()
	if err := srv.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("http.listen: %w", err)
	}
	return nil
}
