package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"

	"infolinia/asterisk"
	"infolinia/ivr/caller"
)

// caseServer is what look-ups ask: it keeps them waiting until it is opened.
type caseServer struct {
	*httptest.Server
	open chan struct{}
	once sync.Once
}

func newCaseServer() *caseServer {
	s := &caseServer{open: make(chan struct{})}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-s.open:
		case <-r.Context().Done():
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"found": true, "status": "gotowa"})
	}))
	return s
}

// answer lets all look-ups have their answer from now on.
func (s *caseServer) answer() { s.once.Do(func() { close(s.open) }) }

// clerk is the telephone that transfers go to.
type clerk struct {
	*caller.Phone
	taken atomic.Int64 // calls he has picked up
	// turn is held by the caller who is being put through, so that it is known
	// whose call the next one is.
	turn sync.Mutex
}

func newClerk(ctx context.Context, s asterisk.Settings, number string, say caller.Sound, index *caller.Index) (*clerk, error) {
	c := &clerk{}
	phone, err := caller.Answer(ctx, caller.PhoneOptions{
		Registrar: "sip:" + s.UDP().String(), User: number, Password: s.Extensions[0].Password,
		Behaviour: caller.PickUp, Index: index, Play: say,
		OnEvent: func(e caller.Event) {
			if e.Kind == caller.Answered {
				c.taken.Add(1)
			}
		},
	})
	c.Phone = phone
	return c, err
}
