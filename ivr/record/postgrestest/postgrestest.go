// Package postgrestest runs a real PostgreSQL for tests: on a unix socket in a
// temporary directory, as a user without rights, gone with the tests.
package postgrestest

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// Server is a PostgreSQL.
type Server struct {
	dir     string
	process *os.Process
	log     bytes.Buffer
	done    chan struct{}
}

// Start makes a database cluster and runs it until Stop.
func Start() (_ *Server, err error) {
	programs, err := programs()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "pg") // a socket's path has at most 107 bytes
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, done: make(chan struct{})}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	who, err := unprivileged(dir)
	if err != nil {
		return nil, err
	}
	init := exec.Command(filepath.Join(programs, "initdb"), "-D", filepath.Join(dir, "data"), "-U", "infolinia",
		"-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	init.Dir, init.SysProcAttr = dir, &syscall.SysProcAttr{Credential: who}
	if out, err := init.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	if err := s.run(filepath.Join(programs, "postgres"), who); err != nil {
		return nil, err
	}
	if err := s.await(); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

// Stop ends it as a crash would, and forgets its data.
func (s *Server) Stop() {
	_ = s.process.Signal(syscall.SIGQUIT) // ends its own children too
	<-s.done
	_ = os.RemoveAll(s.dir)
}

// DSN makes a new, empty database and says how it is reached.
func (s *Server) DSN(ctx context.Context, name string) (string, error) {
	db, err := sql.Open("pgx", s.address("postgres"))
	if err != nil {
		return "", err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	return s.address(name), nil
}

func (s *Server) address(database string) string {
	return fmt.Sprintf("postgres://infolinia@/%s?host=%s", database, s.dir)
}

// programs is where Debian keeps the newest version's programs.
func programs() (string, error) {
	if path, err := exec.LookPath("postgres"); err == nil {
		return filepath.Dir(path), nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if len(found) == 0 {
		return "", errors.New("there is no PostgreSQL on this machine: run asterisk/provide test")
	}
	return filepath.Dir(found[len(found)-1]), nil
}

// unprivileged is who may run it when we are root, which it refuses; the directory
// becomes his.
func unprivileged(dir string) (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		u, err = user.Lookup("nobody")
	}
	if err != nil {
		return nil, err
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, os.Chown(dir, int(uid), int(gid))
}

// run starts the server. The kernel ends it even when the tests die without a
// cleanup; the death signal comes from the thread that started it, so that one stays.
func (s *Server) run(program string, who *syscall.Credential) error {
	cmd := exec.Command(program, "-D", filepath.Join(s.dir, "data"), "-k", s.dir, "-h", "",
		"-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=50")
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.dir, &s.log, &s.log
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: who, Pdeathsig: syscall.SIGQUIT}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait()
			close(s.done)
		}
	}()
	err := <-started
	s.process = cmd.Process
	return err
}

func (s *Server) await() error {
	db, err := sql.Open("pgx", s.address("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for {
		if err := db.PingContext(ctx); err == nil {
			return nil
		} else if ctx.Err() != nil {
			return fmt.Errorf("postgres does not answer: %w", err)
		}
		select {
		case <-s.done:
			return fmt.Errorf("postgres ended: %s", s.log.String())
		case <-time.After(20 * time.Millisecond):
		}
	}
}
