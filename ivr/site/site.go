package site

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"infolinia/asterisk"
	"infolinia/asterisk/child"
	"infolinia/ivr/config"
	"infolinia/ivr/console"
)

// Site is what Run needs to know.
type Site struct {
	Config *config.Config
	// Number is the line's, for the address that is shown; it may be empty.
	Number string
	// TrialClerk answers for an extension without a telephone: a sound's path
	// without extension. Empty means that such a call fails.
	TrialClerk string
	// Instances is how many daemons run, each standing in for the others.
	Instances int
	// Daemon and Render are the commands of the daemon and of the renderer that
	// prepares the prompts; an empty Render prepares nothing.
	Daemon, Render []string
	// Cases is the command that serves made-up cases for the trial; empty: none.
	Cases []string
	// Rescue is the command that sends the callers of a daemon that is away to a
	// person; empty: nobody does.
	Rescue []string
	// Login and Password are the first log-in to the desk; without a Password it is
	// not spoken of.
	Login, Password string
	// Out is told what happens, in words for the person at the terminal.
	Out io.Writer
}

// Run starts everything, tells when the line can be called, and returns after
// ctx has ended and all that it started has stopped. When gentle ends as well,
// what still runs is killed.
func (s Site) Run(ctx, gentle context.Context) error {
	if err := os.MkdirAll(filepath.Join(s.Config.Var, "log"), 0o750); err != nil {
		return err
	}
	lock, err := lock(s.Config.Var)
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := checkSockets(s.Config, s.Instances); err != nil {
		return err
	}
	in, err := Installation(ctx, s.Config)
	if err != nil {
		return err
	}
	s.warnOfNamelessHost(ctx)
	if err := s.render(ctx, gentle); err != nil {
		return err
	}
	var running []*keeper
	defer func() {
		for i := len(running) - 1; i >= 0; i-- {
			running[i].stop()
		}
	}()
	for _, sv := range s.services(in) {
		k, err := keep(ctx, gentle, sv, s.Out)
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		running = append(running, k)
	}
	if k := s.cases(ctx, gentle); k != nil {
		running = append(running, k)
	}
	s.welcome(ctx)
	<-ctx.Done()
	fmt.Fprintln(s.Out, "infolinia: stopping")
	return nil
}

// services are in the order of their start; they stop the other way round.
func (s Site) services(in asterisk.Installation) []service {
	c := s.Config
	logs := func(name string) string { return filepath.Join(c.Var, "log", name+".log") }
	var all []service
	if c.Redis.Own {
		all = append(all, service{name: "redis", log: logs("redis"), patience: 30 * time.Second,
			start: logged(logs("redis"), func(ctx context.Context, log *os.File) (*child.Child, error) {
				return startRedis(ctx, c, log)
			})})
	}
	settings := AsteriskSettings(c, in, s.TrialClerk)
	all = append(all, service{name: "asterisk", log: filepath.Join(settings.LogDir(), "messages.log"), patience: 30 * time.Second,
		start: func(ctx context.Context) (*child.Child, error) {
			p, err := asterisk.Start(ctx, settings)
			if err != nil {
				return nil, err
			}
			return p.Child, nil
		}})
	for n := 1; n <= s.Instances; n++ {
		name, log := "the daemon", logs("daemon")
		if n > 1 {
			name, log = fmt.Sprintf("daemon %d", n), logs(fmt.Sprintf("daemon-%d", n))
		}
		all = append(all, service{name: name, log: log, patience: time.Minute,
			start: logged(log, func(ctx context.Context, out *os.File) (*child.Child, error) { return s.startDaemon(ctx, out, n) }),
			alive: console.NewClient(c.Socket(n)).Alive, away: s.rescue})
	}
	return all
}

// cases serves the made-up cases. The line runs without them too.
func (s Site) cases(ctx, gentle context.Context) *keeper {
	if len(s.Cases) == 0 {
		return nil
	}
	log := filepath.Join(s.Config.Var, "log", "cases.log")
	k, err := keep(ctx, gentle, service{name: "the trial's cases", log: log, patience: 10 * time.Second,
		start: logged(log, func(_ context.Context, out *os.File) (*child.Child, error) {
			cmd := exec.Command(s.Cases[0], s.Cases[1:]...)
			cmd.Stdout, cmd.Stderr = out, out
			return child.Start("the trial's cases", cmd)
		})}, s.Out)
	if err != nil {
		fmt.Fprintf(s.Out, "infolinia: without the trial's cases: %v\n", err)
		return nil
	}
	return k
}

// logged opens the log anew for each start of a program.
func logged(path string, start func(context.Context, *os.File) (*child.Child, error)) func(context.Context) (*child.Child, error) {
	return func(ctx context.Context) (*child.Child, error) {
		log, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o640)
		if err != nil {
			return nil, err
		}
		defer log.Close() // the program has its own copy
		return start(ctx, log)
	}
}

// startDaemon returns once the daemon answers health checks.
func (s Site) startDaemon(ctx context.Context, log *os.File, instance int) (*child.Child, error) {
	cmd := exec.Command(s.Daemon[0], s.Daemon[1:]...)
	cmd.Env = append(os.Environ(), fmt.Sprintf("INFOLINIA_INSTANCE=%d", instance))
	cmd.Stdout, cmd.Stderr = log, log
	p, err := child.Start("the daemon", cmd)
	if err != nil {
		return nil, err
	}
	err = until(ctx, p, func(ctx context.Context) error {
		_, err := get(ctx, s.page(instance)+"/healthz")
		return err
	})
	if err != nil {
		p.Kill()
		return nil, err
	}
	return p, nil
}

// render prepares the prompts. What cannot be rendered now is rendered when it
// is needed, so only an interruption stops the start.
func (s Site) render(ctx, gentle context.Context) error {
	if len(s.Render) == 0 {
		return nil
	}
	cmd := exec.Command(s.Render[0], s.Render[1:]...)
	cmd.Stdout, cmd.Stderr = s.Out, s.Out
	p, err := child.Start("the renderer", cmd)
	if err != nil {
		return err
	}
	select {
	case <-p.Done():
		if p.Err() != nil {
			fmt.Fprintf(s.Out, "infolinia: not all prompts are rendered (%v); the line starts all the same\n", p.Err())
		}
		return nil
	case <-ctx.Done():
		return p.Stop(gentle)
	}
}

// get asks a daemon of this machine for a page, by an address its certificate need
// not name, and returns its text; any status but 200 is an error with the text.
func get(ctx context.Context, url string) (string, error) {
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", resp.Status, strings.TrimSpace(string(body)))
	}
	return string(body), err
}
