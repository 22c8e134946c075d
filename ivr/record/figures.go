package record

import "time"

// Limits are the two times that a service level is measured by.
type Limits struct {
	// Within: who was answered after at most this wait was answered in time.
	Within time.Duration
	// Short: who gave up after at most this wait never really waited.
	Short time.Duration
}

// Figures are the counts and sums of an interval, and what follows from them. A
// call, and a stay in a queue with its talk, belong to the interval in which they
// began; the time of agents is cut at its ends. A caller is counted once in each
// queue he was sent to. Calls back, and talks with a caller who was counted already,
// count in Handled and its times alone.
type Figures struct {
	Offered                                    int // callers of a queue
	Answered, AnsweredWithin                   int
	Abandoned, AbandonedWithin, AbandonedShort int
	Left                                       int           // by key, after too long, or because nobody was there
	Waits                                      time.Duration // of those answered
	Handled                                    int           // talks that are over
	Talk, Hold, WrapUp                         time.Duration // of those
	Busy, Free                                 time.Duration // agents' on calls and in wrap-up; available
	Calls                                      int           // that have ended
	Contained                                  int           // of those: answered, and no agent was asked for
}

// ServiceLevel is AnsweredWithin / (Answered + Abandoned - AbandonedShort): the
// share of those who meant to wait that was answered in time. It is from 0 to 1
// like all shares, and nil when there is nothing to divide by.
func (f Figures) ServiceLevel() *float64 {
	return share(f.AnsweredWithin, f.Answered+f.Abandoned-f.AbandonedShort)
}

// ServiceLevelAnswered is AnsweredWithin / Answered: Asterisk's ServiceLevelPerf.
func (f Figures) ServiceLevelAnswered() *float64 { return share(f.AnsweredWithin, f.Answered) }

// ServiceLevelAll is (AnsweredWithin + AbandonedWithin) / (Answered + Abandoned):
// Asterisk's ServiceLevelPerf2.
func (f Figures) ServiceLevelAll() *float64 {
	return share(f.AnsweredWithin+f.AbandonedWithin, f.Answered+f.Abandoned)
}

// ASA is the average speed of answer, Waits / Answered.
func (f Figures) ASA() *time.Duration { return mean(f.Waits, f.Answered) }

// AHT is the average handling time, (Talk + Hold + WrapUp) / Handled.
func (f Figures) AHT() *time.Duration { return mean(f.Talk+f.Hold+f.WrapUp, f.Handled) }

// Occupancy is Busy / (Busy + Free). Agents are free for all their queues at once,
// so a single queue has none.
func (f Figures) Occupancy() *float64 { return share(f.Busy, f.Busy+f.Free) }

// Containment is Contained / Calls. A call belongs to no queue, so a single queue
// has none.
func (f Figures) Containment() *float64 { return share(f.Contained, f.Calls) }

func share[T int | time.Duration](part, whole T) *float64 {
	if whole <= 0 {
		return nil
	}
	s := float64(part) / float64(whole)
	return &s
}

func mean(sum time.Duration, n int) *time.Duration {
	if n <= 0 {
		return nil
	}
	m := sum / time.Duration(n)
	return &m
}

// count adds a stay in a queue.
func (f *Figures) count(s stayRow, l Limits) {
	if s.result == resultAnswered && s.over {
		f.Handled++
		f.Talk, f.Hold, f.WrapUp = f.Talk+s.talk, f.Hold+s.hold, f.WrapUp+s.wrap
	}
	if !s.offered {
		return
	}
	f.Offered++
	switch s.result {
	case "":
	case resultAnswered:
		f.Answered++
		f.Waits += s.wait
		f.AnsweredWithin += one(s.wait <= l.Within)
	case resultAbandoned:
		f.Abandoned++
		f.AbandonedWithin += one(s.wait <= l.Within)
		f.AbandonedShort += one(s.wait <= l.Short)
	default:
		f.Left++
	}
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}
