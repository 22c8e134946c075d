package main

import (
	"context"
	"math"
)

// A rate counts as held after calls have arrived at it for kneeRow. The search for
// the highest one starts at a guess, goes up or down by steps, and halves what is
// left until it is known to kneeClose or kneeRows were spent on it.
const (
	kneeRows  = 5
	kneeStep  = 1.35
	kneeClose = 1.06
)

// search is what is known of the highest rate that somebody holds.
type search struct {
	rate         float64 // to be tried next
	held, failed float64 // the highest and the lowest; 0: none yet
	rows         int
	over         bool
}

// take learns from a row and finds the next rate.
func (s *search) take(t *trial) {
	s.rows++
	switch {
	case t.void(): // the callers are at their own limit
		s.over = true
	case t.held():
		s.held = s.rate
	default:
		s.failed = s.rate
	}
	switch {
	case s.failed == 0:
		s.rate = s.held * kneeStep
	case s.held == 0:
		s.rate = s.failed / kneeStep
	default:
		s.rate = math.Sqrt(s.held * s.failed)
		s.over = s.over || s.failed < s.held*kneeClose
	}
	s.rate = rounded(s.rate, 1)
	s.over = s.over || s.rows == kneeRows
}

// knees looks for the highest rate that each one holds, in turn.
func (p *plan) knees(ctx context.Context, b *bed, phone *phone) ([]*trial, error) {
	var trials []*trial
	for _, s := range shapes() {
		first := p.knee[s.name]
		if first == 0 {
			continue
		}
		open := make([]search, len(b.answerers))
		for i := range open {
			open[i].rate = first
		}
		for left := len(open); left > 0; {
			left = 0
			for i := range b.answerers {
				if open[i].over {
					continue
				}
				t, err := b.trial(ctx, phone, &b.answerers[i], s, open[i].rate, kneeRow)
				if err != nil {
					return trials, err
				}
				open[i].take(t)
				say("highest rate: %s", t)
				trials = append(trials, t)
				if !open[i].over {
					left++
				}
			}
		}
	}
	return trials, nil
}
