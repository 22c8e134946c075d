package call_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// pressed is a key with its moment.
type pressed struct {
	digit string
	at    time.Time
}

// In hand-overs alone nothing goes wrong: each key of a caller reaches his call,
// in its order, and what was begun goes on.
func TestNoKeyIsLostInRandomHandOvers(t *testing.T) {
	loadSmallLine(t)
	for i := range max(1, *runs/10) {
		handOvers(t, *first+uint64(i))
	}
}

func handOvers(t *testing.T, seed uint64) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, seed, false)
		w.trouble.rates = rates{saveSlow: 1, slow: 0.1} // so that something is under way
		r := rand.New(rand.NewPCG(seed, 3))
		ctx, quit := context.WithCancel(context.Background())
		fleet := []*machine{{w: w, owner: "a"}, {w: w, owner: "b"}}
		var machines, people sync.WaitGroup
		for _, m := range fleet {
			machines.Go(func() { m.run(ctx) })
			time.Sleep(time.Second)
		}
		keys := make([][]pressed, 3)
		for i := range keys {
			in := w.calls()
			w.mu.Lock()
			c := w.call(in.ID)
			c.Caller, c.pressed, c.faults = in, strings.Repeat("0123456789", 60), 1000
			w.callers = append(w.callers, c)
			w.mu.Unlock()
			own := rand.New(rand.NewPCG(seed, uint64(10+i)))
			people.Go(func() { keys[i] = c.pressSome(own) })
		}
		for range 8 {
			time.Sleep(time.Duration(1000+r.IntN(6000)) * time.Millisecond)
			for _, m := range fleet {
				m.handOver()
			}
		}
		people.Wait()
		w.settle(fleet)
		quit()
		machines.Wait()
		w.judgeHandOvers(keys)
		w.close()
		if took := len(w.takers); took < 5 {
			w.wrong("the slot was handed over only %d times: %q", took, w.takers)
		}
		for _, p := range w.problems {
			t.Errorf("seed %d: %s\nreplay: go test ./ivr/call -run TestNoKeyIsLostInRandomHandOvers -runs 1 -first %[1]d", seed, p)
		}
	})
}

// pressSome presses keys for a minute, and then hangs up.
func (c *caller) pressSome(r *rand.Rand) (keys []pressed) {
	begin := time.Now()
	for time.Since(begin) < time.Minute {
		time.Sleep(time.Duration(r.ExpFloat64() * float64(400*time.Millisecond)))
		digit := string("0123479#*"[r.IntN(9)])
		if c.State() != "Up" {
			continue
		}
		keys = append(keys, pressed{digit, time.Now()})
		c.Press(digit)
	}
	c.Hangup()
	return keys
}

func (w *world) judgeHandOvers(keys [][]pressed) {
	mem, _ := w.store()
	for i, c := range w.callers {
		path, err := mem.Path(context.Background(), c.ID)
		if err != nil {
			w.wrong("path of %s: %v", c.ID, err)
		}
		var heard string
		until := time.Now() // from then on keys are not the line's
		for _, e := range path {
			switch e.Event {
			case "key":
				heard += e.Digit
			case "end", "transfer":
				if e.At.Before(until) {
					until = e.At
				}
			}
		}
		sent := ""
		for _, k := range keys[i] {
			if k.at.Before(until.Add(-5 * time.Second)) {
				sent += k.digit
			}
		}
		if len(heard) < len(sent) || heard[:len(sent)] != sent {
			w.wrong("%s pressed %s, his call knows %s", c.ID, sent, heard)
		}
	}
	w.judge()
}
