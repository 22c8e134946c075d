package caller

import (
	"bytes"
	"os"
	"time"
)

// trackBlock is how much of a prompt's file is read at a time.
const trackBlock = 8192

// track is one prompt laid along the stream: byte 0 of its file at position
// base. What is between from and until matches; holes match anything.
type track struct {
	clip    *clip
	base    int64
	from    int64
	until   int64
	loud    int // audible bytes that matched
	stopped bool
	at      time.Time // when the packet with from came
	offset  int64     // in the prompt, where it was first heard
	earlier int64     // bytes heard before a leap

	block []byte
	off   int64 // of the block in the file
}

// newTrack lays c along s so that its byte off is at position window, where a
// frame with the same hash was heard. It returns nil unless the prompt matches
// back to its beginning, or to where the past is not known, or for half a
// second: one frame may be in many prompts.
func newTrack(c *clip, off int64, s *stream, window int64) *track {
	t := &track{clip: c, base: window - off, from: window, until: window}
	for t.until < window+frameBytes {
		if !t.matches(s, t.until) {
			return nil
		}
		t.until++
	}
	first := max(t.base, s.start())
	for t.from > first && t.matches(s, t.from-1) {
		t.from--
	}
	if t.from > first && window-t.from < joined {
		return nil
	}
	t.at, t.offset = s.heardAt(t.from), t.from-t.base
	return t
}

// follow extends the track over what has come since.
func (t *track) follow(s *stream) {
	for !t.stopped && t.until < s.end {
		if !t.matches(s, t.until) {
			t.stop()
			return
		}
		t.until++
	}
	if t.until-t.base >= t.clip.size {
		t.stop()
	}
}

func (t *track) stop() {
	t.stopped = true
	t.block = nil
}

// rejoin looks for the frame heard at window in the second of the prompt after
// the place where it broke off, and goes on from there: whoever bridges or
// mixes may leave a packet out without a gap in the numbers.
func (t *track) rejoin(s *stream, window int64) bool {
	frame := make([]byte, frameBytes)
	for i := range frame {
		frame[i], _ = s.at(window + int64(i))
	}
	if !distinct(frame) {
		return false
	}
	from := t.until - t.base
	if !t.load(from, byteRate) {
		return false
	}
	i := bytes.Index(t.block, frame)
	if i < 0 {
		return false
	}
	t.earlier += t.until - t.from
	t.base = window - from - int64(i)
	t.from, t.until = window, window+frameBytes
	t.stopped = false
	return true
}

// heard is how many bytes of the prompt were heard.
func (t *track) heard() int64 {
	return t.earlier + t.until - t.from
}

// complete tells whether the file was heard to its end, give or take the last
// packet: the end of a file that fills no packet stays in the sender until it
// has more to send, and a packet may be lost.
func (t *track) complete() bool {
	return t.stopped && t.clip.size-(t.until-t.base) < 2*frameBytes
}

// matches compares the stream and the file at a position of the stream.
func (t *track) matches(s *stream, pos int64) bool {
	want, ok := t.file(pos - t.base)
	if !ok {
		return false
	}
	got, known := s.at(pos)
	if !known {
		return true
	}
	if got != want {
		return false
	}
	if audible(got) {
		t.loud++
	}
	return true
}

// file returns the byte of the prompt at off; ok is false past its end, and
// when the file has gone.
func (t *track) file(off int64) (b byte, ok bool) {
	if off < 0 || off >= t.clip.size {
		return 0, false
	}
	if off < t.off || off >= t.off+int64(len(t.block)) {
		if !t.load(off/trackBlock*trackBlock, trackBlock) || off >= t.off+int64(len(t.block)) {
			return 0, false
		}
	}
	return t.block[off-t.off], true
}

// load reads up to n bytes of the file from off into block.
func (t *track) load(off, n int64) bool {
	f, err := os.Open(t.clip.path)
	if err != nil {
		return false
	}
	defer f.Close()
	t.off, t.block = off, make([]byte, n)
	read, _ := f.ReadAt(t.block, off)
	t.block = t.block[:read]
	return read > 0
}
