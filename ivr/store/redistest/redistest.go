// Package redistest runs a real Redis for a test: on a unix socket in a
// temporary directory, with an append-only file, gone with the test.
package redistest

import (
	"bufio"
	"bytes"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Server is a Redis of one test.
type Server struct {
	// Addr is the path of its socket, as go-redis takes it.
	Addr string

	t   testing.TB
	dir string
	run *run
}

type run struct {
	process *os.Process
	log     *bytes.Buffer
	done    chan struct{}
}

// Start runs a Redis until the test ends.
func Start(t testing.TB) *Server {
	t.Helper()
	// Not t.TempDir: a socket's path has at most 107 bytes.
	dir, err := os.MkdirTemp("", "redis")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Addr: filepath.Join(dir, "s"), t: t, dir: dir}
	t.Cleanup(func() {
		s.Kill()
		os.RemoveAll(dir)
	})
	s.Restart()
	return s
}

// Restart starts Redis again from its append-only file, after killing it when
// it runs, and waits until it answers.
func (s *Server) Restart() {
	s.t.Helper()
	s.Kill()
	s.run = s.start()
	for deadline := time.Now().Add(20 * time.Second); !s.answers(); {
		select {
		case <-s.run.done:
			s.t.Fatalf("redis-server ended: %s", s.run.log)
		case <-time.After(5 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			s.t.Fatal("redis-server does not answer")
		}
	}
}

// Kill ends Redis as a crash would, and waits for it.
func (s *Server) Kill() {
	if s.run == nil {
		return
	}
	s.run.process.Kill()
	<-s.run.done
	s.run = nil
}

// Freeze stops Redis where it is: it accepts connections and never answers.
func (s *Server) Freeze() { s.signal(syscall.SIGSTOP) }

// Thaw lets a frozen Redis go on.
func (s *Server) Thaw() { s.signal(syscall.SIGCONT) }

func (s *Server) signal(sig os.Signal) {
	s.t.Helper()
	if err := s.run.process.Signal(sig); err != nil {
		s.t.Fatalf("signal redis-server: %v", err)
	}
}

func (s *Server) start() *run {
	s.t.Helper()
	r := &run{log: new(bytes.Buffer), done: make(chan struct{})}
	cmd := exec.Command("redis-server", "--port", "0", "--unixsocket", s.Addr, "--dir", s.dir,
		"--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction")
	cmd.Stdout, cmd.Stderr = r.log, r.log
	// The kernel ends it even when the test binary dies without a cleanup. The
	// death signal comes from the thread that started it, so that one stays.
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			cmd.Wait()
			close(r.done)
		}
	}()
	if err := <-started; err != nil {
		s.t.Fatalf("start redis-server: %v", err)
	}
	r.process = cmd.Process
	return r
}

func (s *Server) answers() bool { return s.ask("PING") == "+PONG" } // while it loads: -LOADING

// ask gives the first line of the answer to a command; empty: there is none.
func (s *Server) ask(command string) string {
	conn, err := net.DialTimeout("unix", s.Addr, time.Second)
	if err != nil {
		return ""
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(time.Second))
	if _, err := conn.Write([]byte(command + "\r\n")); err != nil {
		return ""
	}
	line, _ := bufio.NewReader(conn).ReadString('\n')
	return strings.TrimSpace(line)
}

// Flush takes all data away.
func (s *Server) Flush() {
	s.t.Helper()
	if answer := s.ask("FLUSHALL"); answer != "+OK" {
		s.t.Fatalf("flush redis-server: %q", answer)
	}
}
