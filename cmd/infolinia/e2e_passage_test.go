package main

import (
	"io"
	"net"
	"sync"
	"testing"
)

// passage is a way to the daemon that can be cut.
type passage struct {
	listener net.Listener
	to       string
	workers  sync.WaitGroup

	mu    sync.Mutex
	cut   bool
	conns map[net.Conn]bool
}

func newPassage(t testing.TB, to string) *passage {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &passage{listener: listener, to: to, conns: map[net.Conn]bool{}}
	p.workers.Go(p.serve)
	t.Cleanup(func() {
		listener.Close()
		p.close(true)
		p.workers.Wait()
	})
	return p
}

func (p *passage) serve() {
	for {
		from, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.workers.Go(func() { p.carry(from) })
	}
}

func (p *passage) carry(from net.Conn) {
	defer from.Close()
	to, err := net.Dial("tcp", p.to)
	if err != nil {
		return
	}
	defer to.Close()
	if !p.enter(from, to) {
		return
	}
	p.workers.Go(func() { _, _ = io.Copy(to, from); to.Close() })
	_, _ = io.Copy(from, to)
}

func (p *passage) enter(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		p.conns[c] = true
	}
	return !p.cut
}

// close cuts it, or lets new connections pass again.
func (p *passage) close(cut bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = cut
	for c := range p.conns {
		c.Close()
		delete(p.conns, c)
	}
}
