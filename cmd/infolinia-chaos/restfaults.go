package main

import (
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"sync/atomic"
)

// restFaults stands before Asterisk's REST interface and spoils a share of the
// requests. The websocket passes.
type restFaults struct {
	*httptest.Server
	count  atomic.Int64 // requests, spoilt or not
	closed chan struct{}
	once   sync.Once

	mu    sync.Mutex
	share float64
	// status answers instead of Asterisk; never: nothing does.
	status int
}

// never is the status of a request that is not answered.
const never = -1

func newRESTFaults(host string) *restFaults {
	f := &restFaults{closed: make(chan struct{})}
	behind := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: host})
	behind.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) {
		panic(http.ErrAbortHandler) // as a server that is not there
	}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") != "" {
			behind.ServeHTTP(w, r)
			return
		}
		f.count.Add(1)
		switch status := f.spoil(); status {
		case 0:
			behind.ServeHTTP(w, r)
		case never:
			select {
			case <-r.Context().Done():
			case <-f.closed:
			}
			panic(http.ErrAbortHandler)
		default:
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			_, _ = w.Write([]byte(`{"message":"spoilt"}`))
		}
	}))
	return f
}

// Close ends the requests that are not answered as well.
func (f *restFaults) Close() {
	f.once.Do(func() { close(f.closed) })
	f.Server.CloseClientConnections()
	f.Server.Close()
}

// spoils sets how requests go from now on; share 0 lets all pass.
func (f *restFaults) spoils(share float64, status int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.share, f.status = share, status
}

func (f *restFaults) spoil() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	if rand.Float64() < f.share {
		return f.status
	}
	return 0
}
