package fakeari

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"time"
)

// create makes the leg of a transfer.
func (s *Server) create(r *http.Request) (int, any) {
	q := r.URL.Query()
	id := q.Get("channelId")
	if s.channels[id] != nil {
		return refuse(http.StatusConflict, "Channel with given unique ID already exists")
	}
	if from := q.Get("originator"); from != "" && s.channels[from] == nil {
		return refuse(http.StatusBadRequest, "Provided originator channel was not found")
	}
	var body struct{ Variables map[string]string }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil && !errors.Is(err, io.EOF) {
		return refuse(http.StatusBadRequest, err.Error())
	}
	if s.Far(q.Get("endpoint")).Refused {
		return refuse(http.StatusInternalServerError, "Allocation failed")
	}
	ch := &channel{id: id, name: q.Get("endpoint") + "-1", state: "Down", app: q.Get("app"), endpoint: q.Get("endpoint"), variables: body.Variables}
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
		case ch.state != "Ringing": // a Telephone has picked up meanwhile
		case far.Rings > limit:
			s.hangup(ch, 0)
		case far.Cause != 0:
			s.hangup(ch, far.Cause)
		default:
			s.pickUp(ch)
		}
	})
	return done()
}

// pickUp answers a leg that rings. Needs s.mu.
func (s *Server) pickUp(ch *channel) {
	if ch.state != "Ringing" {
		return
	}
	ch.state = "Up"
	s.emit(ch.app, Event{"type": "ChannelStateChange", "channel": ch.json()})
	s.dialEvent(ch, "ANSWER")
	if far := s.Far(ch.endpoint); far.Talks > 0 {
		ch.after(s, far.Talks, func() { s.hangup(ch, 16) })
	}
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

// Telephone is the far end of a leg: what it does by itself says Far; the rest is
// done to it by these. One that rings for longer than a test waits for it.
type Telephone struct {
	s  *Server
	ch *channel
	ID string // of the channel
}

// Telephone finds the far end of a leg by its channel; false when there is none.
func (s *Server) Telephone(channel string) (*Telephone, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := s.channels[channel]
	if ch == nil || ch.endpoint == "" {
		return nil, false
	}
	return &Telephone{s: s, ch: ch, ID: channel}, true
}

// Answer picks up, if it rings.
func (t *Telephone) Answer() {
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	t.s.pickUp(t.ch)
	t.s.touch()
}

// Hangup ends the leg with a cause of Q.850: 16 hung up, 17 busy, 21 declined, 44 no
// more audio.
func (t *Telephone) Hangup(cause int) {
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	t.s.hangup(t.ch, cause)
}

// FallSilent has the telephone send no more sound.
func (t *Telephone) FallSilent() {
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	t.ch.silent = time.Now()
}

// Leave has Asterisk reach the telephone no more.
func (t *Telephone) Leave() {
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	t.ch.away = true
}

// statistics are what came from the far end of a channel: a packet each 20 ms.
func (s *Server) statistics(ch *channel) (int, any) {
	now := time.Now()
	if !ch.silent.IsZero() {
		now = ch.silent
	}
	return http.StatusOK, map[string]any{"channel_uniqueid": ch.id, "rxcount": int(now.UnixMilli() / 20)}
}

// reachable is an endpoint's state.
func (s *Server) reachable(name string) (int, any) {
	state := "online"
	for _, ch := range s.channels {
		if ch.endpoint == "PJSIP/"+name && ch.away {
			state = "offline"
		}
	}
	return http.StatusOK, map[string]any{"technology": "PJSIP", "resource": name, "state": state, "channel_ids": []string{}}
}

// State is Down, Ringing or Up; empty once it is gone.
func (t *Telephone) State() string {
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	if t.s.channels[t.ID] == nil {
		return ""
	}
	return t.ch.state
}

// Hears tells whether music or a ringing tone is heard.
func (t *Telephone) Hears() (moh, ringing bool) {
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	return t.ch.moh, t.ch.ringing
}

// Variables are those the channel was created with, headers among them.
func (t *Telephone) Variables() map[string]string {
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	return maps.Clone(t.ch.variables)
}

// Together are the channels that a channel is in a bridge with.
func (s *Server) Together(channel string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range s.bridges {
		if others := b.but(channel); others != nil {
			return others
		}
	}
	return nil
}

// Cause is the hang-up cause that ended a leg; false while it lives.
func (s *Server) Cause(channel string) (int, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	cause, ended := s.causes[channel]
	return cause, ended
}
