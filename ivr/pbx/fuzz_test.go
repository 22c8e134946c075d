package pbx

import (
	"testing"

	"github.com/rs/zerolog"
)

// FuzzEvent: whatever comes over the websocket, reading and translating it never
// panics and never makes a call of nothing.
func FuzzEvent(f *testing.F) {
	for _, seed := range []string{
		`{"type":"StasisStart","args":["243645555"],"channel":{"id":"a-1.1","state":"Ring","caller":{"number":"+48600100200"}}}`,
		`{"type":"StasisStart","args":null,"channel":{"id":"leg-x","caller":null}}`,
		`{"type":"StasisEnd","channel":{"id":"known"}}`,
		`{"type":"ChannelDestroyed","cause":17,"channel":{"id":"leg-t1"}}`,
		`{"type":"ChannelDtmfReceived","digit":"","channel":{"id":"known"}}`,
		`{"type":"ChannelDtmfReceived","digit":"5","channel":{"id":"known"}}`,
		`{"type":"PlaybackContinuing","playback":{"id":"p1","media_uri":"sound:/p/b","target_uri":"channel:known"}}`,
		`{"type":"PlaybackFinished","playback":{"id":"p1","state":"failed","target_uri":"channel:known"}}`,
		`{"type":"RecordingFailed","recording":{"name":"r1","duration":-1,"target_uri":"channel:known"}}`,
		`{"type":"Dial","dialstatus":"ANSWER","peer":{"id":"leg-t1"}}`,
		`{"type":"ChannelToneDetected","channel":{}}`,
		`{"type":"ChannelUserevent","eventname":"hb","userevent":[[[]]],"timestamp":"2026-13-99"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p := New(Config{App: app, Log: zerolog.Nop()}, newEar())
		p.arrive(Channel{ID: "known"})
		c := p.call("known")
		p.openPlay(c, "p1", files("a", "b", "c"))
		p.openRecording(c, "r1", promptGrace)
		p.openTransfer(newOnward(c, "t1"))
		p.stopped = true // nothing is asked of an Asterisk that is not there
		if ev, err := decode(data); err == nil {
			p.dispatch(ev)
		}
		p.close()
	})
}
