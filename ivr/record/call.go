package record

import (
	"database/sql"
	"time"
)

// call is a row of calls.
type call struct {
	id, caller       string
	started          time.Time
	ended            sql.NullInt64 // ms
	outcome, endedBy string
	node, reason     string
	article, queue   string
	askedAgent       bool
}

// callOf makes the row of a call from all its events, in the stream's order.
func callOf(id string, events []*event) call {
	c := call{id: id}
	for i, e := range events {
		if i == 0 || e.at.Before(c.started) {
			c.started = e.at
		}
		n := e.note
		switch e.name {
		case "answer":
			c.caller = n.Caller
		case "article":
			c.article = n.Article
		case "queue":
			c.queue, c.askedAgent = n.Queue, true
		case "connect", "transfer", "callback":
			c.askedAgent = true
		case "end":
			c.ended = sql.NullInt64{Int64: e.at.UnixMilli(), Valid: true}
			c.outcome, c.endedBy, c.node, c.reason = string(n.Outcome), n.By, n.Node, n.Reason
		case "reopened": // the end was another machine's error
			c.ended, c.outcome, c.endedBy, c.node, c.reason = sql.NullInt64{}, "", "", "", ""
		}
	}
	return c
}
