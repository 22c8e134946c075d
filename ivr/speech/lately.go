package speech

import (
	"context"
	"sync"
	"time"
)

const (
	// latelyFor is how long a new recording may have to wait for its first call.
	latelyFor = time.Second
	// latelyMost bounds what is remembered.
	latelyMost = 4096
)

// lately remembers which clips were found a moment ago, so that a busy line does
// not look into the file system for every prompt of every call.
type lately struct {
	mu    sync.Mutex
	found map[Utterance]foundClip
}

type foundClip struct {
	clip  Clip
	until time.Time
}

func newLately() *lately { return &lately{found: map[Utterance]foundClip{}} }

// Recent is File for live calls: what File found within the last second is taken
// to be still the right clip.
func (s *Speaker) Recent(ctx context.Context, u Utterance) (Clip, error) {
	if u.Dynamic {
		return s.File(ctx, u)
	}
	u.Call = ""
	if clip, ok := s.lately.find(u); ok {
		return clip, nil
	}
	clip, err := s.File(ctx, u)
	if err == nil && clip.Source != Fallback {
		s.lately.keep(u, clip)
	}
	return clip, err
}

func (l *lately) find(u Utterance) (Clip, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f, ok := l.found[u]
	return f.clip, ok && time.Now().Before(f.until)
}

func (l *lately) keep(u Utterance, clip Clip) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.found) >= latelyMost {
		clear(l.found)
	}
	l.found[u] = foundClip{clip, time.Now().Add(latelyFor)}
}
