package main

import (
	"errors"
	"testing"

	"infolinia/ivr/config"
	"infolinia/ivr/console"
)

func TestAgentsChooseOnlyFromTheListsOfTheSettings(t *testing.T) {
	s := config.Desk{
		Breaks: []config.Choice{{Code: "meal"}}, Codes: []config.Choice{{Code: "informed"}}, Closings: []config.Choice{{Code: "settled"}},
	}
	for _, tt := range []struct {
		do   console.Command
		want error
	}{
		{console.Command{Verb: console.DoPause, Reason: "meal"}, nil},
		{console.Command{Verb: console.DoPause, Reason: "away"}, console.RefusedUnknown},
		{console.Command{Verb: console.DoPause}, console.RefusedUnknown},
		{console.Command{Verb: console.DoFinish, Code: "informed"}, nil},
		{console.Command{Verb: console.DoFinish, Code: "meal"}, console.RefusedUnknown},
		{console.Command{Verb: console.DoFinish}, console.RefusedNoCode},
		{console.Command{Verb: console.DoClose, Reason: "settled"}, nil},
		{console.Command{Verb: console.DoClose, Reason: "agent"}, console.RefusedUnknown},
		{console.Command{Verb: console.DoHold, Reason: "whatever"}, nil},
	} {
		if got := chosen(s, tt.do); !errors.Is(got, tt.want) {
			t.Errorf("%+v: %v, want %v", tt.do, got, tt.want)
		}
	}
}
