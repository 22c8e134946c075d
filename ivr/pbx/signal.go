package pbx

import "sync"

// signal is something that happens once.
type signal struct {
	once sync.Once
	ch   chan struct{}
}

func newSignal() *signal { return &signal{ch: make(chan struct{})} }

func (s *signal) set() { s.once.Do(func() { close(s.ch) }) }

func (s *signal) is() bool {
	select {
	case <-s.ch:
		return true
	default:
		return false
	}
}
