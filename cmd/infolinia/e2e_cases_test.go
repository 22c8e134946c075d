package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"sync"
	"testing"
)

// caseServer is what look-ups ask. The first digit of a number decides: 1 is
// found, 2 is not, 3 is a failure, 4 is found once the test lets it go.
type caseServer struct {
	server *httptest.Server

	mu    sync.Mutex
	gates map[string]*gate
}

// gate is a look-up that waits.
type gate struct {
	asked, open chan struct{}
	once, let   sync.Once
	times       int
}

func newCaseServer(t testing.TB) *caseServer {
	s := &caseServer{gates: map[string]*gate{}}
	s.server = httptest.NewServer(http.HandlerFunc(s.answer))
	t.Cleanup(s.server.Close)
	t.Cleanup(s.letAllGo)
	return s
}

func (s *caseServer) address() string {
	u, _ := url.Parse(s.server.URL)
	return u.Host
}

func (s *caseServer) gate(number string) *gate {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.gates[number]
	if g == nil {
		g = &gate{asked: make(chan struct{}), open: make(chan struct{})}
		s.gates[number] = g
	}
	return g
}

// asked is how often a number was asked for.
func (s *caseServer) asked(number string) int {
	g := s.gate(number)
	s.mu.Lock()
	defer s.mu.Unlock()
	return g.times
}

// letGo answers a waiting look-up.
func (s *caseServer) letGo(number string) {
	g := s.gate(number)
	g.let.Do(func() { close(g.open) })
}

func (s *caseServer) letAllGo() {
	s.mu.Lock()
	numbers := make([]string, 0, len(s.gates))
	for n := range s.gates {
		numbers = append(numbers, n)
	}
	s.mu.Unlock()
	for _, n := range numbers {
		s.letGo(n)
	}
}

func (s *caseServer) answer(w http.ResponseWriter, r *http.Request) {
	number := path.Base(r.URL.Path)
	g := s.gate(number)
	s.mu.Lock()
	g.times++
	s.mu.Unlock()
	g.once.Do(func() { close(g.asked) })
	switch number[0] {
	case '2':
		w.WriteHeader(http.StatusNotFound)
		return
	case '3':
		w.WriteHeader(http.StatusInternalServerError)
		return
	case '4':
		select {
		case <-g.open:
		case <-r.Context().Done():
			return
		}
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"found": true, "status": "gotowa do odbioru"})
}
