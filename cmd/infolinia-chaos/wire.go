package main

import (
	"bytes"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// wire is a TCP connection's way between two programs, which can be cut, held up
// or delayed. What travels is not looked at but for the first bytes.
type wire struct {
	listener net.Listener
	network  string
	address  string
	delay    atomic.Int64 // ns for each read, in each direction

	mu    sync.Mutex
	pairs map[*pair]bool
	work  sync.WaitGroup
}

// pair is a connection and the one it was given behind the wire.
type pair struct {
	near, far net.Conn
	socket    atomic.Bool // a websocket
	lost      atomic.Bool // its bytes go nowhere
}

// newWire leads to an address; near says where its own is.
func newWire(network, address string) (*wire, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("wire to %s: %w", address, err)
	}
	w := &wire{listener: l, network: network, address: address, pairs: map[*pair]bool{}}
	w.work.Go(w.accept)
	return w, nil
}

func (w *wire) near() string { return w.listener.Addr().String() }

func (w *wire) accept() {
	for {
		near, err := w.listener.Accept()
		if err != nil {
			return
		}
		far, err := net.DialTimeout(w.network, w.address, time.Second)
		if err != nil {
			_ = near.Close()
			continue
		}
		p := &pair{near: near, far: far}
		w.mu.Lock()
		w.pairs[p] = true
		w.mu.Unlock()
		w.work.Go(func() { w.pass(p, near, far, true) })
		w.work.Go(func() { w.pass(p, far, near, false) })
	}
}

// pass copies one direction until either side closes. The far end of a websocket
// that was lost is not told that the near end has closed.
func (w *wire) pass(p *pair, from, to net.Conn, outward bool) {
	defer func() {
		_ = p.near.Close()
		if !p.lost.Load() {
			_ = p.far.Close()
			w.mu.Lock()
			delete(w.pairs, p)
			w.mu.Unlock()
		}
	}()
	buf := make([]byte, 64<<10)
	for begun := false; ; begun = true {
		n, err := from.Read(buf)
		if outward && !begun && bytes.Contains(buf[:n], []byte("/ari/events?")) {
			p.socket.Store(true)
		}
		if d := time.Duration(w.delay.Load()); d > 0 && n > 0 {
			time.Sleep(d)
		}
		if n > 0 && !p.lost.Load() {
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// sockets does something to all websockets, and counts them.
func (w *wire) sockets(do func(*pair)) (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for p := range w.pairs {
		if p.socket.Load() {
			do(p)
			n++
		}
	}
	return n
}

// cut ends all websockets with a FIN on both sides.
func (w *wire) cut() int { return w.sockets(func(p *pair) { _ = p.near.Close() }) }

// lose lets the websockets' bytes go nowhere, without a word to either end.
func (w *wire) lose() int { return w.sockets(func(p *pair) { p.lost.Store(true) }) }

func (w *wire) close() {
	_ = w.listener.Close()
	w.mu.Lock()
	for p := range w.pairs {
		_ = p.near.Close()
		_ = p.far.Close()
	}
	w.mu.Unlock()
	w.work.Wait()
}
