package main

import (
	"errors"
	"testing"
	"time"

	"infolinia/ivr/store"
)

func TestASlotIsDeadOnlyWhenItsBeatWasSeenToStandStillForALease(t *testing.T) {
	type look struct {
		s   store.Standing
		err error
	}
	beat := func(n int64) look { return look{s: store.Standing{Owner: "a", Beat: n}} }
	gone, vain := look{}, look{err: errors.New("no answer")}
	const last = int(leaseTime/lookEvery) + 1 // looks in the time of a lease
	for name, tc := range map[string]struct {
		looks func(n int) look // nth of last+1
		pause int              // after this look there is a long one
		dead  bool
	}{
		"its beat stands still":             {looks: func(int) look { return beat(1) }, dead: true},
		"it beats late":                     {looks: func(n int) look { return beat(int64(n / (last - 1))) }},
		"a look is in vain":                 {looks: func(n int) look { return map[bool]look{true: vain, false: beat(1)}[n == 1] }},
		"nobody looked for a while":         {looks: func(int) look { return beat(1) }, pause: 5},
		"nobody has ever held it":           {looks: func(int) look { return gone }},
		"it is lost at the first look":      {looks: func(n int) look { return map[bool]look{true: beat(1), false: gone}[n == 0] }, dead: true},
		"it is lost":                        {looks: func(n int) look { return map[bool]look{true: beat(1), false: gone}[n < 5] }},
		"it is lost and is written again":   {looks: func(n int) look { return map[bool]look{true: gone, false: beat(1)}[n == 9] }},
		"the store is away and comes again": {looks: func(n int) look { return map[bool]look{true: vain, false: beat(1)}[n < last-2] }},
	} {
		t.Run(name, func(t *testing.T) {
			w := watch{gap: store.LookGap}
			at := time.Now()
			for n := range last + 1 {
				l := tc.looks(n)
				w.note(at, at, l.s, l.err)
				if n < last {
					at = at.Add(lookEvery)
				}
				if n > 0 && n == tc.pause {
					at = at.Add(store.LookGap)
				}
			}
			if w.silent(at, leaseTime) != tc.dead {
				t.Errorf("dead: %t", w.silent(at, leaseTime))
			}
		})
	}
}

func TestABeatThatIsSeenLateIsNotTakenForOlder(t *testing.T) {
	w := watch{gap: store.LookGap}
	asked := time.Now()
	slow := 600 * time.Millisecond // in which the holder may have asked for this beat
	w.note(asked, asked.Add(slow), store.Standing{Owner: "a", Beat: 1}, nil)
	at := asked
	for at.Before(asked.Add(leaseTime)) {
		at = at.Add(lookEvery)
		w.note(at, at, store.Standing{Owner: "a", Beat: 1}, nil)
	}
	if w.silent(asked.Add(leaseTime), leaseTime) {
		t.Error("the holder's lease may still be good, and is taken for run out")
	}
	if !w.silent(asked.Add(slow+leaseTime), leaseTime) {
		t.Error("a lease that has run out is not seen")
	}
}
