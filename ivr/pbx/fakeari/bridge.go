package fakeari

import (
	"net/http"
	"slices"
	"strings"
)

type bridge struct {
	id, name string
	channels []string
}

func (b *bridge) remove(id string) {
	b.channels = slices.DeleteFunc(b.channels, func(c string) bool { return c == id })
}

// but are the other channels of the bridge that one is in; nil when it is not.
func (b *bridge) but(id string) []string {
	if !slices.Contains(b.channels, id) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(b.channels), func(c string) bool { return c == id })
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
	case len(path) == 2 && path[1] == "removeChannel":
		for _, id := range strings.Split(r.URL.Query().Get("channel"), ",") {
			if !slices.Contains(b.channels, id) {
				return refuse(http.StatusUnprocessableEntity, "Channel not in this bridge")
			}
			b.remove(id)
		}
		return done()
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
