package call_test

import (
	"errors"
	"net"
	"sync"
)

var errKilled = errors.New("the process is dead")

// gate is between a process and the world: a paused process gets nothing
// through it until it goes on, a killed one nothing ever.
type gate struct {
	mu     sync.Mutex
	paused chan struct{} // nil: it runs
	dead   bool
	conns  []net.Conn
}

func (g *gate) pass() error { return g.passUnless(nil) }

// passUnless gives up when closed is.
func (g *gate) passUnless(closed chan struct{}) error {
	for {
		g.mu.Lock()
		paused, dead := g.paused, g.dead
		g.mu.Unlock()
		if dead {
			return errKilled
		}
		if paused == nil {
			return nil
		}
		select {
		case <-paused:
		case <-closed:
			return net.ErrClosed
		}
	}
}

func (g *gate) killed() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.dead
}

func (g *gate) pause() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.paused == nil {
		g.paused = make(chan struct{})
	}
}

func (g *gate) revive() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.paused != nil {
		close(g.paused)
		g.paused = nil
	}
}

func (g *gate) kill() {
	g.revive()
	g.mu.Lock()
	g.dead = true
	conns := g.conns
	g.mu.Unlock()
	for _, c := range conns {
		_ = c.Close()
	}
}

// wire is a connection through the gate.
type wire struct {
	net.Conn
	gate   *gate
	once   sync.Once
	closed chan struct{}
}

func (c *wire) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}

func (c *wire) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if closed := c.gate.passUnless(c.closed); closed != nil {
		return 0, closed
	}
	return n, err
}

func (c *wire) Write(b []byte) (int, error) {
	if err := c.gate.passUnless(c.closed); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}
