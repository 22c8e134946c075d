package record

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/pressly/goose/v3"

	"infolinia/ivr"
)

// UnreadableError names entries of the stream that are no events of ours. All
// others given with them were recorded; these never can be.
type UnreadableError struct {
	IDs []string
	err error
}

func (e *UnreadableError) Error() string {
	return fmt.Sprintf("events %v cannot be read: %v", e.IDs, e.err)
}

func (e *UnreadableError) Unwrap() error { return e.err }

// Apply records events, all of them in one transaction. The same event again
// changes nothing, whether after a crash or from somebody else at the same time,
// and neither does the order in which they come: rows are made from the set of a
// subject's events. After an error other than *UnreadableError nothing, or all, is
// recorded: give the same ones again.
func (r *Records) Apply(ctx context.Context, stream []ivr.StreamEvent) error {
	if err := r.ready(ctx); err != nil {
		return err
	}
	var events []*event
	unreadable := &UnreadableError{}
	for _, s := range stream {
		e, err := readEvent(s)
		if err != nil {
			unreadable.IDs, unreadable.err = append(unreadable.IDs, s.ID), errors.Join(unreadable.err, err)
		} else if e != nil {
			events = append(events, e)
		}
	}
	if len(events) > 0 {
		if err := r.apply(ctx, events); err != nil {
			return fmt.Errorf("record %d events: %w", len(events), err)
		}
	}
	if len(unreadable.IDs) > 0 {
		return unreadable
	}
	return nil
}

func (r *Records) apply(ctx context.Context, events []*event) error {
	return r.alter(ctx, func(w writer) error {
		touched := map[subject]bool{}
		for _, e := range events {
			if err := w.insert(e); err != nil {
				return err
			}
			touched[e.subject] = true
		}
		for s := range touched {
			if err := w.rewrite(s); err != nil {
				return err
			}
		}
		return nil
	})
}

// alter runs a transaction that no other one of this kind runs beside: rows are
// made from all events of a subject, so none may be written unseen meanwhile.
func (r *Records) alter(ctx context.Context, do func(writer) error) error {
	tx, err := r.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	w := writer{ctx, tx}
	if r.dialect == goose.DialectPostgres { // SQLite's transactions begin with its one lock
		err = w.exec("SELECT pg_advisory_xact_lock($1)", applyLock)
	}
	if err == nil {
		err = do(w)
	}
	if err != nil {
		return errors.Join(err, ignoreDone(tx.Rollback()))
	}
	return tx.Commit()
}

func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

// writer changes records within one transaction.
type writer struct {
	ctx context.Context
	tx  *sql.Tx
}

func (w writer) exec(query string, args ...any) error {
	for i, a := range args {
		switch a := a.(type) {
		case string:
			args[i] = clean(a)
		case time.Time:
			args[i] = a.UnixMilli()
		case time.Duration:
			args[i] = a.Milliseconds()
		}
	}
	_, err := w.tx.ExecContext(w.ctx, query, args...)
	return err
}

// insert keeps an event. Of two that are the same the earlier place counts.
func (w writer) insert(e *event) error {
	body, err := e.body()
	if err != nil {
		return err
	}
	err = w.exec(`INSERT INTO events (key, entry, kind, subject, at, name, body) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (key) DO UPDATE SET entry = excluded.entry WHERE excluded.entry < events.entry`,
		e.key, e.entry, e.kind, e.id, e.at, e.name, string(body))
	if err != nil || e.queue == nil {
		return err
	}
	q := e.queue
	switch e.name {
	case ivr.AgentStateChange:
		return w.exec(`INSERT INTO agent_states (key, entry, agent, at, state, reason) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (key) DO UPDATE SET entry = excluded.entry WHERE excluded.entry < agent_states.entry`,
			e.key, e.entry, q.Agent, e.at, q.State, q.Reason)
	case ivr.WrapUpDone:
		return w.exec(`INSERT INTO wrap_ups (key, entry, task, call, queue, agent, at, wrap, code, note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
			ON CONFLICT (key) DO UPDATE SET entry = excluded.entry WHERE excluded.entry < wrap_ups.entry`,
			e.key, e.entry, q.Task, q.Call, q.Queue, q.Agent, e.at, q.Wrap, q.Code, q.Note)
	}
	return nil
}

// rewrite makes the rows of a subject anew.
func (w writer) rewrite(s subject) error {
	if s.kind == aboutAgent {
		return nil
	}
	events, err := w.eventsOf(s)
	if err != nil {
		return err
	}
	if s.kind == aboutCall {
		return w.putCall(callOf(s.id, events))
	}
	return w.putTask(s.id, taskOf(events))
}

func (w writer) eventsOf(s subject) ([]*event, error) {
	rows, err := w.tx.QueryContext(w.ctx, `SELECT at, name, body FROM events WHERE kind = $1 AND subject = $2 ORDER BY entry, key`, s.kind, s.id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var events []*event
	for rows.Next() {
		e, ms, body := &event{subject: s}, int64(0), ""
		if err := rows.Scan(&ms, &e.name, &body); err != nil {
			return nil, err
		}
		e.at = time.UnixMilli(ms)
		if s.kind == aboutCall {
			e.note = new(ivr.Note)
			err = json.Unmarshal([]byte(body), e.note)
		} else {
			e.queue = new(ivr.QueueEvent)
			err = json.Unmarshal([]byte(body), e.queue)
		}
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	return events, rows.Err()
}

func (w writer) putCall(c call) error {
	return w.exec(`INSERT INTO calls (id, caller, started, ended, outcome, ended_by, node, reason, article, queue, asked_agent)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (id) DO UPDATE SET caller = excluded.caller, started = excluded.started, ended = excluded.ended,
			outcome = excluded.outcome, ended_by = excluded.ended_by, node = excluded.node, reason = excluded.reason,
			article = excluded.article, queue = excluded.queue, asked_agent = excluded.asked_agent`,
		c.id, c.caller, c.started, c.ended, c.outcome, c.endedBy, c.node, c.reason, c.article, c.queue, c.askedAgent)
}

func (w writer) putTask(id string, t task) error {
	if err := w.exec(`DELETE FROM queue_stays WHERE task = $1`, id); err != nil {
		return err
	}
	if err := w.exec(`DELETE FROM legs WHERE task = $1`, id); err != nil {
		return err
	}
	for i, s := range t.stays {
		err := w.exec(`INSERT INTO queue_stays (task, stay, call, queue, caller, lang, callback, again, offered,
				position, entered, wait, result, reason, agent, talk, hold, wrap, ended, ended_by)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
			id, i+1, s.call, s.queue, s.caller, s.lang, s.callback, s.again, s.offered,
			s.position, s.entered, s.wait, s.result, s.reason, s.agent, s.talk, s.hold, s.wrap, s.ended, s.endedBy)
		if err != nil {
			return err
		}
	}
	for i, l := range t.legs {
		err := w.exec(`INSERT INTO legs (task, leg, call, queue, agent, rang, ring, result, reason, talk, hold, ended, ended_by, transferred_to)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
			id, i+1, l.call, l.queue, l.agent, l.rang, l.ring, l.result, l.reason, l.talk, l.hold, l.ended, l.endedBy, l.to)
		if err != nil {
			return err
		}
	}
	return nil
}
