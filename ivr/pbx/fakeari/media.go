package fakeari

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// playback is a list of media on a channel.
type playback struct {
	id    string
	ch    *channel
	media []string
	next  int
	state string
	timer *time.Timer
}

func (pb *playback) json() map[string]any {
	m := map[string]any{"id": pb.id, "media_uri": pb.media[pb.next], "state": pb.state, "target_uri": "channel:" + pb.ch.id, "language": "en"}
	if pb.next+1 < len(pb.media) {
		m["next_media_uri"] = pb.media[pb.next+1]
	}
	return m
}

// play queues a playback. The same id twice is accepted, and plays twice.
func (s *Server) play(r *http.Request, ch *channel, id string) (int, any) {
	var body struct{ Media []string }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil || len(body.Media) == 0 {
		return refuse(http.StatusBadRequest, "Media is required")
	}
	pb := &playback{id: id, ch: ch, media: body.Media, state: "queued"}
	s.playbacks[id] = pb
	ch.waiting = append(ch.waiting, pb)
	if ch.playing == nil {
		s.playNext(ch)
	}
	return http.StatusCreated, pb.json()
}

// behindPrompts waits, where Asterisk does, for the end of what a channel hears: before
// it is let into a bridge and before a variable of it is set. False: the request was
// given up.
func (s *Server) behindPrompts(r *http.Request, path string) bool {
	var ids []string
	switch {
	case strings.HasSuffix(path, "/addChannel"):
		ids = strings.Split(r.URL.Query().Get("channel"), ",")
	case strings.HasSuffix(path, "/variable"):
		ids = []string{strings.Split(path, "/")[2]}
	default:
		return true
	}
	silent := func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return !slices.ContainsFunc(ids, func(id string) bool { ch := s.channels[id]; return ch != nil && ch.playing != nil })
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(s.alive, cancel)()
	return s.Wait(ctx, silent) == nil
}

// playNext needs s.mu, as everything here.
func (s *Server) playNext(ch *channel) {
	if len(ch.waiting) == 0 || ch.app == "" {
		return
	}
	ch.playing, ch.waiting = ch.waiting[0], ch.waiting[1:]
	s.playMedia(ch.playing)
}

func (s *Server) playMedia(pb *playback) {
	pb.state = "playing"
	media := pb.media[pb.next]
	length := s.Length(media)
	if length >= 0 {
		pb.ch.heard = append(pb.ch.heard, media)
		pb.ch.begun = append(pb.ch.begun, Begun{pb.id, media})
	}
	s.emit(pb.ch.app, Event{"type": "PlaybackStarted", "playback": pb.json()})
	pb.timer = time.AfterFunc(max(0, length), func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.mediaOver(pb, length < 0)
	})
}

func (s *Server) mediaOver(pb *playback, missing bool) {
	if pb.ch.playing != pb {
		return
	}
	if pb.next < len(pb.media)-1 {
		pb.state = "continuing"
		s.emit(pb.ch.app, Event{"type": "PlaybackContinuing", "playback": pb.json()})
		pb.next++
		s.playMedia(pb)
		return
	}
	state := "done"
	if missing {
		state = "failed"
	}
	s.endPlayback(pb, state)
}

func (s *Server) endPlayback(pb *playback, state string) {
	pb.timer.Stop()
	pb.state = state
	delete(s.playbacks, pb.id)
	pb.ch.playing = nil
	s.emit(pb.ch.app, Event{"type": "PlaybackFinished", "playback": pb.json()})
	s.playNext(pb.ch)
}

func (s *Server) playbackOrder(r *http.Request, id string) (int, any) {
	pb := s.playbacks[id]
	if pb == nil {
		return notFound("Playback")
	}
	if r.Method != http.MethodDelete {
		return http.StatusOK, pb.json()
	}
	if pb.ch.playing == pb {
		s.endPlayback(pb, "done")
	} else {
		pb.ch.waiting = slices.DeleteFunc(pb.ch.waiting, func(o *playback) bool { return o == pb })
		delete(s.playbacks, id)
	}
	return done()
}

// recording is an open recording.
type recording struct {
	name          string
	ch            *channel
	most, silence time.Duration
	begun         time.Time
	voice         time.Duration // spoken into it
	timer         *time.Timer
}

func (rec *recording) json(state string) map[string]any {
	return map[string]any{"name": rec.name, "format": "wav", "state": state, "target_uri": "channel:" + rec.ch.id,
		"duration": int(time.Since(rec.begun).Seconds()), "talking_duration": int(rec.voice.Seconds())}
}

func (s *Server) record(r *http.Request, ch *channel) (int, any) {
	q := r.URL.Query()
	name := q.Get("name")
	if s.recordings[name] != nil || s.stored[name] != nil {
		return refuse(http.StatusConflict, "Recording '"+name+"' already exists and can not be overwritten")
	}
	ch.state = "Up"
	rec := &recording{name: name, ch: ch, begun: time.Now(), most: inSeconds(q.Get("maxDurationSeconds")), silence: inSeconds(q.Get("maxSilenceSeconds"))}
	s.recordings[name], ch.recording = rec, rec
	s.emit(ch.app, Event{"type": "RecordingStarted", "recording": rec.json("recording")})
	rec.timer = time.AfterFunc(min(rec.most, rec.silence), func() { s.recordingOver(rec) })
	s.takeVoice(ch)
	return http.StatusCreated, rec.json("queued")
}

func inSeconds(text string) time.Duration {
	n, err := strconv.Atoi(text)
	if err != nil || n == 0 {
		return time.Hour
	}
	return time.Duration(n) * time.Second
}

// takeVoice lets the caller speak into the open recording, from now on.
func (s *Server) takeVoice(ch *channel) {
	rec := ch.recording
	if ch.voice == 0 {
		return
	}
	rec.voice = time.Since(rec.begun) + ch.voice
	ch.voice = 0
	rec.timer.Reset(max(0, min(rec.most-time.Since(rec.begun), rec.voice-time.Since(rec.begun)+rec.silence)))
}

func (s *Server) recordingOver(rec *recording) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endRecording(rec)
}

// endRecording needs s.mu.
func (s *Server) endRecording(rec *recording) {
	if s.recordings[rec.name] != rec {
		return
	}
	rec.timer.Stop()
	total := time.Since(rec.begun)
	if rec.ch.recording == rec {
		rec.ch.recording = nil
	}
	delete(s.recordings, rec.name)
	s.stored[rec.name] = wave(min(rec.voice, total), total)
	s.emit(rec.ch.app, Event{"type": "RecordingFinished", "recording": rec.json("done")})
}

// wave is a WAV file of a loud part and silence after it.
func wave(voice, total time.Duration) []byte {
	const rate = 8000
	pcm := make([]byte, 2*int(total.Seconds()*rate))
	for i := 0; i < int(voice.Seconds()*rate) && 2*i+1 < len(pcm); i++ {
		v := int16(8000)
		if i%16 < 8 {
			v = -8000
		}
		binary.LittleEndian.PutUint16(pcm[2*i:], uint16(v))
	}
	head := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data\x00\x00\x00\x00")
	binary.LittleEndian.PutUint32(head[4:], uint32(len(head)-8+len(pcm)))
	binary.LittleEndian.PutUint32(head[40:], uint32(len(pcm)))
	return append(head, pcm...)
}

// recordingOrder is everything below /recordings. Needs s.mu.
func (s *Server) recordingOrder(r *http.Request, path []string) (int, any) {
	if len(path) < 2 {
		return notFound("Recording")
	}
	name := path[1]
	if path[0] == "stored" {
		wav := s.stored[name]
		switch {
		case wav == nil:
			return notFound("Recording")
		case len(path) == 3:
			return http.StatusOK, wav
		case r.Method == http.MethodDelete:
			delete(s.stored, name)
			return done()
		}
		return http.StatusOK, map[string]string{"name": name, "format": "wav"}
	}
	rec := s.recordings[name]
	switch {
	case rec == nil:
		return notFound("Recording")
	case len(path) == 3:
		s.endRecording(rec)
		return done()
	case r.Method == http.MethodDelete:
		s.endRecording(rec)
		delete(s.stored, name)
		return done()
	}
	return http.StatusOK, rec.json("recording")
}

// Stored are the names of the finished recordings.
func (s *Server) Stored() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var names []string
	for name := range s.stored {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
