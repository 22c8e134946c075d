package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"infolinia/asterisk/child"
)

// jiffy is the unit of /proc/PID/stat on every Linux of today (USER_HZ).
const jiffy = 10 * time.Millisecond

// cpu is what a process and its ended children have used; zero when it is gone.
func cpu(pid int) time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	// The name, in brackets, may hold blanks; the times are fields 14 to 17.
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	var sum time.Duration
	for _, f := range fields[11:15] {
		n, _ := strconv.Atoi(f)
		sum += time.Duration(n) * jiffy
	}
	return sum
}

// rss is the memory of a process in MB.
func rss(pid int) float64 {
	statm, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0
	}
	pages, _ := strconv.Atoi(strings.Fields(string(statm))[1])
	return float64(pages) * float64(os.Getpagesize()) / 1e6
}

// launch starts a program whose output goes to a file, and waits until ready
// says so.
func launch(ctx context.Context, name, dir string, cmd *exec.Cmd, ready func(log string) bool) (*child.Child, error) {
	path := filepath.Join(dir, name+".log")
	log, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	c, err := child.Start(name, cmd)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for {
		text, err := os.ReadFile(path)
		if err == nil && ready(string(text)) {
			return c, nil
		}
		select {
		case <-look.C:
			continue
		case <-c.Done():
			err = fmt.Errorf("%s ended: %w", name, c.Err())
		case <-ctx.Done():
			err = fmt.Errorf("%s is not ready: %w", name, ctx.Err())
		}
		c.Kill()
		if text, _ = os.ReadFile(path); len(text) > 2000 {
			text = text[len(text)-2000:]
		}
		return nil, fmt.Errorf("%w\n%s", err, text)
	}
}

// says is ready when the program has written words.
func says(words string) func(string) bool {
	return func(log string) bool { return strings.Contains(log, words) }
}

// startRedis starts a Redis as `make run` does: on a unix socket, on disk within
// a second.
func startRedis(ctx context.Context, dir string) (*child.Child, redisSocket, error) {
	socket := redisSocket(filepath.Join(dir, "redis.sock"))
	cmd := exec.Command("redis-server", "--port", "0", "--unixsocket", string(socket), "--dir", dir,
		"--appendonly", "yes", "--appendfsync", "everysec", "--save", "", "--maxmemory-policy", "noeviction")
	c, err := launch(ctx, "redis", dir, cmd, func(string) bool { _, err := socket.ask("PING"); return err == nil })
	return c, socket, err
}

// everybody has the daemon turn nobody away: the bench looks for what it can bear.
// A soak runs with the limits as they are shipped.
func everybody() []string {
	return []string{"INFOLINIA_ADMISSION_CALLS=0", "INFOLINIA_ADMISSION_LATENCY=0", "INFOLINIA_ADMISSION_HEARTBEAT=0"}
}

// startDaemon starts `infolinia serve`.
func (in *infolinia) startDaemon(ctx context.Context, dir string, env ...string) (*child.Child, string, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, "", err
	}
	cmd := exec.Command(in.binary, "serve")
	varDir := filepath.Join(dir, "var")
	if err := os.MkdirAll(varDir, 0o700); err != nil {
		return nil, "", err
	}
	cmd.Env = append(in.env[:len(in.env):len(in.env)], "INFOLINIA_HTTP_LISTEN="+address, "INFOLINIA_VAR="+varDir)
	cmd.Env = append(cmd.Env, env...)
	c, err := launch(ctx, "daemon", dir, cmd, says("asterisk is connected"))
	return c, address, err
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// stopAll stops what was started, the last first.
func stopAll(started []*child.Child) error {
	var err error
	ctx, cancel := context.WithTimeout(context.Background(), child.Grace)
	defer cancel()
	for i := len(started) - 1; i >= 0; i-- {
		err = errors.Join(err, started[i].Stop(ctx))
	}
	return err
}
