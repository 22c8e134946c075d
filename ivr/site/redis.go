package site

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"infolinia/asterisk/child"
	"infolinia/ivr/config"
)

// startRedis starts Redis on its socket and returns once it answers. Every write
// is on disk within a second, and nothing is ever evicted: a call that is live
// must not be forgotten.
func startRedis(ctx context.Context, c *config.Config, log *os.File) (*child.Child, error) {
	path, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, fmt.Errorf("redis-server is missing: run asterisk/provide packages (%w)", err)
	}
	address, err := url.Parse(c.Redis.URL)
	if err != nil {
		return nil, fmt.Errorf("start redis: %w", err)
	}
	dir := filepath.Join(c.Var, "redis")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("start redis: %w", err)
	}
	cmd := exec.Command(path,
		"--port", "0", "--unixsocket", address.Path, "--unixsocketperm", "700",
		"--dir", dir, "--appendonly", "yes", "--appendfsync", "everysec",
		"--maxmemory-policy", "noeviction", "--save", "", "--daemonize", "no", "--loglevel", "notice")
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, log, log
	p, err := child.Start("redis", cmd)
	if err != nil {
		return nil, err
	}
	if err := until(ctx, p, func(ctx context.Context) error { return pingRedis(ctx, address.Path) }); err != nil {
		p.Kill()
		return nil, err
	}
	return p, nil
}

// pingRedis speaks the two lines of the protocol that tell whether Redis has
// read its files.
func pingRedis(ctx context.Context, socket string) error {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", socket)
	if err != nil {
		return err
	}
	defer conn.Close()
	if deadline, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(deadline); err != nil {
			return err
		}
	}
	if _, err := conn.Write([]byte("PING\r\n")); err != nil {
		return err
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err == nil && !strings.HasPrefix(line, "+PONG") {
		err = errors.New(strings.TrimSpace(line))
	}
	return err
}

// until asks again and again whether a started program is ready; it ends with
// the program and with ctx.
func until(ctx context.Context, p *child.Child, ready func(context.Context) error) error {
	every := time.NewTicker(50 * time.Millisecond)
	defer every.Stop()
	for {
		asking, cancel := context.WithTimeout(ctx, time.Second)
		err := ready(asking)
		cancel()
		if err == nil {
			return nil
		}
		select {
		case <-p.Done():
			return fmt.Errorf("%s ended while starting: %w", p.Name(), p.Err())
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready: %w (%w)", p.Name(), err, context.Cause(ctx))
		case <-every.C:
		}
	}
}
