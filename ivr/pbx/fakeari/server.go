// Package fakeari is an Asterisk without telephony: enough of ARI over HTTP and
// websocket to run calls through a real client, and to do to it what a real
// Asterisk does only on its worst days. Events can be dropped, delayed, repeated
// and reordered, answers refused, lost or never given, websockets cut or silent.
//
// Playbacks and recordings take the time they would; with StartPipe inside a
// testing/synctest bubble that time costs nothing.
package fakeari

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Server is the fake. Its exported functions are set before the first request.
type Server struct {
	// URL is the base of ARI; Dial makes connections to it (nil: TCP).
	URL  string
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)

	// Length is how long a media URI sounds; negative: it does not exist. The
	// default is 100 ms for all.
	Length func(media string) time.Duration
	// Far is how a dialled endpoint behaves. The default answers after 100 ms.
	Far func(endpoint string) Far
	// Fault is asked for each request; nil is none.
	Fault func(r *http.Request) Fault
	// Mangle turns an event into those that are sent; nil leaves it.
	Mangle func(Event) []Event

	http  http.Server
	alive context.Context // until Close
	end   context.CancelFunc
	work  sync.WaitGroup

	mu         sync.Mutex
	serial     int
	system     string
	version    string
	modules    []string
	apps       map[string]*app
	channels   map[string]*channel
	playbacks  map[string]*playback
	recordings map[string]*recording
	stored     map[string][]byte // WAV by name
	bridges    map[string]*bridge
	causes     map[string]int               // of channels that ended
	config     map[string]map[string]string // SIP objects, "endpoint/agent-anna"
	log        []string
	muted      bool
	changed    chan struct{} // closed and replaced with each change, for Wait
}

// Fault is what goes wrong with a request.
type Fault struct {
	Delay   time.Duration // before anything is done
	Status  int           // answered instead of doing it
	Message string
	// Lost: it is done, but the answer never comes.
	Lost bool
}

// Far is the far side of a transfer.
type Far struct {
	Refused bool // the channel cannot be made: status 500
	Rings   time.Duration
	Cause   int           // ends the ringing with this cause instead of an answer
	Talks   time.Duration // hangs up after it; zero: never
}

// Start serves on a free port of loopback.
func Start() (*Server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("fake ari: %w", err)
	}
	s := newServer()
	s.URL = "http://" + l.Addr().String() + "/ari"
	s.serve(l)
	return s, nil
}

// StartPipe serves in memory, over Dial.
func StartPipe() *Server {
	l := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	s := newServer()
	s.URL = "http://asterisk.invalid/ari"
	s.Dial = l.dial
	s.serve(l)
	return s
}

func newServer() *Server {
	alive, end := context.WithCancel(context.Background())
	return &Server{
		alive: alive, end: end,
		Length: func(string) time.Duration { return 100 * time.Millisecond },
		Far:    func(string) Far { return Far{Rings: 100 * time.Millisecond} },
		system: "fake", version: "22.10.1", apps: map[string]*app{}, channels: map[string]*channel{},
		playbacks: map[string]*playback{}, recordings: map[string]*recording{}, stored: map[string][]byte{},
		bridges: map[string]*bridge{}, causes: map[string]int{}, config: map[string]map[string]string{}, changed: make(chan struct{}),
	}
}

func (s *Server) serve(l net.Listener) {
	s.http.Handler = http.HandlerFunc(s.handle)
	s.work.Go(func() { _ = s.http.Serve(l) })
}

// Close ends the server and everything in it.
func (s *Server) Close() {
	s.end()
	s.mu.Lock()
	for _, ch := range s.channels {
		ch.silence()
	}
	s.mu.Unlock()
	_ = s.http.Close()
	s.work.Wait()
}

func (s *Server) handle(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/ari/events" {
		s.websocket(w, r)
		return
	}
	status, body, answered := s.perform(r)
	if !answered {
		select {
		case <-r.Context().Done():
		case <-s.alive.Done():
		}
		return
	}
	answer(w, status, body)
}

// perform carries out a request, with its fault; it is not answered when the
// fault is a lost answer.
func (s *Server) perform(r *http.Request) (status int, body any, answered bool) {
	var f Fault
	s.mu.Lock()
	fault := s.Fault
	s.mu.Unlock()
	if fault != nil {
		f = fault(r)
	}
	if f.Delay > 0 {
		select {
		case <-time.After(f.Delay):
		case <-r.Context().Done():
			return 0, nil, false
		case <-s.alive.Done():
			return 0, nil, false
		}
	}
	if f.Status != 0 {
		return f.Status, map[string]string{"message": f.Message}, true
	}
	path := strings.TrimPrefix(r.URL.Path, "/ari")
	if !s.behindPrompts(r, path) {
		return 0, nil, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !strings.HasPrefix(path, "/events/user/") {
		s.log = append(s.log, r.Method+" "+path)
	}
	status, body = s.route(r, strings.Split(strings.Trim(path, "/"), "/"))
	s.touch()
	return status, body, !f.Lost
}

func answer(w http.ResponseWriter, status int, body any) {
	if raw, ok := body.([]byte); ok {
		w.Header().Set("Content-Type", "audio/wav")
		_, _ = w.Write(raw)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if status != http.StatusNoContent {
		_ = json.NewEncoder(w).Encode(body)
	}
}

// route performs a request. Needs s.mu.
func (s *Server) route(r *http.Request, path []string) (int, any) {
	if len(path) == 1 && path[0] == "bridges" {
		return s.bridgeList()
	}
	if len(path) < 2 {
		return notFound("resource")
	}
	switch path[0] {
	case "channels":
		return s.channelOrder(r, path[1:])
	case "playbacks":
		return s.playbackOrder(r, path[1])
	case "recordings":
		return s.recordingOrder(r, path[1:])
	case "bridges":
		return s.bridgeOrder(r, path[1:])
	case "applications":
		return s.appOrder(r, path[1:])
	case "events":
		return s.userEvent(r, path[2])
	case "asterisk":
		if path[1] == "config" && len(path) == 6 {
			return s.configure(r, path[4]+"/"+path[5])
		}
		return s.info(path[1])
	case "endpoints":
		if len(path) == 3 {
			return s.reachable(path[2])
		}
		return s.endpoints()
	}
	return notFound("resource")
}

func notFound(what string) (int, any) {
	return http.StatusNotFound, map[string]string{"message": what + " not found"}
}

func refuse(status int, message string) (int, any) {
	return status, map[string]string{"message": message}
}

func done() (int, any) { return http.StatusNoContent, nil }

func (s *Server) info(what string) (int, any) {
	if what == "modules" {
		list := []map[string]any{}
		for _, m := range s.modules {
			list = append(list, map[string]any{"name": m, "status": "Running"})
		}
		return http.StatusOK, list
	}
	return http.StatusOK, map[string]any{
		"system": map[string]string{"version": s.version, "entity_id": "00:00:00:00:00:00"},
		"config": map[string]any{"name": s.system, "default_language": "en"},
	}
}

// Version sets what the server says it is.
func (s *Server) Version(version string, modules ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version, s.modules = version, modules
}

// SetFault changes Fault while the server is in use; nil ends all faults.
func (s *Server) SetFault(fault func(*http.Request) Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Fault = fault
}

// Orders are the requests so far, without heartbeats: "POST /channels/7/answer".
func (s *Server) Orders() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.log...)
}

// Wait returns when cond holds; it is asked again whenever something happened.
func (s *Server) Wait(ctx context.Context, cond func() bool) error {
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if cond() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// touch needs s.mu.
func (s *Server) touch() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// pipes is a listener in memory.
type pipes struct {
	conns  chan net.Conn
	once   sync.Once
	closed chan struct{}
}

func (l *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case l.conns <- there:
		return here, nil
	case <-l.closed:
	case <-ctx.Done():
	}
	return nil, errors.New("connection refused")
}

func (l *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipes) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "fakeari", Net: "pipe"} }
