package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/template"
	"time"

	"infolinia/asterisk"
	"infolinia/asterisk/child"
)

// answerer is who answers calls to a number. Its app is nil where Asterisk
// answers by itself.
type answerer struct {
	who, number string
	app         *child.Child
	start       func(context.Context) (*child.Child, error)
}

// bed is one Asterisk and one Redis with all who answer on them.
type bed struct {
	asterisk  *asterisk.Process
	redis     *child.Child
	answerers []answerer
	started   []*child.Child
	http      string // the daemon's address
}

// makeBed starts everything below dir.
func makeBed(ctx context.Context, p *plan, dir string) (b *bed, err error) {
	b = &bed{}
	defer func() {
		if err != nil {
			err = errors.Join(err, stopAll(b.started))
		}
	}()
	in, err := build(ctx, dir, filepath.Join(p.kept(), "line"), [tones]time.Duration{promptTime, promptTime, promptTime, lastPrompt})
	if err != nil {
		return b, err
	}
	sounds, err := in.sounds()
	if err != nil {
		return b, err
	}
	if err := b.startAsterisk(ctx, p, filepath.Join(dir, "pbx"), sounds); err != nil {
		return b, err
	}
	redis, socket, err := startRedis(ctx, dir)
	if err != nil {
		return b, err
	}
	b.redis, b.started = redis, append(b.started, redis)
	ari := b.asterisk.Settings.ARI
	daemon := func(ctx context.Context) (*child.Child, error) {
		env := []string{"INFOLINIA_ARI_URL=" + ari.URL(), "INFOLINIA_ARI_USER=" + ari.User,
			"INFOLINIA_ARI_PASSWORD=" + ari.Password, "INFOLINIA_REDIS_URL=unix://" + string(socket)}
		if p.soak == 0 {
			env = append(env, everybody()...)
		}
		c, address, err := in.startDaemon(ctx, dir, env...)
		b.http = address
		return c, err
	}
	peer := func(ctx context.Context) (*child.Child, error) { return startPeer(ctx, p, dir, ari, sounds) }
	b.answerers = []answerer{{"dialplan", "dialplan", nil, nil}, {"infolinia", "243645555", nil, daemon}}
	if err := b.answerers[1].run(ctx, b); err != nil {
		return b, err
	}
	if p.soak > 0 {
		return b, nil
	}
	b.answerers = append(b.answerers, answerer{"ari-client", "peer", nil, peer})
	if err := b.answerers[2].run(ctx, b); err != nil {
		say("ari-client is left out: %v", err)
		b.answerers = b.answerers[:2]
	}
	return b, nil
}

// run starts the application unless there is none or it runs; load may have
// broken it.
func (a *answerer) run(ctx context.Context, b *bed) error {
	if a.start == nil {
		return nil
	}
	if a.app != nil {
		select {
		case <-a.app.Done():
			say("%s is started again: %v", a.who, a.app.Err())
		default:
			return nil
		}
	}
	c, err := a.start(ctx)
	if err == nil {
		a.app, b.started = c, append(b.started, c)
	}
	return err
}

func (b *bed) startAsterisk(ctx context.Context, p *plan, dir string, sounds []string) error {
	in, err := asterisk.Find(ctx, filepath.Join(p.dir, "var", "asterisk"))
	if err != nil {
		return err
	}
	s, err := asterisk.Local(dir, in)
	if err != nil {
		return err
	}
	starting, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if b.asterisk, err = asterisk.Start(starting, s); err != nil {
		return err
	}
	b.started = append(b.started, b.asterisk.Child)
	numbers, err := template.ParseFS(testbed, "testbed/dialplan.conf")
	if err != nil {
		return err
	}
	extensions, err := os.OpenFile(filepath.Join(s.EtcDir(), "extensions.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(numbers.Execute(extensions, sounds), extensions.Close()); err != nil {
		return fmt.Errorf("write the dialplan: %w", err)
	}
	_, err = b.asterisk.CLI(ctx, "dialplan reload")
	return err
}

// startPeer installs ari-client with npm below var/ and starts our script on it.
func startPeer(ctx context.Context, p *plan, dir string, ari asterisk.ARI, sounds []string) (*child.Child, error) {
	home := filepath.Join(p.kept(), "peer")
	if err := os.MkdirAll(home, 0o755); err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(home, "node_modules", "ari-client")); err != nil {
		say("installing ari-client 2.2.0 from npm …")
		installing, cancel := context.WithTimeout(ctx, 3*time.Minute)
		defer cancel()
		npm := exec.CommandContext(installing, "npm", "install", "--prefix", home, "--silent", "--no-audit", "--no-fund", "ari-client@2.2.0")
		if out, err := npm.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("npm install ari-client@2.2.0: %w\n%s", err, out)
		}
	}
	script, err := testbed.ReadFile("testbed/peer.js")
	if err != nil {
		return nil, err
	}
	path := filepath.Join(home, "peer.js")
	if err := os.WriteFile(path, script, 0o644); err != nil {
		return nil, err
	}
	args := append([]string{path, strings.TrimSuffix(ari.URL(), "/ari"), ari.User, ari.Password}, sounds...)
	return launch(ctx, "peer", dir, exec.Command("node", args...), says("ready"))
}
