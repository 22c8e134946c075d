package caller

import "time"

const (
	// streamBytes is how much of the past is kept, about four seconds.
	streamBytes    = 1 << 15
	streamArrivals = 256
)

// stream is the recent past of what was heard: bytes by their position since
// the beginning, holes where packets were lost, and when each packet came.
// Time without packets takes no room in it.
type stream struct {
	data     [streamBytes]byte
	known    [streamBytes]bool
	end      int64 // position after the newest byte
	arrivals [streamArrivals]arrival
	packets  int
}

type arrival struct {
	pos int64
	at  time.Time
}

// start is the position of the oldest byte still kept.
func (s *stream) start() int64 {
	return max(0, s.end-streamBytes)
}

// at returns the byte at pos, which must be kept; ok is false in a hole.
func (s *stream) at(pos int64) (b byte, ok bool) {
	i := pos & (streamBytes - 1)
	return s.data[i], s.known[i]
}

func (s *stream) append(payload []byte, at time.Time) {
	s.arrivals[s.packets%streamArrivals] = arrival{pos: s.end, at: at}
	s.packets++
	for _, b := range payload {
		i := s.end & (streamBytes - 1)
		s.data[i], s.known[i] = b, true
		s.end++
	}
}

// hole stands for n bytes that were lost on the way.
func (s *stream) hole(n int64) {
	for range n {
		s.known[s.end&(streamBytes-1)] = false
		s.end++
	}
}

// heardAt is when the packet with the byte at pos came, or the first one after
// it when that was lost.
func (s *stream) heardAt(pos int64) time.Time {
	at, _ := s.packet(pos)
	return at
}

// playedOut is when the byte before pos had been played to a listener who
// started each packet as it came.
func (s *stream) playedOut(pos int64) time.Time {
	at, from := s.packet(pos - 1)
	return at.Add(span(max(0, pos-from)))
}

// packet returns the arrival and the position of the packet that heardAt tells.
func (s *stream) packet(pos int64) (time.Time, int64) {
	_, known := s.at(pos)
	var next arrival
	for i := s.packets - 1; i >= 0 && i >= s.packets-streamArrivals; i-- {
		a := s.arrivals[i%streamArrivals]
		if a.pos > pos {
			next = a
			continue
		}
		if known || next.at.IsZero() {
			return a.at, a.pos
		}
		break
	}
	return next.at, next.pos
}
