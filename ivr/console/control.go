package console

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"time"
)

// Publisher brings saved files to the line.
type Publisher interface {
	// Publish checks the saved files and makes them live; the error is a
	// *Refused when they are wrong.
	Publish(ctx context.Context) error
	// Rollback makes the version before the live one live.
	Rollback(ctx context.Context) error
}

// Refused says that files cannot go live, with everything that is wrong.
type Refused struct {
	Problems []FileProblem `json:"problems"`
}

func (e *Refused) Error() string {
	return fmt.Sprintf("the saved files are refused: %d to mend", e.errors())
}

func (e *Refused) errors() (n int) {
	for _, p := range e.Problems {
		if !p.Warning {
			n++
		}
	}
	return n
}

// Control serves the commands of this machine over a unix socket.
type Control struct {
	Publisher Publisher
	// Drain hands all calls to another instance; the error tells why they stay.
	Drain    func(context.Context) error
	Slots    Slots
	Settings Settings
}

// refusal is the answer when something was not done.
type refusal struct {
	Error string `json:"error"`
	*Refused
}

// Run serves on the socket at path until ctx ends. Only the user the process
// runs as may open it. What a process that died has left there is replaced.
func (c Control) Run(ctx context.Context, path string) error {
	l, err := listen(path)
	if err != nil {
		return fmt.Errorf("control socket: %w", err)
	}
	own, err := os.Stat(path)
	if err != nil {
		return errors.Join(fmt.Errorf("control socket: %w", err), l.Close())
	}
	defer func() {
		if now, err := os.Stat(path); err == nil && os.SameFile(own, now) { // not a successor's
			os.Remove(path)
		}
	}()
	srv := &http.Server{Handler: c.routes(), ReadHeaderTimeout: 5 * time.Second}
	stopped := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(stopped)
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		_ = srv.Shutdown(last)
	})
	err = srv.Serve(l)
	if !stop() {
		<-stopped
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("control socket: %w", err)
}

// listen makes the socket under another name, closes it to others, and only
// then puts it in its place.
func listen(path string) (net.Listener, error) {
	fresh := path + ".new"
	if err := os.Remove(fresh); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: fresh, Net: "unix"})
	if err != nil {
		return nil, err
	}
	l.SetUnlinkOnClose(false) // by then it has its own name
	err = os.Chmod(fresh, 0o600)
	if err == nil {
		err = os.Rename(fresh, path)
	}
	if err != nil {
		return nil, errors.Join(err, l.Close(), os.Remove(fresh))
	}
	return l, nil
}

func (c Control) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /status", readyz{c.Settings})
	mux.HandleFunc("GET /alive", c.alive)
	mux.HandleFunc("GET /slots", c.slots)
	mux.HandleFunc("POST /publish", c.change(c.Publisher.Publish))
	mux.HandleFunc("POST /rollback", c.change(c.Publisher.Rollback))
	mux.HandleFunc("POST /drain", c.change(c.Drain))
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return mux
}

// change answers with the version that is live after it. Once begun it is
// carried through, also when whoever asked does not wait for it.
func (c Control) change(do func(context.Context) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		err := do(context.WithoutCancel(r.Context()))
		var refused *Refused
		switch {
		case errors.As(err, &refused):
			writeJSON(w, http.StatusUnprocessableEntity, refusal{refused.Error(), refused})
		case err != nil:
			writeJSON(w, http.StatusConflict, refusal{Error: err.Error()})
		default:
			writeJSON(w, http.StatusOK, c.Settings.Line.Version())
		}
	}
}
