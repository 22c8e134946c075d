package console

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// press is a Publisher that answers as it is told.
type press struct{ publish, rollback func(context.Context) error }

func (p press) Publish(ctx context.Context) error  { return p.publish(ctx) }
func (p press) Rollback(ctx context.Context) error { return p.rollback(ctx) }

// serve runs a control socket until the test ends.
func serve(t *testing.T, path string, p Publisher) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- Control{Publisher: p, Settings: settings(emptyDesk())}.Run(ctx, path) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(path); err == nil {
			t.Error("the socket is still there")
		}
	})
	for {
		conn, err := net.Dial("unix", path)
		if err == nil {
			conn.Close()
			return
		}
		select {
		case err := <-done:
			t.Fatal(err)
		default:
		}
	}
}

// socket is a path short enough for a unix socket.
func socket(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "ctl")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return filepath.Join(dir, "infolinia.sock")
}

func fine(context.Context) error { return nil }

func TestPublishingAnswersWithTheLiveVersion(t *testing.T) {
	path := socket(t)
	serve(t, path, press{fine, fine})
	for _, order := range []func(*Client, context.Context) (Version, error){(*Client).Publish, (*Client).Rollback} {
		v, err := order(NewClient(path), t.Context())
		if err != nil || v.Short() != "a1a1a1a1a1a1" {
			t.Error(v, err)
		}
	}
}

func TestRefusedFilesComeBackWithEachOfTheirProblems(t *testing.T) {
	want := []FileProblem{
		{File: "callflows/main.yaml", Line: 1, Column: 2, Message: "no node"},
		{File: "kb/a/b.yaml", Line: 3, Column: 4, Warning: true, Message: "no sources"},
	}
	path := socket(t)
	serve(t, path, press{func(context.Context) error { return &Refused{want} }, fine})
	_, err := NewClient(path).Publish(t.Context())
	var refused *Refused
	if !errors.As(err, &refused) {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, refused.Problems); diff != "" || refused.Error() != "the saved files are refused: 1 to mend" {
		t.Error(refused, diff)
	}
}

func TestAnotherFailureComesBackInItsWords(t *testing.T) {
	path := socket(t)
	serve(t, path, press{fine, func(context.Context) error { return errors.New("no other version is kept") }})
	_, err := NewClient(path).Rollback(t.Context())
	if err == nil || err.Error() != "rollback: no other version is kept" {
		t.Error(err)
	}
}

func TestWithoutADaemonTheErrorSaysSo(t *testing.T) {
	path := socket(t)
	if _, err := NewClient(path).Publish(t.Context()); !errors.Is(err, ErrAbsent) {
		t.Error(err)
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	l.Close() // as a process that was killed leaves it
	if _, err := NewClient(path).Publish(t.Context()); !errors.Is(err, ErrAbsent) {
		t.Error(err)
	}
	if _, err := NewClient(path + strings.Repeat("x", 200)).Publish(t.Context()); err == nil || errors.Is(err, ErrAbsent) {
		t.Error("a socket that cannot be asked is taken for nobody's: ", err)
	}
	serve(t, path, press{fine, fine})
	if _, err := NewClient(path).Publish(t.Context()); err != nil {
		t.Error("the socket of a dead process is in the way: ", err)
	}
}

func TestTheSocketIsForItsOwnerAlone(t *testing.T) {
	path := socket(t)
	serve(t, path, press{fine, fine})
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("mode %o", got)
	}
}

func TestPublishingGoesOnWhenNobodyWaitsForIt(t *testing.T) {
	begun, finish, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	path := socket(t)
	serve(t, path, press{func(ctx context.Context) error {
		close(begun)
		<-finish
		ended <- ctx.Err()
		return nil
	}, fine})
	ctx, cancel := context.WithCancel(t.Context())
	gaveUp := make(chan error, 1)
	go func() {
		_, err := NewClient(path).Publish(ctx)
		gaveUp <- err
	}()
	<-begun
	cancel()
	if err := <-gaveUp; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	close(finish)
	if err := <-ended; err != nil {
		t.Error("cut short: ", err)
	}
}

func TestTheSocketTellsTheStatusToo(t *testing.T) {
	path := socket(t)
	serve(t, path, press{fine, fine})
	resp, err := NewClient(path).http.Get("http://daemon/status")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Error(resp.Status)
	}
}
