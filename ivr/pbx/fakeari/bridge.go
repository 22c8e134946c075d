package fakeari

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

type bridge struct {
	id, name string
	channels []string
}

func (b *bridge) remove(id string) {
	b.channels = slices.DeleteFunc(b.channels, func(c string) bool { return c == id })
}

func (b *bridge) json() map[string]any {
	return map[string]any{"id": b.id, "name": b.name, "bridge_type": "mixing", "channels": append([]string{}, b.channels...)}
}

// bridgeOrder is everything below /bridges. Needs s.mu.
func (s *Server) bridgeOrder(r *http.Request, path []string) (int, any) {
	b := s.bridges[path[0]]
	switch {
	case len(path) == 1 && r.Method == http.MethodPost:
		if b != nil {
			return refuse(http.StatusConflict, "Bridge with given id already exists")
		}
		b = &bridge{id: path[0], name: r.URL.Query().Get("name")}
		s.bridges[b.id] = b
		return http.StatusOK, b.json()
	case b == nil:
		return notFound("Bridge")
	case len(path) == 2 && path[1] == "addChannel":
		for _, id := range strings.Split(r.URL.Query().Get("channel"), ",") {
			if ch := s.channels[id]; ch == nil || ch.app == "" {
				return refuse(http.StatusBadRequest, "Channel not found")
			}
			for _, other := range s.bridges {
				other.remove(id)
			}
			b.channels = append(b.channels, id)
		}
		return done()
	case r.Method == http.MethodDelete:
		delete(s.bridges, b.id)
		return done()
	}
	return http.StatusOK, b.json()
}

// bridgeList needs s.mu.
func (s *Server) bridgeList() (int, any) {
	list := []any{}
	for _, b := range s.bridges {
		list = append(list, b.json())
	}
	return http.StatusOK, list
}

// Bridged are the channels in a bridge; none when there is none.
func (s *Server) Bridged(id string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b := s.bridges[id]; b != nil {
		return append([]string(nil), b.channels...)
	}
	return nil
}

// create makes the leg of a transfer.
func (s *Server) create(r *http.Request) (int, any) {
	q := r.URL.Query()
	id := q.Get("channelId")
	if s.channels[id] != nil {
		return refuse(http.StatusConflict, "Channel with given unique ID already exists")
	}
	if s.Far(q.Get("endpoint")).Refused {
		return refuse(http.StatusInternalServerError, "Allocation failed")
	}
	ch := &channel{id: id, name: q.Get("endpoint") + "-1", state: "Down", app: q.Get("app"), endpoint: q.Get("endpoint")}
	s.channels[id] = ch
	s.emit(ch.app, Event{"type": "StasisStart", "args": []string{}, "channel": ch.json()})
	return http.StatusOK, ch.json()
}

// dial makes a leg ring, and be answered or not.
func (s *Server) dial(r *http.Request, ch *channel) (int, any) {
	if ch.state != "Down" {
		return refuse(http.StatusConflict, "Channel is not in the 'Down' state")
	}
	far := s.Far(ch.endpoint)
	limit := inSeconds(r.URL.Query().Get("timeout"))
	ch.state = "Ringing"
	s.dialEvent(ch, "RINGING")
	ch.after(s, min(far.Rings, limit), func() {
		switch {
		case far.Rings > limit:
			s.hangup(ch, 0)
		case far.Cause != 0:
			s.hangup(ch, far.Cause)
		default:
			ch.state = "Up"
			s.emit(ch.app, Event{"type": "ChannelStateChange", "channel": ch.json()})
			s.dialEvent(ch, "ANSWER")
			if far.Talks > 0 {
				ch.after(s, far.Talks, func() { s.hangup(ch, 16) })
			}
		}
	})
	return done()
}

func (s *Server) dialEvent(ch *channel, status string) {
	s.emit(ch.app, Event{"type": "Dial", "dialstatus": status, "peer": ch.json()})
}

// after does something later, unless the channel is gone by then. Needs s.mu.
func (ch *channel) after(s *Server, d time.Duration, f func()) {
	ch.timers = append(ch.timers, time.AfterFunc(d, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.channels[ch.id] == ch {
			f()
		}
	}))
}
