package sim

import "time"

// SetClock sets the clock on the wall in the middle of a call, by so much beside
// the true time, which goes on.
func (s *Session) SetClock(skew time.Duration) { s.skew = skew }
