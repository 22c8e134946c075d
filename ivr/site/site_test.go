package site

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"infolinia/asterisk"
	"infolinia/ivr/config"
)

// These make the test program a daemon that answers health checks at an address
// and at the socket of the commands.
const (
	daemonVariable = "SITE_TEST_DAEMON"
	socketVariable = "SITE_TEST_SOCKET"
)

func TestMain(m *testing.M) {
	if listen := os.Getenv(daemonVariable); listen != "" {
		http.HandleFunc("/pid", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, os.Getpid()) })
		http.HandleFunc("/", func(http.ResponseWriter, *http.Request) {})
		_ = os.Remove(os.Getenv(socketVariable))
		commands, err := net.Listen("unix", os.Getenv(socketVariable))
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		go func() { _ = http.Serve(commands, nil) }()
		fmt.Fprintln(os.Stderr, http.ListenAndServe(listen, nil))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// transcript is what the person at the terminal sees.
type transcript struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (t *transcript) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.buf.Write(p)
}

func (t *transcript) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.buf.String()
}

// newSite is a line with free ports in its own directory.
func newSite(t *testing.T) (Site, *transcript) {
	t.Helper()
	dir, err := os.MkdirTemp("", "infolinia-site-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	free, err := asterisk.Local(dir, asterisk.Installation{})
	if err != nil {
		t.Fatal(err)
	}
	http, err := asterisk.Local(dir, asterisk.Installation{})
	if err != nil {
		t.Fatal(err)
	}
	src := config.Source{Dir: dir, Environ: []string{
		"INFOLINIA_SIP_LISTEN=" + free.UDP().String(),
		"INFOLINIA_ARI_LISTEN=127.0.0.1:" + strconv.Itoa(free.ARI.Port),
		"INFOLINIA_HTTP_LISTEN=127.0.0.1:" + strconv.Itoa(http.ARI.Port),
	}}
	settings, err := config.Load(src)
	if err != nil {
		t.Fatal(err)
	}
	if err := settings.Generate(); err != nil {
		t.Fatal(err)
	}
	if settings, err = config.Load(src); err != nil {
		t.Fatal(err)
	}
	unpacked, err := filepath.Abs("../../var/asterisk")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(unpacked); err == nil {
		if err := os.Symlink(unpacked, filepath.Join(settings.Var, "asterisk")); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv(daemonVariable, settings.HTTP.Listen)
	t.Setenv(socketVariable, settings.Socket(1))
	out := &transcript{}
	return Site{Config: &settings.Config, Number: "243645555", Instances: 1, Daemon: []string{os.Args[0]}, Out: out}, out
}

// start runs a site until stop, which returns what Run returned.
func start(t *testing.T, s Site) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx, context.WithoutCancel(ctx)) }()
	stop = sync.OnceValue(func() error {
		cancel()
		return <-done
	})
	t.Cleanup(func() { _ = stop() })
	return stop
}

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	deadline := time.After(60 * time.Second)
	for !condition() {
		select {
		case <-deadline:
			t.Fatalf("never happened: %s", what)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (s Site) daemonPID(t *testing.T) int {
	text, err := get(t.Context(), baseURL(s.Config.HTTP.Listen)+"/pid")
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func TestTheLineStartsRestartsItsDaemonAndStopsAllItStarted(t *testing.T) {
	s, out := newSite(t)
	stop := start(t, s)
	eventually(t, "ready", func() bool { return strings.Contains(out.String(), "infolinia ready") })
	for _, want := range []string{"sip:243645555@127.0.0.1:", baseURL(s.Config.HTTP.Listen), "bin/infolinia call", "extensions.200.password"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not told:\n%s", want, out)
		}
	}

	second := s
	if err := second.Run(t.Context(), t.Context()); err == nil || !strings.Contains(err.Error(), "is running already") {
		t.Errorf("a second run beside the first: %v", err)
	}

	first := s.daemonPID(t)
	if err := syscall.Kill(first, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the daemon is there again", func() bool { pid := s.daemonPID(t); return pid != 0 && pid != first })
	if !strings.Contains(out.String(), "the daemon ended (signal: killed); starting it again") {
		t.Errorf("its death is not told:\n%s", out)
	}

	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if err := checkSockets(s.Config, 1); err != nil {
		t.Errorf("something still listens: %v", err)
	}
	socket := strings.TrimPrefix(s.Config.Redis.URL, "unix://")
	if conn, err := net.Dial("unix", socket); err == nil {
		conn.Close()
		t.Error("redis still runs")
	}
}

func TestATakenPortIsNamedWithTheSettingThatMovesIt(t *testing.T) {
	s, _ := newSite(t)
	taken, err := net.ListenPacket("udp", s.Config.SIP.Listen.String())
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	err = s.Run(t.Context(), t.Context())
	want := s.Config.SIP.Listen.String() + "/udp is taken: set sip.listen (INFOLINIA_SIP_LISTEN)"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestAnInterruptionDuringTheStartStopsIt(t *testing.T) {
	s, _ := newSite(t)
	s.Render = []string{"sleep", "1000"}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx, t.Context()) }()
	eventually(t, "locked", func() bool {
		_, err := os.Stat(filepath.Join(s.Config.Var, "up.lock"))
		return err == nil
	})
	cancel()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("stopped with %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("still running")
	}
}
