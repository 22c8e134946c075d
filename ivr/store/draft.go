package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// DraftTTL is how long a note that was not handed in is kept after its last change.
const DraftTTL = 12 * time.Hour

type drafts interface {
	putDraft(ctx context.Context, id, text string) error
	draft(ctx context.Context, id string) (string, error) // empty: none
	dropDraft(ctx context.Context, id string) error
}

// SaveDraft keeps what an agent has written so far about a task, instead of what
// was kept before.
func (s *Store) SaveDraft(ctx context.Context, login, task, text string) error {
	if err := s.drafts.putDraft(ctx, draftID(login, task), text); err != nil {
		return fmt.Errorf("keep the draft of %s: %w", login, err)
	}
	return nil
}

// Draft is what SaveDraft kept; empty without an error when there is nothing.
func (s *Store) Draft(ctx context.Context, login, task string) (string, error) {
	text, err := s.drafts.draft(ctx, draftID(login, task))
	if err != nil {
		return "", fmt.Errorf("read the draft of %s: %w", login, err)
	}
	return text, nil
}

// DropDraft forgets a draft; nothing happens when there is none.
func (s *Store) DropDraft(ctx context.Context, login, task string) error {
	if err := s.drafts.dropDraft(ctx, draftID(login, task)); err != nil {
		return fmt.Errorf("drop the draft of %s: %w", login, err)
	}
	return nil
}

// draftID joins the two so that no other two give the same.
func draftID(login, task string) string { return fmt.Sprintf("%d:%s:%s", len(login), login, task) }

func (b *redisBackend) putDraft(ctx context.Context, id, text string) error {
	return b.client.Set(ctx, b.key("draft:"+id), text, DraftTTL).Err()
}

func (b *redisBackend) draft(ctx context.Context, id string) (string, error) {
	text, err := b.client.Get(ctx, b.key("draft:"+id)).Result()
	if errors.Is(err, redis.Nil) {
		return "", nil
	}
	return text, err
}

func (b *redisBackend) dropDraft(ctx context.Context, id string) error {
	return b.client.Del(ctx, b.key("draft:"+id)).Err()
}
