package main

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"
)

func restFaultList() []fault {
	return []fault{{
		name:  "rest-spoilt",
		what:  "Asterisk's REST interface answers 500, 404, 409 or never to 20, 50 and 100 % of the requests",
		holds: "at most 3 times the normal requests a call; nothing is left of the calls; a call after it is served",
		run:   spoiltREST,
	}}
}

// mostRequests is how much more than normal a call may ask.
const mostRequests = 3

func spoiltREST(ctx context.Context, t *trial) error {
	const calls = 12
	normal := t.requests(ctx, calls, 0, 0)
	t.saw("%.1f requests a call are normal", normal)
	for _, status := range []int{http.StatusInternalServerError, http.StatusNotFound, http.StatusConflict, never} {
		text := fmt.Sprintf("%d:", status)
		if status == never {
			text = "never:"
		}
		for _, share := range []float64{0.2, 0.5, 1} {
			n := t.requests(ctx, calls, share, status)
			text += fmt.Sprintf(" %.1f at %.0f %%", n, 100*share)
			t.must(n <= mostRequests*normal, "%.1f requests a call where %.1f are normal, when %.0f %% are answered %d", n, normal, 100*share, status)
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
		t.saw("%s", text)
	}
	t.toREST.spoils(0, 0)
	// A heartbeat that was spoilt may just have cost the websocket.
	served := await(ctx, 20*time.Second, func() bool {
		_, err := t.welcome(ctx)
		return err == nil
	})
	t.must(served == nil, "a call after it is not served")
	return nil
}

// requests has callers go through a call, as far as it goes, and returns how
// many requests each of them cost.
func (t *trial) requests(ctx context.Context, calls int, share float64, status int) float64 {
	t.toREST.spoils(share, status)
	before := t.toREST.count.Load()
	var all sync.WaitGroup
	for range calls {
		all.Go(func() {
			calling, cancel := context.WithTimeout(ctx, 8*time.Second)
			defer cancel()
			r, err := t.dial(calling, t.nextCaller())
			if err != nil {
				return
			}
			defer r.Hangup()
			if r.hears(calling, "main.top.prompt") != nil || r.Press(calling, "3") != nil ||
				r.hears(calling, "main.number.prompt") != nil || r.Press(calling, "123456") != nil {
				<-calling.Done()
				return
			}
			_ = r.goesOn("", "main.right.prompt")(calling)
		})
	}
	all.Wait()
	return float64(t.toREST.count.Load()-before) / float64(calls)
}
