// Package asterisk writes Asterisk's configuration from the commented templates
// in etc/ and runs an Asterisk with it, in place and as the invoking user. The
// script provide fetches Asterisk where the machine has none.
package asterisk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"infolinia/asterisk/child"
)

// Process is a running Asterisk whose ARI has answered.
type Process struct {
	*child.Child
	Settings Settings
}

// Start renders the configuration, starts Asterisk and returns once ARI answers
// and SIP listens. It fails when ctx ends before, with the last lines of the log.
func Start(ctx context.Context, s Settings) (*Process, error) {
	if err := Render(s); err != nil {
		return nil, err
	}
	out, err := os.OpenFile(filepath.Join(s.LogDir(), "console.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o640)
	if err != nil {
		return nil, fmt.Errorf("start asterisk: %w", err)
	}
	defer out.Close()
	cmd := Command(s)
	cmd.Stdout, cmd.Stderr = out, out
	c, err := child.Start("asterisk", cmd)
	if err != nil {
		return nil, err
	}
	p := &Process{Child: c, Settings: s}
	if err := p.ready(ctx); err != nil {
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), child.Grace)
		defer cancel()
		return nil, errors.Join(err, p.Stop(stopping))
	}
	return p, nil
}

// Command is the Asterisk of s in the foreground, not started.
func Command(s Settings) *exec.Cmd {
	argv := append([]string{}, s.Installation.Command...)
	argv = append(argv, "-f", "-C", filepath.Join(s.EtcDir(), "asterisk.conf"))
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Dir = s.Dir
	return cmd
}

// CLI runs one command on the running Asterisk's console and returns what it says.
func (p *Process) CLI(ctx context.Context, command string) (string, error) {
	argv := append([]string{}, p.Settings.Installation.Command...)
	argv = append(argv, "-C", filepath.Join(p.Settings.EtcDir(), "asterisk.conf"), "-rx", command)
	out, err := exec.CommandContext(ctx, argv[0], argv[1:]...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("asterisk %q: %w: %s", command, err, out)
	}
	return string(out), nil
}

// ready waits for ARI, then for the end of Asterisk's start: ARI answers before
// the dialplan is loaded.
func (p *Process) ready(ctx context.Context) error {
	every := time.NewTicker(50 * time.Millisecond)
	defer every.Stop()
	for {
		err := p.ping(ctx)
		if err == nil {
			_, err = p.CLI(ctx, "core waitfullybooted")
		}
		if err == nil {
			return nil
		}
		select {
		case <-p.Done():
			return fmt.Errorf("asterisk ended while starting: %w\n%s", p.Err(), p.tail())
		case <-ctx.Done():
			return fmt.Errorf("asterisk did not become ready: %w (%w)\n%s", ctx.Err(), err, p.tail())
		case <-every.C:
		}
	}
}

// ping asks ARI for the SIP endpoints, which are there once chan_pjsip is loaded.
func (p *Process) ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	a := p.Settings.ARI
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.URL()+"/endpoints/PJSIP", nil)
	if err != nil {
		return err
	}
	req.SetBasicAuth(a.User, a.Password)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s", req.URL.Path, resp.Status)
	}
	return nil
}

// tail is the end of Asterisk's log, for an error message.
func (p *Process) tail() string {
	data, err := os.ReadFile(filepath.Join(p.Settings.LogDir(), "messages.log"))
	if err != nil || len(data) == 0 {
		data, _ = os.ReadFile(filepath.Join(p.Settings.LogDir(), "console.log"))
	}
	return string(data[max(0, len(data)-2000):])
}
