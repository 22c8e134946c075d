package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"infolinia/asterisk/child"
)

// redis is a real one that saves as `make run` does: on disk within a second.
type redis struct {
	*child.Child
	dir     string
	address string
	extra   []string
}

// startRedis starts a Redis on a free port of loopback; again with the same dir
// it comes up with what its append-only file holds.
func startRedis(ctx context.Context, dir string, extra ...string) (*redis, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	r := &redis{dir: dir, address: address, extra: extra}
	return r, r.start(ctx)
}

func (r *redis) start(ctx context.Context) error {
	if err := os.MkdirAll(r.dir, 0o755); err != nil {
		return err
	}
	_, port, _ := strings.Cut(r.address, ":")
	args := append([]string{
		"--port", port, "--bind", "127.0.0.1", "--dir", r.dir, "--logfile", filepath.Join(r.dir, "redis.log"),
		"--appendonly", "yes", "--appendfsync", "everysec", "--save", "", "--maxmemory-policy", "noeviction",
	}, r.extra...)
	c, err := child.Start("redis", exec.Command("redis-server", args...))
	if err != nil {
		return err
	}
	r.Child = c
	err = await(ctx, 20*time.Second, func() bool {
		answer, err := r.ask(ctx, "PING")
		return err == nil && answer == "PONG"
	})
	if err != nil {
		c.Kill()
		return fmt.Errorf("redis does not answer: %w", err)
	}
	return nil
}

// ask gives Redis one command.
func (r *redis) ask(ctx context.Context, command ...string) (string, error) {
	return askRedis(ctx, r.address, command...)
}

func askRedis(ctx context.Context, address string, command ...string) (string, error) {
	host, port, _ := strings.Cut(address, ":")
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, "redis-cli", append([]string{"-h", host, "-p", port}, command...)...).CombinedOutput()
	text := strings.TrimSpace(string(out))
	if err != nil || strings.HasPrefix(text, "ERR ") {
		return text, errors.Join(err, fmt.Errorf("redis %s: %s", command[0], text))
	}
	return text, nil
}

// freeze stops a program where it is; thaw lets it go on.
func freeze(c *child.Child) error { return syscall.Kill(-c.PID(), syscall.SIGSTOP) }
func thaw(c *child.Child) error   { return syscall.Kill(-c.PID(), syscall.SIGCONT) }
