package main

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"sync/atomic"

	"github.com/coder/websocket"
)

// restFaults stands before Asterisk's REST interface and spoils a share of the
// requests, those over the websocket too. Events pass.
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
			f.socket(w, r, "ws://"+host+r.URL.RequestURI())
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

// socket passes a websocket on, message by message.
func (f *restFaults) socket(w http.ResponseWriter, r *http.Request, address string) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	far, _, err := websocket.Dial(ctx, address, &websocket.DialOptions{HTTPHeader: http.Header{"Authorization": r.Header["Authorization"]}})
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer far.CloseNow()
	near, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer near.CloseNow()
	far.SetReadLimit(1 << 20)
	var events sync.WaitGroup
	events.Go(func() {
		defer cancel()
		for {
			kind, data, err := far.Read(ctx)
			if err != nil || near.Write(ctx, kind, data) != nil {
				return
			}
		}
	})
	for {
		kind, data, err := near.Read(ctx)
		if err != nil {
			break
		}
		answer, through := f.spoilMessage(data)
		if through && far.Write(ctx, kind, data) != nil || answer != nil && near.Write(ctx, kind, answer) != nil {
			break
		}
	}
	cancel()
	events.Wait()
}

// spoilMessage is spoil for a request over the websocket, with the answer that
// comes instead of Asterisk's.
func (f *restFaults) spoilMessage(data []byte) (answer []byte, through bool) {
	var q struct {
		ID string `json:"request_id"`
	}
	if json.Unmarshal(data, &q) != nil || q.ID == "" {
		return nil, true
	}
	f.count.Add(1)
	switch status := f.spoil(); status {
	case 0:
		return nil, true
	case never:
		return nil, false
	default:
		answer, _ = json.Marshal(map[string]any{
			"type": "RESTResponse", "request_id": q.ID, "status_code": status,
			"content_type": "application/json", "message_body": `{"message":"spoilt"}`,
		})
		return answer, false
	}
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
