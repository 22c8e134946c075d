package record

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"time"

	"infolinia/ivr"
)

// Report is the figures of one day, and of each of its hours.
type Report struct {
	Limits Limits
	Day    Interval
	Hours  []Interval // 23 or 25 of them when the clocks change
	Queues []string   // that somebody was in on that day, sorted
}

// Interval is the figures from a moment to before another, in Warsaw time.
type Interval struct {
	From, To time.Time
	All      Figures
	Queues   map[string]Figures // of each of the report's queues
}

// Day is the report of the day in Warsaw that a moment is in. What is known by
// now counts: who still waits is offered and nothing else, and agents' time ends
// now.
func (r *Records) Day(ctx context.Context, moment, now time.Time, limits Limits) (*Report, error) {
	if err := r.ready(ctx); err != nil {
		return nil, err
	}
	report := newReport(moment, limits)
	for _, add := range []func(context.Context, *Report, time.Time) error{r.addStays, r.addCalls, r.addAgents} {
		if err := add(ctx, report, now); err != nil {
			return nil, fmt.Errorf("report the day %s: %w", report.Day.From.Format(time.DateOnly), err)
		}
	}
	return report, nil
}

func newReport(moment time.Time, limits Limits) *Report {
	y, m, d := moment.In(ivr.Warsaw()).Date()
	from := time.Date(y, m, d, 0, 0, 0, 0, ivr.Warsaw())
	r := &Report{Limits: limits, Day: Interval{From: from, To: time.Date(y, m, d+1, 0, 0, 0, 0, ivr.Warsaw())}}
	for at := from; at.Before(r.Day.To); at = at.Add(time.Hour) {
		r.Hours = append(r.Hours, Interval{From: at, To: at.Add(time.Hour)})
	}
	return r
}

// at are the intervals that a moment of the day is in.
func (r *Report) at(moment time.Time) []*Interval {
	hour := int(moment.Sub(r.Day.From) / time.Hour)
	return []*Interval{&r.Day, &r.Hours[hour]}
}

// stayRow is what a report needs of a stay in a queue.
type stayRow struct {
	queue, result          string
	offered, over          bool
	wait, talk, hold, wrap time.Duration
}

func (r *Records) addStays(ctx context.Context, report *Report, _ time.Time) error {
	rows, err := r.read.QueryContext(ctx, `SELECT queue, result, offered, ended IS NOT NULL, entered, wait, talk, hold, wrap
		FROM queue_stays WHERE entered >= $1 AND entered < $2`, report.Day.From.UnixMilli(), report.Day.To.UnixMilli())
	if err != nil {
		return err
	}
	defer rows.Close()
	queues := map[string]bool{}
	for rows.Next() {
		var s stayRow
		var entered, wait, talk, hold, wrap int64
		if err := rows.Scan(&s.queue, &s.result, &s.offered, &s.over, &entered, &wait, &talk, &hold, &wrap); err != nil {
			return err
		}
		s.wait, s.talk, s.hold, s.wrap = ms(wait), ms(talk), ms(hold), ms(wrap)
		queues[s.queue] = true
		for _, i := range report.at(time.UnixMilli(entered)) {
			i.All.count(s, report.Limits)
			if i.Queues == nil {
				i.Queues = map[string]Figures{}
			}
			f := i.Queues[s.queue]
			f.count(s, report.Limits)
			i.Queues[s.queue] = f
		}
	}
	report.Queues = slices.Sorted(maps.Keys(queues))
	return rows.Err()
}

func ms(n int64) time.Duration { return time.Duration(n) * time.Millisecond }

func (r *Records) addCalls(ctx context.Context, report *Report, _ time.Time) error {
	rows, err := r.read.QueryContext(ctx, `SELECT started, outcome, asked_agent FROM calls
		WHERE started >= $1 AND started < $2 AND ended IS NOT NULL`, report.Day.From.UnixMilli(), report.Day.To.UnixMilli())
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var started int64
		var outcome ivr.Outcome
		var asked bool
		if err := rows.Scan(&started, &outcome, &asked); err != nil {
			return err
		}
		for _, i := range report.at(time.UnixMilli(started)) {
			i.All.Calls++
			i.All.Contained += one(outcome == ivr.OutcomeContained && !asked)
		}
	}
	return rows.Err()
}

// addAgents adds what agents did, from the state each was in when the day began.
func (r *Records) addAgents(ctx context.Context, report *Report, now time.Time) error {
	rows, err := r.read.QueryContext(ctx, `SELECT agent, at, state FROM (
			SELECT s.agent, s.at, s.state, s.entry, s.key FROM agent_states s WHERE s.at >= $1 AND s.at < $2
			UNION ALL
			SELECT s.agent, s.at, s.state, s.entry, s.key FROM agent_states s
			JOIN (SELECT agent, max(at) AS at FROM agent_states WHERE at < $1 GROUP BY agent) evening
				ON evening.agent = s.agent AND evening.at = s.at
		) AS states ORDER BY agent, at, entry, key`, report.Day.From.UnixMilli(), report.Day.To.UnixMilli())
	if err != nil {
		return err
	}
	defer rows.Close()
	return eachState(rows, func(state string, from, to time.Time) {
		if to.IsZero() {
			to = now
		}
		report.Day.addAgent(state, from, to)
		for i := range report.Hours {
			report.Hours[i].addAgent(state, from, to)
		}
	})
}

// eachState gives each state with its beginning and end; the last one of an agent
// has no end.
func eachState(rows *sql.Rows, do func(state string, from, to time.Time)) error {
	var agent, state string
	var since time.Time
	for rows.Next() {
		var nextAgent, nextState string
		var at int64
		if err := rows.Scan(&nextAgent, &at, &nextState); err != nil {
			return err
		}
		until := time.UnixMilli(at)
		switch {
		case agent == "":
		case nextAgent == agent:
			do(state, since, until)
		default:
			do(state, since, time.Time{})
		}
		agent, state, since = nextAgent, nextState, until
	}
	if agent != "" {
		do(state, since, time.Time{})
	}
	return rows.Err()
}

// addAgent adds the part of an agent's state that is in the interval.
func (i *Interval) addAgent(state string, from, to time.Time) {
	if from.Before(i.From) {
		from = i.From
	}
	if to.After(i.To) {
		to = i.To
	}
	length := max(to.Sub(from), 0)
	switch state {
	case "on call", "wrap-up":
		i.All.Busy += length
	case "available":
		i.All.Free += length
	}
}
