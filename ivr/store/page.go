package store

import (
	"context"
	"fmt"
	"time"
)

// PageTTL is how long a page counts as open after its last sign of life.
const PageTTL = 25 * time.Second

type pages interface {
	markPage(ctx context.Context, page string) error
	openPages(ctx context.Context, pages []string) ([]bool, error)
}

// MarkPage notes that a page is open, in whichever instance.
func (s *Store) MarkPage(ctx context.Context, page string) error {
	if err := s.pages.markPage(ctx, page); err != nil {
		return fmt.Errorf("mark a page: %w", err)
	}
	return nil
}

// ClosedPages are those among the given ones that have shown no sign of life for
// PageTTL.
func (s *Store) ClosedPages(ctx context.Context, asked []string) ([]string, error) {
	if len(asked) == 0 {
		return nil, nil
	}
	open, err := s.pages.openPages(ctx, asked)
	if err != nil {
		return nil, fmt.Errorf("look for closed pages: %w", err)
	}
	var closed []string
	for i, page := range asked {
		if !open[i] {
			closed = append(closed, page)
		}
	}
	return closed, nil
}

func (b *redisBackend) markPage(ctx context.Context, page string) error {
	return b.client.Set(ctx, b.key("page:"+page), 1, PageTTL).Err()
}

func (b *redisBackend) openPages(ctx context.Context, asked []string) ([]bool, error) {
	keys := make([]string, len(asked))
	for i, page := range asked {
		keys[i] = b.key("page:" + page)
	}
	got, err := b.client.MGet(ctx, keys...).Result()
	open := make([]bool, len(got))
	for i, v := range got {
		open[i] = v != nil
	}
	return open, err
}

// memoryPages are the pages' last signs of life.
type memoryPages struct {
	*memory
	seen map[string]time.Time
}

func (p *memoryPages) markPage(ctx context.Context, page string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen[page] = p.now()
	return ctx.Err()
}

func (p *memoryPages) openPages(ctx context.Context, asked []string) ([]bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	open := make([]bool, len(asked))
	for i, page := range asked {
		seen, known := p.seen[page]
		open[i] = known && p.now().Sub(seen) < PageTTL
	}
	return open, ctx.Err()
}
