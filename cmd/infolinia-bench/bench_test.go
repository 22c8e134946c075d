package main

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"net"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// aLaw is ITU-T G.711's encoder, the slow way: the nearest of all values.
func aLaw(sample float64) byte {
	best, least := byte(0), math.Inf(1)
	for b := range 256 {
		if d := math.Abs(sample - float64(fromALaw(byte(b)))); d < least {
			best, least = byte(b), d
		}
	}
	return best
}

func TestEveryToneIsToldApartInEveryPhase(t *testing.T) {
	e := newEar()
	for want, hz := range hertz() {
		for phase := 0.0; phase < 6; phase += 0.7 {
			var frame [frameBytes]byte
			for i := range frame {
				frame[i] = aLaw(3000 * math.Sin(2*math.Pi*hz*float64(i)/8000+phase))
			}
			if got := e.tone(frame[:]); got != want {
				t.Errorf("%g Hz at %.1f is tone %d, want %d", hz, phase, got, want)
			}
		}
	}
	var frame [frameBytes]byte
	for i := range frame {
		frame[i] = silence
	}
	if got := e.tone(frame[:]); got != noTone {
		t.Errorf("silence is tone %d", got)
	}
}

func TestACallIsGoodOnlyWhenEveryPromptWasHeardInOrder(t *testing.T) {
	long := func(order ...int) (got []heard) {
		for _, tone := range order {
			got = append(got, heard{tone: tone, packets: 2 * leastHeard})
		}
		return got
	}
	short := long(0, 1)
	short[1].packets = leastHeard - 1
	stress := shapes()[0]
	for name, c := range map[string]struct {
		got  []heard
		good bool
	}{
		"all":          {long(0, 1), true},
		"none":         {nil, false},
		"half":         {long(0), false},
		"out of order": {long(1, 0), false},
		"more":         {long(0, 1, 0), false},
		"too short":    {short, false},
	} {
		if why := stress.verdict(c.got); (why == "") != c.good {
			t.Errorf("%s: %q", name, why)
		}
	}
}

func TestAKeyIsSentAsRFC4733Says(t *testing.T) {
	s := shapes()[0]
	l := newLeg(&net.UDPAddr{}, s, 7)
	l.answered = time.Now().Add(-s.keys[0].at)
	type event struct {
		Marker, End bool
		Key         byte
		Duration    uint16
	}
	var got []event
	stamps := map[uint32]bool{}
	for range 6 {
		l.due(time.Now(), func(p []byte) {
			if p[1]&0x7f == payloadKeys {
				stamps[binary.BigEndian.Uint32(p[4:])] = true
				got = append(got, event{p[1]&0x80 != 0, p[13]&0x80 != 0, p[12], binary.BigEndian.Uint16(p[14:])})
			}
		})
	}
	want := []event{{true, false, 1, 160}, {false, false, 1, 320}, {false, false, 1, 480}, {false, false, 1, 640},
		{false, true, 1, 800}, {false, true, 1, 800}, {false, true, 1, 800}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if len(stamps) != 1 || len(l.released) != 1 {
		t.Errorf("%d timestamps, %d releases", len(stamps), len(l.released))
	}
}

func TestTheRoundsOfARowBecomeMedians(t *testing.T) {
	round := func(good int, key time.Duration, cpu time.Duration, own float64) *trial {
		return &trial{who: "infolinia", shape: "stress", rate: 10, lasting: 12 * time.Second, attempted: 100, good: good,
			keys: []time.Duration{key}, audio: []time.Duration{2 * key}, cpu: usage{asterisk: cpu}, own: own}
	}
	all := rows([]*trial{
		round(100, time.Millisecond, time.Second, 0.1), round(98, 3*time.Millisecond, 3*time.Second, 0.2),
		round(100, 2*time.Millisecond, 2*time.Second, 0.3), round(0, time.Hour, time.Hour, 0.9),
	})
	got, err := json.Marshal(map[string]any{"rows": all})
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"rows":[{"who":"infolinia","shape":"stress","rate":10,"attempted":300,"good":298,` +
		`"key_to_prompt_ms":{"p50":2,"p95":2,"p99":2},"invite_to_audio_ms":{"p50":4,"p95":4,"p99":4},` +
		`"cpu_s_per_1000":{"asterisk":20,"app":0,"redis":0},"rss_mb":0,"held_rate":10,"void":false,` +
		`"rounds":3,"cpu_s_per_1000_spread":[10,30],"key_to_prompt_p99_ms_spread":[1,3],"callers_core":0.3,"held":true,"row_s":12}]}`
	if d := cmp.Diff(want, string(got)); d != "" {
		t.Error(d)
	}
}

func TestTheSearchClosesInOnTheHighestRateHeld(t *testing.T) {
	for _, truth := range []float64{30, 60, 100, 133, 180, 250, 600} {
		s := search{rate: 120}
		for !s.over {
			good := 1000
			if s.rate > truth {
				good = 900
			}
			s.take(&trial{attempted: 1000, good: good})
		}
		if s.rows > kneeRows || s.held > truth || truth < 500 && truth > 40 && s.held < truth/1.2 {
			t.Errorf("%g: found %g in %d rows", truth, s.held, s.rows)
		}
	}
}

func TestGrowthInASoakIsSeenAndNoiseIsNot(t *testing.T) {
	looks := func(daemon func(i int) float64) (all []look) {
		for i := range 220 {
			l := look{At: float64(10 * i), Load: 1, Daemon: daemon(i), Goroutines: float64(900 + 10*(i%3))}
			if i > 180 {
				l.Load = 2
			}
			all = append(all, l)
		}
		return all
	}
	steady := trends(looks(func(i int) float64 { return 60 + float64(i%7) - min(20, 100/float64(i+1)) }))
	leaking := trends(looks(func(i int) float64 { return 60 + float64(i%7) + float64(i)/20 }))
	if x := steady[0]; !x.Flat || !x.NoMore {
		t.Errorf("steady: %+v", x)
	}
	if x := leaking[0]; x.Flat || x.NoMore {
		t.Errorf("leaking: %+v", x)
	}
	if x := leaking[2]; !x.Flat || !x.NoMore {
		t.Errorf("goroutines: %+v", x)
	}
	died := trends(looks(func(int) float64 { return 60 })[:150])
	if x := died[0]; x.NoMore {
		t.Errorf("nobody saw the second load: %+v", x)
	}
}
