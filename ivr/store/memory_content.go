package store

import (
	"bytes"
	"context"
	"maps"
	"slices"
)

func (m *memory) issue(ctx context.Context, id string, candidate []byte) (int64, []byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	maps.DeleteFunc(m.numbers, func(_ string, n numbered) bool { return !n.expires.After(now) })
	if m.key == nil {
		m.key = candidate
	}
	got, ok := m.numbers[id]
	if !ok {
		m.issued++
		got = numbered{n: m.issued, expires: now.Add(ReportTTL)}
		m.numbers[id] = got
	}
	return got.n, m.key, ctx.Err()
}

func (m *memory) put(ctx context.Context, v Version, bundle []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.bundles[v.ID] = kept{Version: v, bundle: bytes.Clone(bundle)}
	return ctx.Err()
}

func (m *memory) bundle(ctx context.Context, id string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return bytes.Clone(m.bundles[id].bundle), ctx.Err()
}

func (m *memory) list(ctx context.Context) ([]Version, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []Version
	for _, k := range m.bundles {
		list = append(list, k.Version)
	}
	slices.SortFunc(list, func(a, b Version) int { return b.At.Compare(a.At) })
	return list, ctx.Err()
}

func (m *memory) drop(ctx context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.bundles, id)
	return ctx.Err()
}

func (m *memory) setOverride(ctx context.Context, field, value string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.switched++
	if value == "" {
		delete(m.switches, field)
	} else {
		m.switches[field] = value
	}
	return ctx.Err()
}

func (m *memory) allOverrides(ctx context.Context) (map[string]string, int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.switches), m.switched, ctx.Err()
}

func (m *memory) revision(ctx context.Context) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.switched, ctx.Err()
}
