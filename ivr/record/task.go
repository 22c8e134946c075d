package record

import (
	"database/sql"
	"time"

	"infolinia/ivr"
)

// The results of a stay in a queue. Empty: it goes on.
const (
	resultAnswered  = "answered"
	resultAbandoned = "abandoned"
	resultTimeout   = "timeout"
	resultKey       = "key"
	resultEmpty     = "empty"
	resultClosed    = "closed" // a call back that was given up
)

// stay is a row of queue_stays.
type stay struct {
	queue, call, caller, lang string
	callback, offered         bool
	again                     string
	position                  int
	entered                   time.Time
	wait                      time.Duration
	result, reason, agent     string
	talk, hold, wrap          time.Duration
	ended                     sql.NullInt64 // ms
	endedBy                   string
}

// leg is a row of legs.
type leg struct {
	call, queue, agent string
	rang               time.Time
	ring               time.Duration
	result, reason     string
	talk, hold         time.Duration
	ended              sql.NullInt64 // ms
	endedBy, to        string
}

// The results of a leg.
const (
	legAnswered = "answered"
	legNoAnswer = "no_answer"
	legCanceled = "canceled"
)

// task is what became of one caller, or call back, that waited for an agent.
type task struct {
	stays []*stay
	legs  []*leg
}

// taskOf makes the rows of a task from all its events, in the stream's order.
func taskOf(events []*event) task {
	var t task
	for _, e := range events {
		q := e.queue
		switch e.name {
		case ivr.EnterQueue, ivr.CallbackAsked:
			t.enter(e)
		case ivr.QueueConnect:
			t.connect(e)
		case ivr.CompleteAgent:
			t.complete(e, "agent")
		case ivr.CompleteCaller:
			t.complete(e, "caller")
		case ivr.BlindTransfer, ivr.AttendedTransfer:
			t.complete(e, "transfer")
		case ivr.QueueAbandon:
			t.leave(e, resultAbandoned)
		case ivr.ExitWithTimeout:
			t.leave(e, resultTimeout)
		case ivr.ExitWithKey:
			t.leave(e, resultKey)
		case ivr.ExitEmpty:
			t.leave(e, resultEmpty)
		case ivr.CallbackClosed:
			t.leave(e, resultClosed)
		case ivr.RingNoAnswer:
			t.rang(e, legNoAnswer)
		case ivr.RingCanceled:
			t.rang(e, legCanceled)
		case ivr.WrapUpDone:
			t.wrapUp(q)
		}
	}
	return t
}

func (t *task) last() *stay {
	if len(t.stays) == 0 {
		return nil
	}
	return t.stays[len(t.stays)-1]
}

// enter begins a stay, unless the task waits there already. A queue's caller is
// counted once: not again when a talk was cut off, or when one agent sends him to
// another.
func (t *task) enter(e *event) {
	q, before := e.queue, t.last()
	if before != nil && before.result == "" && before.queue == q.Queue {
		return
	}
	s := &stay{
		queue: q.Queue, call: q.Call, caller: q.Caller, lang: q.Lang, position: q.Position,
		callback: e.name == ivr.CallbackAsked || before != nil && before.callback,
		entered:  e.at.Add(-q.Wait),
	}
	if e.name == ivr.EnterQueue {
		s.again = q.Reason
	}
	s.offered = !s.callback && (s.again == "" || before != nil && before.queue != s.queue)
	t.stays = append(t.stays, s)
}

// waiting is the stay that an event belongs to; where it is not known how it
// began, it is made up of the event.
func (t *task) waiting(e *event) *stay {
	if t.last() == nil {
		t.enter(e)
	}
	return t.last()
}

// connect ends the wait. Who is connected again within a stay has not waited again.
func (t *task) connect(e *event) {
	q, s := e.queue, t.waiting(e)
	if s.result == "" {
		s.result, s.wait = resultAnswered, q.Wait
	}
	s.agent, s.ended, s.endedBy = q.Agent, sql.NullInt64{}, ""
	t.rang(e, legAnswered)
}

// complete ends a talk.
func (t *task) complete(e *event, by string) {
	q, s := e.queue, t.waiting(e)
	ended := sql.NullInt64{Int64: e.at.UnixMilli(), Valid: true}
	s.talk, s.hold = s.talk+q.Talk, s.hold+q.Hold
	s.ended, s.endedBy = ended, by
	for i := len(t.legs) - 1; i >= 0; i-- {
		if l := t.legs[i]; l.result == legAnswered && l.agent == q.Agent {
			l.talk, l.hold, l.ended, l.endedBy, l.to = l.talk+q.Talk, l.hold+q.Hold, ended, by, q.To
			return
		}
	}
}

// leave ends a wait without a talk.
func (t *task) leave(e *event, result string) {
	s := t.waiting(e)
	if s.result != "" {
		return
	}
	s.result, s.reason, s.wait = result, e.queue.Reason, e.queue.Wait
	s.ended = sql.NullInt64{Int64: e.at.UnixMilli(), Valid: true}
}

func (t *task) rang(e *event, result string) {
	q := e.queue
	t.legs = append(t.legs, &leg{
		call: q.Call, queue: q.Queue, agent: q.Agent, rang: e.at.Add(-q.Ring), ring: q.Ring,
		result: result, reason: q.Reason,
	})
}

// wrapUp adds to the stay in which that agent talked.
func (t *task) wrapUp(q *ivr.QueueEvent) {
	for i := len(t.stays) - 1; i >= 0; i-- {
		if s := t.stays[i]; s.result == resultAnswered && (s.agent == q.Agent || i == 0) {
			s.wrap += q.Wrap
			return
		}
	}
}
