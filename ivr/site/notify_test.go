package site

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

func TestSystemdHearsOfReadinessAndOfLifeWhileHealthy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notify")
	socket, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	t.Setenv("NOTIFY_SOCKET", path)
	t.Setenv("WATCHDOG_USEC", strconv.FormatInt((100*time.Millisecond).Microseconds(), 10))
	hears := func(want string) {
		t.Helper()
		buf := make([]byte, 100)
		if err := socket.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
			t.Fatal(err)
		}
		n, err := socket.Read(buf)
		if err != nil || string(buf[:n]) != want {
			t.Fatalf("systemd hears %q (%v), want %q", buf[:n], err, want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	var asked int
	done := make(chan error, 1)
	go func() {
		done <- Notify(ctx, func(context.Context) error {
			if asked++; asked > 2 {
				cancel() // sick from here on: only the farewell may follow
				return errors.New("sick")
			}
			return nil
		})
	}()
	hears("READY=1")
	hears("WATCHDOG=1")
	hears("WATCHDOG=1")
	hears("STOPPING=1")
	if err := <-done; err != nil {
		t.Error(err)
	}
}
