package call

import "sync"

// mailbox holds what is to be taken, in order, without a bound: whoever posts
// never waits.
type mailbox struct {
	mu     sync.Mutex
	items  []any
	filled chan struct{} // holds one token while there are items
}

func newMailbox() *mailbox { return &mailbox{filled: make(chan struct{}, 1)} }

func (m *mailbox) post(item any) {
	m.mu.Lock()
	m.items = append(m.items, item)
	m.mu.Unlock()
	select {
	case m.filled <- struct{}{}:
	default:
	}
}

// take empties the mailbox.
func (m *mailbox) take() []any {
	m.mu.Lock()
	defer m.mu.Unlock()
	items := m.items
	m.items = nil
	return items
}
