package main

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"infolinia/ivr/desk"
)

func TestWhoseLogInIsOverIsLoggedOffUnlessHeTalks(t *testing.T) {
	var off []string
	in := map[string]bool{"anna": true}
	away := error(nil)
	x := &departed{
		loggedIn: func(_ context.Context, login string) (bool, error) { return in[login], away },
		logOff:   func(_ context.Context, login string) error { off = append(off, login); return nil },
	}
	agents := map[string]*desk.Agent{
		"anna": {State: desk.Break}, "ewa": {State: desk.Break}, "jan": {State: desk.OnCall}, "ola": {State: desk.Offline},
		"tom": {State: desk.Available}, "zoe": {State: desk.WrapUp},
	}
	look := func(want ...string) {
		t.Helper()
		off = nil
		x.look(t.Context(), agents)
		slices.Sort(off)
		if d := cmp.Diff(want, off); d != "" {
			t.Error(d)
		}
	}
	look()
	in["tom"] = true // he has logged in again
	look("ewa", "zoe")
	away = errors.New("the store is away")
	look()
	away = nil
	look()
	agents["jan"].State = desk.WrapUp
	look("ewa", "zoe")
	look("jan")
}
