package main

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/zaf/g711"

	"infolinia/ivr/caller"
)

// listen measures how long the line is silent.
func (g *guest) listen(ctx context.Context) {
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	last := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-g.Ended():
			return
		case <-look.C:
		}
		if loudness(g.Lately(200*time.Millisecond)) > 0 {
			last = time.Now()
		}
		g.quiet = max(g.quiet, time.Since(last))
	}
}

// heardIn is the guest whose tone is heard in a call; nil: nobody's.
func (h *hall) heardIn(c *caller.Call) *guest {
	i := slices.IndexFunc(h.guests, func(g *guest) bool { return carries(c, g.hz) })
	if i < 0 {
		return nil
	}
	return h.guests[i]
}

// carries tells whether a tone is what comes in a call.
func carries(c *caller.Call, hz float64) bool {
	if c == nil {
		return false
	}
	heard := c.Lately(200 * time.Millisecond)
	return loudness(heard) > 0 && share(heard, hz) > 0.5
}

// loudness is the mean energy of A-law; 0 for what nobody hears.
func loudness(alaw []byte) float64 {
	var energy float64
	for _, b := range alaw {
		x := float64(g711.DecodeAlawFrame(b)) / 32768
		energy += x * x
	}
	if energy < 1e-7*float64(len(alaw)) || len(alaw) == 0 {
		return 0
	}
	return energy / float64(len(alaw))
}

// share is how much of the energy is at a frequency, by Goertzel's algorithm.
func share(alaw []byte, hz float64) float64 {
	var s1, s2 float64
	k := 2 * math.Cos(2*math.Pi*hz/8000)
	for _, b := range alaw {
		s2, s1 = s1, float64(g711.DecodeAlawFrame(b))/32768+k*s1-s2
	}
	n := float64(len(alaw))
	return 2 * (s1*s1 + s2*s2 - k*s1*s2) / n / (n * loudness(alaw))
}
