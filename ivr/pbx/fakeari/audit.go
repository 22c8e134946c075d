package fakeari

import "slices"

// Begun is a sound that a caller has begun to hear.
type Begun struct{ Playback, Media string }

// Begun are the sounds that were begun, with the playbacks they belong to.
func (c *Caller) Begun() []Begun {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return slices.Clone(c.ch.begun)
}

// Left names what an application still has: channels, bridges, playbacks and
// open recordings. After all calls are over there is nothing.
func (s *Server) Left() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var left []string
	for id, ch := range s.channels {
		if ch.app != "" {
			left = append(left, "channel "+id)
		}
	}
	for id := range s.bridges {
		left = append(left, "bridge "+id)
	}
	for id := range s.playbacks {
		left = append(left, "playback "+id)
	}
	for id := range s.recordings {
		left = append(left, "recording "+id)
	}
	slices.Sort(left)
	return left
}

// Legs are the channels that were dialled and still live.
func (s *Server) Legs() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var legs []string
	for id, ch := range s.channels {
		if ch.endpoint != "" {
			legs = append(legs, id)
		}
	}
	slices.Sort(legs)
	return legs
}

// Take removes a finished recording, as whoever keeps it moves its file away;
// false when there is none.
func (s *Server) Take(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.stored[name]
	delete(s.stored, name)
	return ok
}
