package main

import (
	"testing"
	"time"
)

func TestASlotIsServedWhileItsLeaseOrADaemonGivesASignOfLife(t *testing.T) {
	const app = "infolinia-1"
	type look struct {
		after  time.Duration
		beat   int64 // 0: the store does not tell
		served bool
		still  time.Duration // without a sign of life, after the look
	}
	for name, looks := range map[string][]look{
		"a lease that is renewed":                {{0, 5, false, 0}, {2 * time.Second, 6, false, 0}, {2 * time.Second, 7, false, 0}},
		"a lease that is not":                    {{0, 5, false, 0}, {5 * time.Second, 5, false, 5 * time.Second}, {3 * time.Second, 5, false, 8 * time.Second}},
		"a daemon without the store":             {{0, 0, true, 0}, {9 * time.Second, 0, true, 0}},
		"nothing at all":                         {{0, 0, false, 0}, {4 * time.Second, 0, false, 4 * time.Second}, {4 * time.Second, 0, false, 8 * time.Second}},
		"nobody looked for a while":              {{0, 5, false, 0}, {4 * time.Second, 5, false, 4 * time.Second}, {12 * time.Second, 5, false, 0}},
		"a store that comes back with its lease": {{0, 0, false, 0}, {4 * time.Second, 5, false, 4 * time.Second}, {4 * time.Second, 5, false, 8 * time.Second}},
		"a store that goes away":                 {{0, 5, false, 0}, {4 * time.Second, 0, false, 4 * time.Second}, {time.Second, 6, false, 0}},
	} {
		v, now := &vigil{app: app}, time.Now()
		for i, l := range looks {
			now = now.Add(l.after)
			s := lifeSigns{at: now, beats: map[string]int64{}, served: map[string]bool{app: l.served}}
			if l.beat != 0 {
				s.beats[app] = l.beat
			}
			v.note(s)
			if got := now.Sub(v.since); got != l.still {
				t.Errorf("%s, look %d: still for %s, want %s", name, i, got, l.still)
			}
		}
	}
}
