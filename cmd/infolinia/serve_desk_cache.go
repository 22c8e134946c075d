package main

import (
	"context"
	"reflect"
	"sync"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/console"
	"infolinia/ivr/kb"
)

// articleIndex is the index of the articles as they are, made anew when they have
// changed.
type articleIndex struct {
	mu    sync.Mutex
	of    map[string]ivr.Article // which articles; a publication brings another map
	ready *kb.Index
}

func (a *articleIndex) index(articles map[string]ivr.Article) (*kb.Index, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.ready != nil && reflect.ValueOf(a.of).Pointer() == reflect.ValueOf(articles).Pointer() {
		return a.ready, nil
	}
	index, err := kb.New(articles)
	if err != nil {
		return nil, err
	}
	a.of, a.ready = articles, index
	return index, nil
}

// missedFresh is how old the list of missed calls on a page may be.
const missedFresh = 5 * time.Second

// missedCalls are those of the day, as the record has them. Pages are shown many
// times a minute.
type missedCalls struct {
	d *daemon

	mu   sync.Mutex
	list map[string]missedList // by login
}

type missedList struct {
	read  time.Time
	calls []console.MissedCall
}

func (m *missedCalls) of(ctx context.Context, login string, now time.Time) []console.MissedCall {
	m.mu.Lock()
	kept := m.list[login]
	m.mu.Unlock()
	if now.Sub(kept.read) < missedFresh {
		return kept.calls
	}
	local := now.In(ivr.Warsaw())
	midnight := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, local.Location())
	var missed []ivr.MissedCall
	err := m.d.asked.ask(ctx, func(ctx context.Context) (err error) {
		missed, err = m.d.records.Missed(ctx, login, midnight)
		return err
	})
	if err != nil { // the last list is better than none
		return kept.calls
	}
	fresh := missedList{read: now}
	for _, c := range missed {
		fresh.calls = append(fresh.calls, console.MissedCall{
			At: c.At, Queue: c.Queue, Topic: m.d.journeys.of(ctx, c.Task).Topic(),
		})
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.list[login] = fresh
	return fresh.calls
}
