package site

import (
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"
)

func TestAProgramThatHangsIsKilledAndOneThatFaltersIsNot(t *testing.T) {
	for name, tt := range map[string]struct {
		silent time.Duration // from the start on
		killed bool
	}{"falters": {9 * time.Second, false}, "hangs": {time.Hour, true}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				k := &keeper{out: io.Discard}
				k.alive = func(ctx context.Context) error {
					if time.Since(began) < tt.silent {
						<-ctx.Done()
						return errors.New("no answer")
					}
					return nil
				}
				var killed time.Duration
				stop := k.watch(t.Context(), func() { killed = time.Since(began) })
				time.Sleep(time.Minute)
				stop()
				if got := killed > 0; got != tt.killed || killed > 15*time.Second {
					t.Errorf("killed after %s", killed)
				}
			})
		})
	}
}

func TestCallersAreRescuedAgainAndAgainWhileADaemonIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var at []time.Duration
		k := &keeper{}
		k.away = func(context.Context) { at = append(at, time.Since(began)) }
		stop := k.whileAway(t.Context())
		time.Sleep(22 * time.Second)
		stop() // it is back
		time.Sleep(time.Minute)
		if len(at) != 2 || at[0] != awayFirst || at[1] != awayFirst+awayNext {
			t.Errorf("rescued after %v", at)
		}
	})
}
