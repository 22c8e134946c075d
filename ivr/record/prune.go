package record

import (
	"context"
	"fmt"
	"time"
)

// Prune deletes all that is known of calls and tasks that nothing was heard of
// since a moment, with the callers' HMACs and the agents' notes, and what agents
// did before it. It tells how many calls and tasks that were. Accounts stay.
func (r *Records) Prune(ctx context.Context, before time.Time) (int, error) {
	if err := r.ready(ctx); err != nil {
		return 0, err
	}
	n := 0
	err := r.alter(ctx, func(w writer) error {
		row := w.tx.QueryRowContext(ctx, `SELECT count(*) FROM (`+old+`) AS past`, before.UnixMilli())
		if err := row.Scan(&n); err != nil {
			return err
		}
		for _, query := range []string{
			`DELETE FROM calls WHERE id IN (SELECT subject FROM (` + old + `) AS past WHERE kind = 'call')`,
			`DELETE FROM queue_stays WHERE task IN (SELECT subject FROM (` + old + `) AS past WHERE kind = 'task')`,
			`DELETE FROM legs WHERE task IN (SELECT subject FROM (` + old + `) AS past WHERE kind = 'task')`,
			`DELETE FROM wrap_ups WHERE at < $1`,
			// The state that an agent is in still is the last one, however old.
			`DELETE FROM agent_states WHERE at < $1 AND EXISTS (SELECT 1 FROM agent_states later
				WHERE later.agent = agent_states.agent AND later.at > agent_states.at AND later.at <= $1)`,
			`DELETE FROM events WHERE kind = 'agent' AND at < $1`,
			`DELETE FROM events WHERE (kind, subject) IN (` + old + `)`,
		} {
			if err := w.exec(query, before); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("prune the records: %w", err)
	}
	return n, nil
}

// old are the calls and tasks whose last event is before $1.
const old = `SELECT DISTINCT kind, subject FROM events e WHERE at < $1 AND kind IN ('call', 'task') AND NOT EXISTS
	(SELECT 1 FROM events later WHERE later.kind = e.kind AND later.subject = e.subject AND later.at >= $1)`
