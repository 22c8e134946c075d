package caller

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/diago"
	"github.com/emiago/diago/media"
	"github.com/pion/rtp"
)

// ErrOver is what waiting on a call answers once it has ended.
var ErrOver = errors.New("the call is over")

// byeTimeout bounds how long the far end may take to answer a BYE.
const byeTimeout = 5 * time.Second

// Call is one live call. Its methods may be used by several goroutines; what
// the far end says is consumed in order by Hear and HearEnd together.
type Call struct {
	dialog  diago.DialogSession
	sender  *sender
	stop    context.CancelFunc // ends the goroutines of the call
	stopped context.Context
	over    chan struct{}
	byeErr  error // to be read when over
	onEvent func(Event)
	gone    *atomic.Bool // the phone was cut off; nil: it cannot be

	mu       sync.Mutex
	changed  chan struct{} // closed and replaced whenever something below changes
	times    times
	heard    []Heard
	hearing  bool // the last of heard goes on
	next     int  // first of heard that Hear has not returned
	keys     []Key
	received strings.Builder
	end      *End

	// Of the goroutine that receives.
	listen   *recogniser
	record   *recorder
	ssrc     uint32
	seq      uint16
	keyStamp uint32
	keyKnown bool
	drop     func(*rtp.Header) bool // loses packets in tests
}

// End tells how a call ended.
type End struct {
	At time.Time
	// ByUs is true after Hangup, false when the far end hung up.
	ByUs bool
	// Err is a failure of the network or of the recording, or nil.
	Err error
}

func newCall(index *Index, record string, onEvent func(Event)) (*Call, error) {
	if index == nil {
		index = NewIndex()
	}
	if onEvent == nil {
		onEvent = func(Event) {}
	}
	c := &Call{changed: make(chan struct{}), over: make(chan struct{}), onEvent: onEvent}
	if record != "" {
		r, err := newRecorder(record)
		if err != nil {
			return nil, err
		}
		c.record = r
	}
	c.stopped, c.stop = context.WithCancel(context.Background())
	c.listen = newRecogniser(index, c.promptBegan, c.promptEnded)
	return c, nil
}

// abandon frees what newCall made, when there will be no start.
func (c *Call) abandon() {
	c.stop()
	if c.record != nil {
		_ = c.record.close(c.record.since)
	}
}

// start sets the answered call going; release is called when its goroutines have
// ended, before the call tells that it is over.
func (c *Call) start(d diago.DialogSession, release func()) {
	c.dialog = d
	m := d.Media()
	m.RTPPacketWriter.ClockDisable() // the sender keeps the time
	if c.record != nil {
		c.record.since = c.times.answered
	}
	c.sender = newSender(m.RTPPacketWriter)
	c.sender.onKey, c.sender.onFrame = c.keySent, c.frameSent
	if c.gone != nil {
		c.sender.gone = c.gone
	}

	var wg sync.WaitGroup
	var failure error
	wg.Go(func() { failure = c.sender.run(c.stopped) })
	wg.Go(func() { c.receive(m.RTPPacketReader) })
	go func() {
		select {
		case <-d.Context().Done():
		case <-c.stopped.Done():
			c.byeErr = bye(d)
		}
		c.mu.Lock()
		c.endLocked(false)
		c.mu.Unlock()
		c.stop()
		d.Close()
		wg.Wait()
		release()
		c.finish(failure)
	}()
}

// finish tells the end, after the goroutines of the call have ended.
func (c *Call) finish(failure error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.listen.finish()
	end := c.endLocked(false)
	if failure != nil && !errors.Is(failure, net.ErrClosed) {
		end.Err = failure
	}
	if c.record != nil {
		if err := c.record.close(end.At); err != nil && end.Err == nil {
			end.Err = fmt.Errorf("record call: %w", err)
		}
	}
	c.emit(Event{Kind: Over, At: end.At, End: *end})
	close(c.over)
}

func (c *Call) endLocked(byUs bool) *End {
	if c.end == nil {
		c.end = &End{At: time.Now(), ByUs: byUs}
	}
	return c.end
}

// Hangup ends the call and waits until everything of it has ended. Its error is
// that the far end did not answer the BYE. It is safe to call when the call is over.
func (c *Call) Hangup() error {
	c.mu.Lock()
	c.endLocked(true)
	c.mu.Unlock()
	c.stop()
	<-c.over
	return c.byeErr
}

// bye hangs up unless the far end has.
func bye(d diago.DialogSession) error {
	ctx, cancel := context.WithTimeout(context.Background(), byeTimeout)
	defer cancel()
	err := d.Hangup(ctx)
	if err == nil || d.Context().Err() != nil {
		return nil // or the far end hung up at the same moment
	}
	return fmt.Errorf("hang up: %w", err)
}

// Ended is closed when the call and everything of it has ended.
func (c *Call) Ended() <-chan struct{} { return c.over }

// End tells how the call ended; it waits for the end.
func (c *Call) End() End {
	<-c.over
	return *c.end
}

// receive reads what the far end sends until the socket is closed.
func (c *Call) receive(from *media.RTPPacketReader) {
	buf := make([]byte, media.RTPBufSize)
	for c.stopped.Err() == nil {
		n, err := from.Read(buf)
		at := time.Now()
		switch {
		case errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed):
			return
		case err != nil || n == 0: // not RTP, or of a kind never offered
			continue
		}
		c.mu.Lock()
		c.packet(&from.PacketHeader, buf[:n], at)
		c.mu.Unlock()
	}
}

// packet takes one packet; one that comes late or twice is left out.
func (c *Call) packet(h *rtp.Header, payload []byte, at time.Time) {
	if c.drop != nil && c.drop(h) || c.gone != nil && c.gone.Load() {
		return
	}
	lost := 0
	if h.SSRC == c.ssrc {
		step := int16(h.SequenceNumber - c.seq)
		if step <= 0 {
			return
		}
		lost = int(step) - 1
	}
	c.ssrc, c.seq = h.SSRC, h.SequenceNumber
	switch h.PayloadType {
	case media.CodecAudioAlaw.PayloadType:
		c.audio(payload, lost, at)
	case media.CodecTelephoneEvent8000.PayloadType:
		c.keyReceived(h.Timestamp, payload, at)
	}
}

func (c *Call) audio(payload []byte, lost int, at time.Time) {
	if c.times.firstAudio.IsZero() {
		c.times.firstAudio = at
		c.emit(Event{Kind: FirstSound, At: at})
	}
	c.listen.feed(payload, lost, at)
	if c.record == nil {
		return
	}
	if err := c.record.write(payload, at); err != nil {
		c.endLocked(true).Err = fmt.Errorf("record call: %w", err)
		c.stop()
	}
}

// keyReceived counts a key of the far end at the first packet that ends it.
func (c *Call) keyReceived(stamp uint32, payload []byte, at time.Time) {
	var e media.DTMFEvent
	if media.DTMFDecode(payload, &e) != nil || !e.EndOfEvent || int(e.Event) >= len(keyEvents) {
		return
	}
	if c.keyKnown && stamp == c.keyStamp {
		return
	}
	c.keyStamp, c.keyKnown = stamp, true
	c.received.WriteByte(keyEvents[e.Event])
	c.emit(Event{Kind: KeyReceived, At: at, Key: Key{Key: keyEvents[e.Event : e.Event+1], Until: at}})
}
