package fakeari

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// Event is an event as it goes over the websocket.
type Event map[string]any

// Type is the event's type.
func (e Event) Type() string { t, _ := e["type"].(string); return t }

// app is a Stasis application. It outlives its websocket.
type app struct {
	name   string
	ws     *socket
	filter []string // allowed types; none: all
}

// hears tells whether the filter lets a type through.
func (a *app) hears(kind string) bool { return len(a.filter) == 0 || slices.Contains(a.filter, kind) }

func (a *app) close() {
	if a.ws != nil {
		a.ws.end()
	}
}

// socket is one websocket with what still has to go over it.
type socket struct {
	mu    sync.Mutex
	queue [][]byte
	wake  chan struct{}
	stop  context.CancelFunc
}

func (w *socket) send(b []byte) {
	w.mu.Lock()
	w.queue = append(w.queue, b)
	w.mu.Unlock()
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

func (w *socket) take() [][]byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	q := w.queue
	w.queue = nil
	return q
}

func (w *socket) end() { w.stop() }

// websocket serves the events of an application. A newer one replaces an older.
func (s *Server) websocket(rw http.ResponseWriter, r *http.Request) {
	ctx, stop := context.WithCancel(s.alive)
	defer stop()
	ws := &socket{wake: make(chan struct{}, 1), stop: stop}
	a := s.register(r.URL.Query().Get("app"), ws) // before the client hears that it is connected
	defer s.unregister(a, ws)
	conn, err := websocket.Accept(rw, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
	if err != nil {
		return
	}
	requests := make(chan []byte, 1024) // as much as a socket holds
	s.work.Go(func() {                  // reads the client's requests, pings and its close
		defer stop()
		defer close(requests)
		for {
			_, text, err := conn.Read(ctx)
			if err != nil {
				return
			}
			requests <- text
		}
	})
	s.work.Go(func() {
		for text := range requests {
			s.request(ctx, a, ws, r.Header, text)
		}
	})
	s.work.Add(1)
	defer s.work.Done()
	for ctx.Err() == nil {
		select {
		case <-ws.wake:
			for _, b := range ws.take() {
				if conn.Write(ctx, websocket.MessageText, b) != nil {
					stop()
				}
			}
		case <-ctx.Done():
		}
	}
	_ = conn.CloseNow()
}

func (s *Server) register(name string, ws *socket) *app {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.apps[name]
	if a == nil {
		a = &app{name: name}
		s.apps[name] = a
	}
	if a.ws != nil {
		s.emit(name, Event{"type": "ApplicationReplaced"})
	}
	a.ws = ws
	s.touch()
	return a
}

func (s *Server) unregister(a *app, ws *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.ws == ws {
		a.ws = nil
	}
	s.touch()
}

// emit sends an event to an application, if somebody listens. Needs s.mu.
func (s *Server) emit(name string, e Event) {
	a := s.apps[name]
	if a == nil || a.ws == nil || s.muted {
		return
	}
	if !a.hears(e.Type()) {
		return
	}
	e["application"] = name
	e["timestamp"] = time.Now().Format("2006-01-02T15:04:05.000-0700")
	sent := []Event{e}
	if s.Mangle != nil {
		sent = s.Mangle(e)
	}
	for _, e := range sent {
		b, err := json.Marshal(e)
		if err == nil {
			a.ws.send(b)
		}
	}
	s.touch()
}

// Send sends an event as it is, whatever it is.
func (s *Server) Send(name, raw string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.apps[name]; a != nil && a.ws != nil {
		a.ws.send([]byte(raw))
	}
}

// Cut closes the websocket of an application.
func (s *Server) Cut(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.apps[name]; a != nil {
		a.close()
		a.ws = nil
	}
}

// Mute lets all websockets stay open and silent: half-open connections. A new
// websocket hears again when on is false.
func (s *Server) Mute(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.muted = on
}

func (s *Server) appOrder(r *http.Request, path []string) (int, any) {
	a := s.apps[path[0]]
	if a == nil {
		return notFound("Application")
	}
	if len(path) == 2 && path[1] == "eventFilter" {
		var filter struct{ Allowed []struct{ Type string } }
		if err := json.NewDecoder(r.Body).Decode(&filter); err != nil {
			return refuse(http.StatusBadRequest, err.Error())
		}
		a.filter = nil
		for _, f := range filter.Allowed {
			a.filter = append(a.filter, f.Type)
		}
	}
	ids := []string{}
	for id, ch := range s.channels {
		if ch.app == a.name {
			ids = append(ids, id)
		}
	}
	return http.StatusOK, map[string]any{"name": a.name, "channel_ids": ids, "bridge_ids": []string{}}
}

func (s *Server) userEvent(r *http.Request, name string) (int, any) {
	to := r.URL.Query().Get("application")
	if a := s.apps[to]; a == nil || a.ws == nil {
		return notFound("Application")
	}
	s.emit(to, Event{"type": "ChannelUserevent", "eventname": name, "userevent": map[string]any{}})
	return done()
}
