package sim

import (
	"time"

	"infolinia/ivr"
)

// Answer is how a look-up is answered.
type Answer struct {
	After time.Duration
	// Kind is body, error, timeout, notfound or garbage.
	Kind string
	Body any
}

func (a Answer) result(l ivr.StartLookup) (time.Duration, ivr.Input) {
	in := ivr.LookupEnded{ID: l.ID, Code: 200}
	if a.Kind == "timeout" || a.After >= l.Timeout {
		in.Fail = "timeout"
		return l.Timeout, in
	}
	switch a.Kind {
	case "error", "garbage":
		in.Fail = a.Kind
	case "notfound":
		in.NotFound = true
	default:
		in.Body = a.Body
	}
	return a.After, in
}

// TransferPlan is how a destination takes a call: answered (with Talk), busy,
// no_answer or failed.
type TransferPlan struct {
	State string
	Talk  time.Duration
}

const (
	defaultTalk = time.Minute
	ringsFor    = 30 * time.Second
)

func (s *Session) transfer(e ivr.Transfer) {
	plan, ok := s.transfers[e.To]
	if !ok {
		plan = TransferPlan{State: "answered", Talk: defaultTalk}
	}
	changed := func(state ivr.TransferState) ivr.Input { return ivr.TransferChanged{ID: e.ID, State: state} }
	id := "transfer/" + e.ID
	switch plan.State {
	case "busy":
		s.deliver(changed(ivr.TransferBusy))
	case "failed":
		s.deliver(changed(ivr.TransferFailed))
	case "no_answer":
		s.later(ringsFor, id, changed(ivr.TransferNoAnswer))
	default:
		s.deliver(changed(ivr.TransferAnswered))
		s.later(plan.Talk, id, changed(ivr.TransferEnded))
	}
}
