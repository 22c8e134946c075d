package caller

import "time"

// silentByte is silence in A-law.
const silentByte = 0xd5

// Lately is what came within the last d, at most four seconds of it, as A-law;
// what was lost on the way is silence. It is empty while nothing comes.
func (c *Call) Lately(d time.Duration) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.listen.since(time.Now().Add(-d))
}

// since is what came after a moment.
func (s *stream) since(moment time.Time) []byte {
	from := s.end
	for i := s.packets - 1; i >= 0 && i >= s.packets-streamArrivals; i-- {
		a := s.arrivals[i%streamArrivals]
		if a.at.Before(moment) {
			break
		}
		from = max(a.pos, s.start())
	}
	out := make([]byte, 0, s.end-from)
	for pos := from; pos < s.end; pos++ {
		b, known := s.at(pos)
		if !known {
			b = silentByte
		}
		out = append(out, b)
	}
	return out
}
