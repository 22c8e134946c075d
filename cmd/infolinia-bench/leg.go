package main

import (
	"encoding/binary"
	"net"
	"sync"
	"time"
)

const (
	headerBytes = 12 // of RTP
	payloadALaw = 8
	payloadKeys = 101
	silence     = 0xd5 // A-law's zero
	endRepeats  = 3    // of a key's last packet, RFC 4733, 2.5.1.4
	firstWords  = 10   // packets; then the caller is silent and sends only keys
)

// leg is one caller's audio.
type leg struct {
	far   *net.UDPAddr
	shape shape

	// The sender's alone.
	answered time.Time
	seq      uint16
	stamp    uint32
	spoken   int           // packets of audio sent
	next     int           // key to come
	held     time.Duration // of the key that is down
	audio    [headerBytes + frameBytes]byte
	event    [headerBytes + 4]byte

	mu       sync.Mutex
	heard    []heard
	released []time.Time // when each key was let go
}

func newLeg(far *net.UDPAddr, s shape, ssrc uint32) *leg {
	l := &leg{far: far, shape: s, answered: time.Now(), seq: uint16(ssrc), stamp: ssrc}
	for i := range frameBytes {
		l.audio[headerBytes+i] = silence
	}
	for _, packet := range [][]byte{l.audio[:], l.event[:]} {
		packet[0] = 2 << 6 // version
		binary.BigEndian.PutUint32(packet[8:], ssrc)
	}
	return l
}

// due gives the packets of one 20 ms to out: a key's, or the first words that
// tell the far end where the caller is. A caller who listens sends nothing, as a
// telephone with silence suppression.
func (l *leg) due(now time.Time, out func(packet []byte)) {
	l.stamp += frameBytes
	key := press{}
	if l.next < len(l.shape.keys) {
		key = l.shape.keys[l.next]
	}
	if key.key == 0 || now.Sub(l.answered) < key.at {
		if l.spoken++; l.spoken > firstWords {
			return
		}
		l.seq++
		l.audio[1] = payloadALaw
		binary.BigEndian.PutUint16(l.audio[2:], l.seq)
		binary.BigEndian.PutUint32(l.audio[4:], l.stamp)
		out(l.audio[:])
		return
	}
	begun := uint32(l.held / frameTime * frameBytes)
	l.held += frameTime
	l.event[1] = payloadKeys
	if begun == 0 {
		l.event[1] |= 1 << 7 // marker
	}
	binary.BigEndian.PutUint32(l.event[4:], l.stamp-begun)
	l.event[headerBytes] = key.key - '0'
	l.event[headerBytes+1] = 10 // dBm0 below
	binary.BigEndian.PutUint16(l.event[headerBytes+2:], uint16(begun+frameBytes))
	repeats := 1
	if l.held >= keyTime {
		l.event[headerBytes+1] |= 1 << 7 // end
		repeats = endRepeats
		l.next, l.held = l.next+1, 0
		l.mu.Lock()
		l.released = append(l.released, time.Now())
		l.mu.Unlock()
	}
	for range repeats {
		l.seq++
		binary.BigEndian.PutUint16(l.event[2:], l.seq)
		out(l.event[:])
	}
}

// hear takes a packet of the far end.
func (l *leg) hear(e *ear, at time.Time, packet []byte) {
	if len(packet) != headerBytes+frameBytes || packet[1]&0x7f != payloadALaw {
		return
	}
	tone := e.tone(packet[headerBytes:])
	if tone == noTone {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.heard); n > 0 && l.heard[n-1].tone == tone {
		l.heard[n-1].packets++
		return
	}
	l.heard = append(l.heard, heard{tone, at, 1})
}
