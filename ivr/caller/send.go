package caller

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/emiago/diago/media"
)

const (
	// keyEvents are the keys of RFC 4733 in the order of their event codes.
	keyEvents = "0123456789*#ABCD"
	// A key sounds for 100 ms at -10 dBm0; its end is sent three times (RFC 4733,
	// 2.5.1.4), and then 60 ms of silence follow.
	keyFrames  = 5
	keyVolume  = 10
	endRepeats = 2
	gapFrames  = 3
	// behind is how far the sender may lag before it gives the time up.
	behind = 200 * time.Millisecond
)

// packets is what the sender needs of media.RTPPacketWriter.
type packets interface {
	WriteSamples(payload []byte, timestamps uint32, marker bool, payloadType uint8) (int, error)
	DelayTimestamp(timestamps uint32)
}

// job is something to send; done gets its outcome once. Without a sound it is a
// key, which is done when it is released, with its repeated end and a gap to follow.
type job struct {
	ctx   context.Context
	key   byte
	sound Sound
	done  chan error
}

// sender sends one packet every 20 ms, silence when there is nothing to send,
// as a telephone does: far ends take a stream that stops for a dead one.
type sender struct {
	to      packets
	jobs    chan *job
	onKey   func(key byte, from, until time.Time)
	onFrame func(now time.Time)
	gone    *atomic.Bool // nothing is sent any more

	job   *job
	frame int // of the job
	from  time.Time
	blank []byte
}

func newSender(to packets) *sender {
	return &sender{
		to: to, jobs: make(chan *job), gone: new(atomic.Bool),
		blank: slices.Repeat([]byte{quiet}, frameBytes),
	}
}

// run sends until ctx is done or the network fails.
func (s *sender) run(ctx context.Context) error {
	next := time.Now()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		}
		now := time.Now()
		if now.Sub(next) > behind {
			next = now
		}
		for !next.After(now) {
			if !s.gone.Load() {
				if err := s.step(now); err != nil {
					return err
				}
			}
			next = next.Add(frameTime)
		}
		s.onFrame(now)
		timer.Reset(time.Until(next))
	}
}

// step sends the packet of one frame.
func (s *sender) step(now time.Time) error {
	if s.job == nil {
		select {
		case s.job = <-s.jobs:
			s.frame = 0
		default:
			_, err := s.to.WriteSamples(s.blank, frameBytes, false, media.CodecAudioAlaw.PayloadType)
			return err
		}
	}
	if s.job.sound != nil {
		return s.speak()
	}
	return s.press(now)
}

func (s *sender) speak() error {
	rest := s.job.sound[s.frame*frameBytes:]
	part := rest[:min(len(rest), frameBytes)]
	if len(part) < frameBytes {
		part = append(slices.Clone(part), s.blank[len(part):]...)
	}
	s.frame++
	_, err := s.to.WriteSamples(part, frameBytes, s.frame == 1, media.CodecAudioAlaw.PayloadType)
	if len(rest) <= frameBytes || s.job.ctx.Err() != nil {
		s.job.done <- s.job.ctx.Err()
		s.job = nil
	}
	return err
}

// press sends the next packet of a key. All of one key carry the timestamp of
// its beginning; audio goes on after the time it took.
func (s *sender) press(now time.Time) error {
	s.frame++
	const last = keyFrames + endRepeats
	if s.frame > last {
		if s.frame == last+gapFrames {
			s.job = nil
		}
		_, err := s.to.WriteSamples(s.blank, frameBytes, false, media.CodecAudioAlaw.PayloadType)
		return err
	}
	if s.frame == 1 {
		s.from = now
	}
	event := media.DTMFEncode(media.DTMFEvent{
		Event:      uint8(strings.IndexByte(keyEvents, s.job.key)),
		EndOfEvent: s.frame >= keyFrames,
		Volume:     keyVolume,
		Duration:   uint16(min(s.frame, keyFrames) * frameBytes),
	})
	_, err := s.to.WriteSamples(event, 0, s.frame == 1, media.CodecTelephoneEvent8000.PayloadType)
	if s.frame == keyFrames {
		s.onKey(s.job.key, s.from, time.Now())
		s.job.done <- nil
	}
	if s.frame == last {
		s.to.DelayTimestamp(last * frameBytes)
	}
	return err
}

// checkKeys refuses what no telephone has.
func checkKeys(keys string) error {
	if keys == "" {
		return fmt.Errorf("no keys to press")
	}
	for _, k := range keys {
		if !strings.ContainsRune(keyEvents, k) {
			return fmt.Errorf("no key %q on a telephone, only %s", k, keyEvents)
		}
	}
	return nil
}
