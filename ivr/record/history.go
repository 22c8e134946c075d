package record

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"infolinia/ivr"
)

// Earlier are the calls of a number, by its HMAC, that are over, and the calls back
// to it: the newest first, at most so many.
func (r *Records) Earlier(ctx context.Context, caller string, most int) ([]ivr.EarlierCall, error) {
	if caller == "" || most < 1 {
		return nil, nil
	}
	if err := r.ready(ctx); err != nil {
		return nil, err
	}
	calls, err := r.earlierCalls(ctx, caller, most)
	if err != nil {
		return nil, fmt.Errorf("look for earlier calls: %w", err)
	}
	backs, err := r.earlierCallbacks(ctx, caller, most)
	if err != nil {
		return nil, fmt.Errorf("look for earlier calls back: %w", err)
	}
	all := append(calls, backs...)
	slices.SortStableFunc(all, func(a, b ivr.EarlierCall) int { return cmp.Compare(b.At.UnixMilli(), a.At.UnixMilli()) })
	return all[:min(most, len(all))], nil
}

// lastWrapUp is the last one with a code, of any task of a call.
const lastWrapUp = `(SELECT w.%[1]s FROM wrap_ups w WHERE %[2]s ORDER BY w.code <> '' DESC, w.entry DESC LIMIT 1)`

func (r *Records) earlierCalls(ctx context.Context, caller string, most int) ([]ivr.EarlierCall, error) {
	of := "w.task IN (SELECT task FROM queue_stays WHERE call = c.id)"
	return r.earlier(ctx, `SELECT c.id, c.started, c.ended - c.started, FALSE, c.outcome, c.article, c.node, c.queue,
			coalesce((SELECT s.agent FROM queue_stays s WHERE s.call = c.id AND s.agent <> '' ORDER BY s.entered DESC, s.stay DESC LIMIT 1), ''),
			coalesce(`+fmt.Sprintf(lastWrapUp, "code", of)+`, ''), coalesce(`+fmt.Sprintf(lastWrapUp, "note", of)+`, '')
		FROM calls c WHERE c.caller = $1 AND c.ended IS NOT NULL ORDER BY c.started DESC, c.id LIMIT $2`, caller, most)
}

func (r *Records) earlierCallbacks(ctx context.Context, caller string, most int) ([]ivr.EarlierCall, error) {
	of := "w.task = s.task"
	return r.earlier(ctx, `SELECT '', s.ended - s.talk - s.hold, s.talk + s.hold, TRUE,
			CASE s.result WHEN 'answered' THEN 'agent' ELSE 'callback' END, '', '', s.queue, s.agent,
			coalesce(`+fmt.Sprintf(lastWrapUp, "code", of)+`, ''), coalesce(`+fmt.Sprintf(lastWrapUp, "note", of)+`, '')
		FROM queue_stays s WHERE s.caller = $1 AND s.callback AND s.ended IS NOT NULL ORDER BY s.ended DESC, s.task LIMIT $2`, caller, most)
}

func (r *Records) earlier(ctx context.Context, query, caller string, most int) ([]ivr.EarlierCall, error) {
	rows, err := r.read.QueryContext(ctx, query, caller, most)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []ivr.EarlierCall
	for rows.Next() {
		var c ivr.EarlierCall
		var at, length int64
		if err := rows.Scan(&c.ID, &at, &length, &c.Callback, &c.Outcome, &c.Article, &c.Node, &c.Queue, &c.Agent, &c.Code, &c.Note); err != nil {
			return nil, err
		}
		c.At, c.Length = time.UnixMilli(at).UTC(), ms(max(length, 0))
		list = append(list, c)
	}
	return list, rows.Err()
}

// Missed are the offers since a moment that an agent let ring, without those rejected, the newest first,
// and what became of each.
func (r *Records) Missed(ctx context.Context, login string, since time.Time) ([]ivr.MissedCall, error) {
	if err := r.ready(ctx); err != nil {
		return nil, err
	}
	rows, err := r.read.QueryContext(ctx, `SELECT l.rang, l.ring, l.task, l.call, l.queue, l.reason,
			coalesce((SELECT later.agent FROM legs later WHERE later.task = l.task AND later.leg > l.leg AND later.result = 'answered'
				ORDER BY later.leg LIMIT 1), '')
		FROM legs l WHERE l.agent = $1 AND l.rang >= $2 AND l.result = 'no_answer' AND l.reason <> 'rejected' ORDER BY l.rang DESC, l.task`, login, since.UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("look for missed calls: %w", err)
	}
	defer rows.Close()
	var list []ivr.MissedCall
	for rows.Next() {
		var m ivr.MissedCall
		var rang, ring int64
		if err := rows.Scan(&rang, &ring, &m.Task, &m.Call, &m.Queue, &m.Reason, &m.By); err != nil {
			return nil, fmt.Errorf("look for missed calls: %w", err)
		}
		m.At, m.Ring, m.Answered = time.UnixMilli(rang).UTC(), ms(ring), m.By != ""
		list = append(list, m)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("look for missed calls: %w", err)
	}
	return list, nil
}
