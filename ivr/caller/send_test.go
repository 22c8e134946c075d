package caller

import (
	"context"
	"encoding/binary"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// sent is one packet as RTP would carry it.
type sent struct {
	Stamp    uint32
	Marker   bool
	Type     uint8
	Event    byte
	End      bool
	Volume   byte
	Duration uint16
}

// wire keeps what a sender sends.
type wire struct {
	stamp   uint32
	packets []sent
}

func (w *wire) WriteSamples(p []byte, timestamps uint32, marker bool, payloadType uint8) (int, error) {
	s := sent{Stamp: w.stamp, Marker: marker, Type: payloadType}
	if payloadType == 101 {
		s.Event, s.End, s.Volume = p[0], p[1]&0x80 != 0, p[1]&0x3F
		s.Duration = binary.BigEndian.Uint16(p[2:])
	}
	w.packets = append(w.packets, s)
	w.stamp += timestamps
	return len(p), nil
}

func (w *wire) DelayTimestamp(n uint32) { w.stamp += n }

func TestAKeyIsAnEventOfRFC4733(t *testing.T) {
	var w wire
	s := newSender(&w)
	var pressed []byte
	s.onKey = func(k byte, _, _ time.Time) { pressed = append(pressed, k) }
	step := func(n int) {
		for range n {
			if err := s.step(time.Now()); err != nil {
				t.Fatal(err)
			}
		}
	}
	step(2)
	s.job = &job{ctx: context.Background(), key: '#', done: make(chan error, 1)}
	step(11)

	event := func(first, end bool, duration uint16) sent {
		return sent{Stamp: 320, Marker: first, Type: 101, Event: 11, End: end, Volume: 10, Duration: duration}
	}
	want := []sent{
		{Stamp: 0, Type: 8}, {Stamp: 160, Type: 8},
		event(true, false, 160), event(false, false, 320), event(false, false, 480), event(false, false, 640),
		event(false, true, 800), event(false, true, 800), event(false, true, 800),
		{Stamp: 1440, Type: 8}, {Stamp: 1600, Type: 8}, {Stamp: 1760, Type: 8}, {Stamp: 1920, Type: 8},
	}
	if d := cmp.Diff(want, w.packets); d != "" {
		t.Error(d)
	}
	if string(pressed) != "#" {
		t.Errorf("pressed %q", pressed)
	}
}
