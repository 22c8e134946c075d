package store

import (
	"context"
	"maps"
	"time"
)

type memoryDraft struct {
	text    string
	expires time.Time
}

type memoryDrafts struct {
	*memory
	byID map[string]memoryDraft
}

func newMemoryDrafts(m *memory) *memoryDrafts {
	return &memoryDrafts{memory: m, byID: map[string]memoryDraft{}}
}

func (d *memoryDrafts) putDraft(ctx context.Context, id, text string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.now()
	maps.DeleteFunc(d.byID, func(_ string, draft memoryDraft) bool { return !draft.expires.After(now) })
	d.byID[id] = memoryDraft{text, now.Add(DraftTTL)}
	return ctx.Err()
}

func (d *memoryDrafts) draft(ctx context.Context, id string) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if draft := d.byID[id]; draft.expires.After(d.now()) {
		return draft.text, ctx.Err()
	}
	return "", ctx.Err()
}

func (d *memoryDrafts) dropDraft(ctx context.Context, id string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.byID, id)
	return ctx.Err()
}
