package fakeari

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// channel is a leg: a caller's, or that of a dialled endpoint.
type channel struct {
	id, name, state, number string
	dialled                 string
	app                     string // application it is in; empty: in the dialplan
	endpoint                string
	silent                  time.Time // sends no more sound since then
	away                    bool      // cannot be reached
	playing                 *playback
	waiting                 []*playback
	heard                   []string // media that were begun
	begun                   []Begun
	recording               *recording
	voice                   time.Duration // what the caller says once he is recorded
	moh, ringing            bool
	class                   string            // of the music
	variables               map[string]string // created with
	at                      string            // where continue sent it
	timers                  []*time.Timer
}

func (ch *channel) silence() {
	for _, t := range ch.timers {
		t.Stop()
	}
	if ch.playing != nil {
		ch.playing.timer.Stop()
	}
	if ch.recording != nil {
		ch.recording.timer.Stop()
	}
}

func (ch *channel) json() map[string]any {
	return map[string]any{
		"id": ch.id, "name": ch.name, "state": ch.state,
		"caller":       map[string]string{"name": "", "number": ch.number},
		"connected":    map[string]string{"name": "", "number": ""},
		"creationtime": "2026-01-02T03:04:05.000+0000",
		"dialplan":     map[string]any{"context": "line", "exten": "start", "priority": 1, "app_name": ch.runs(), "app_data": ch.app + "," + ch.dialled},
	}
}

// runs is the dialplan application that has the channel.
func (ch *channel) runs() string {
	if ch.app == "" {
		return "Dial"
	}
	return "Stasis"
}

// Caller is somebody who called.
type Caller struct {
	s  *Server
	ch *channel
	ID string // of the channel
}

// Call brings a caller to an application; false when nobody listens to it.
func (s *Server) Call(app, number, dialled string) (*Caller, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serial++
	id := fmt.Sprintf("%s-1700000000.%d", s.system, s.serial)
	if a := s.apps[app]; a == nil || a.ws == nil {
		return nil, false
	}
	ch := &channel{id: id, name: "PJSIP/fake-" + id, state: "Ring", number: number, dialled: dialled, app: app}
	s.channels[id] = ch
	s.emit(app, Event{"type": "StasisStart", "args": []string{dialled}, "channel": ch.json()})
	return &Caller{s: s, ch: ch, ID: id}, true
}

// Press presses keys, one after the other.
func (c *Caller) Press(keys string) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	for _, k := range keys {
		c.s.emit(c.ch.app, Event{"type": "ChannelDtmfReceived", "digit": string(k), "duration_ms": 100, "channel": c.ch.json()})
	}
}

// Speak talks for a while: into the open recording, or the next one.
func (c *Caller) Speak(d time.Duration) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.ch.voice = d
	if c.ch.recording != nil {
		c.s.takeVoice(c.ch)
	}
}

// Hangup ends the call from the caller's side.
func (c *Caller) Hangup() {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.s.hangup(c.ch, 16)
}

// Vanish ends the call without a word, as a crash of Asterisk does.
func (c *Caller) Vanish() {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.ch.silence()
	delete(c.s.channels, c.ID)
}

// Heard are the media that were begun.
func (c *Caller) Heard() []string {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return append([]string(nil), c.ch.heard...)
}

// State tells what became of the caller: Ring, Up, Down, or "context,extension"
// where the dialplan has him again.
func (c *Caller) State() string {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	switch {
	case c.ch.at != "":
		return c.ch.at
	case c.s.channels[c.ID] == nil:
		return "Down"
	}
	return c.ch.state
}

// Hears tells whether music or a ringing tone is heard.
func (c *Caller) Hears() (moh, ringing bool) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.ch.moh, c.ch.ringing
}

// Music is the class of the music that is heard, "default" when none was named;
// empty for no music.
func (c *Caller) Music() string {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if c.ch.moh && c.ch.class == "" {
		return "default"
	}
	return c.ch.class
}

// wished is the cause that a request to hang up names.
func wished(r *http.Request) int {
	q := r.URL.Query()
	if cause, err := strconv.Atoi(q.Get("reason_code")); err == nil {
		return cause
	}
	if q.Get("reason") == "answered_elsewhere" {
		return 26
	}
	return 16
}

// hangup ends a channel with the events in Asterisk's order. Needs s.mu.
func (s *Server) hangup(ch *channel, cause int) {
	if s.channels[ch.id] == nil {
		return
	}
	app := ch.app
	s.emit(app, Event{"type": "ChannelHangupRequest", "cause": cause, "channel": ch.json()})
	s.leave(ch)
	delete(s.channels, ch.id)
	if ch.endpoint != "" {
		s.causes[ch.id] = cause
	}
	s.emit(app, Event{"type": "ChannelDestroyed", "cause": cause, "cause_txt": "", "channel": ch.json()})
}

// leave takes a channel out of its application. Needs s.mu.
func (s *Server) leave(ch *channel) {
	ch.silence()
	// What waits to be played goes with the channel's queue of commands: Asterisk
	// forgets each playback with its command, and nobody hears it any more.
	for _, pb := range ch.waiting {
		delete(s.playbacks, pb.id)
	}
	ch.waiting = nil
	if pb := ch.playing; pb != nil {
		s.endPlayback(pb, "done")
	}
	for _, rec := range s.recordings {
		if rec.ch == ch {
			s.endRecording(rec)
		}
	}
	for _, b := range s.bridges {
		b.remove(ch.id)
	}
	app := ch.app
	ch.app = ""
	s.emit(app, Event{"type": "StasisEnd", "channel": ch.json()})
}

// channelOrder is everything below /channels. Needs s.mu.
func (s *Server) channelOrder(r *http.Request, path []string) (int, any) {
	if path[0] == "create" {
		return s.create(r)
	}
	ch := s.channels[path[0]]
	if ch == nil {
		return notFound("Channel")
	}
	if len(path) == 1 {
		if r.Method == http.MethodDelete {
			s.hangup(ch, wished(r))
			return done()
		}
		return http.StatusOK, ch.json()
	}
	if ch.app == "" {
		return refuse(http.StatusConflict, "Channel not in Stasis application")
	}
	on := r.Method == http.MethodPost
	switch path[1] {
	case "answer":
		ch.state = "Up"
	case "moh":
		ch.moh, ch.class = on, r.URL.Query().Get("mohClass")
	case "ring":
		ch.ringing = on
	case "variable":
	case "rtp_statistics":
		return s.statistics(ch)
	case "dial":
		return s.dial(r, ch)
	case "play":
		return s.play(r, ch, path[2])
	case "record":
		return s.record(r, ch)
	case "continue":
		q := r.URL.Query()
		ch.at = strings.Join([]string{q.Get("context"), q.Get("extension")}, ",")
		s.leave(ch)
	default:
		return notFound("resource")
	}
	return done()
}
