package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/net/ipv4"
	"golang.org/x/sys/unix"
)

const (
	slots      = 5 // of the sender: each leg sends in one of every 20 ms
	slotTime   = frameTime / slots
	batch      = 64
	socketSize = 16 << 20
)

// audio carries the RTP of all callers over one socket, because a socket and a
// goroutine for each would cost more than the Asterisk that is measured. Asterisk
// has a port for each call, which tells them apart.
type audio struct {
	conn, rtcp *net.UDPConn
	batches    *ipv4.PacketConn
	ear        *ear
	byPort     [1 << 16]atomic.Pointer[leg]

	mu    sync.Mutex
	turns [slots][]*leg
	count int
	work  sync.WaitGroup
}

func openAudio() (*audio, error) {
	a := &audio{ear: newEar()}
	var err error
	for range 100 { // an even port and the odd one behind it, for RTCP
		if a.conn, err = net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}); err != nil {
			return nil, fmt.Errorf("rtp socket: %w", err)
		}
		at := *a.conn.LocalAddr().(*net.UDPAddr)
		at.Port++
		if a.rtcp, err = net.ListenUDP("udp4", &at); err == nil && at.Port%2 == 1 {
			break
		}
		err = errors.Join(err, a.conn.Close())
		if a.rtcp != nil {
			_ = a.rtcp.Close()
		}
	}
	raw, err := a.conn.SyscallConn()
	if err != nil {
		return nil, err
	}
	var stampErr error
	err = raw.Control(func(fd uintptr) {
		// Beyond the system's limit only for root; without it the limit holds.
		if unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, socketSize) != nil {
			_ = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF, socketSize)
		}
		stampErr = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1)
	})
	if err := errors.Join(err, stampErr); err != nil {
		return nil, fmt.Errorf("rtp socket: %w", err)
	}
	a.batches = ipv4.NewPacketConn(a.conn)
	return a, nil
}

func (a *audio) port() int { return a.conn.LocalAddr().(*net.UDPAddr).Port }

// run sends and receives until ctx ends.
func (a *audio) run(ctx context.Context) {
	a.work.Go(func() { a.send(ctx) })
	a.work.Go(a.receive)
	<-ctx.Done()
	_ = a.conn.Close()
	_ = a.rtcp.Close()
	a.work.Wait()
}

func (a *audio) join(l *leg) {
	a.byPort[l.far.Port].Store(l)
	a.mu.Lock()
	defer a.mu.Unlock()
	turn := &a.turns[a.count%slots]
	a.count++
	*turn = append(slices.Clip(*turn), l) // the sender reads the old one
}

func (a *audio) leave(l *leg) {
	a.byPort[l.far.Port].CompareAndSwap(l, nil)
	a.mu.Lock()
	defer a.mu.Unlock()
	for i, turn := range a.turns {
		if at := slices.Index(turn, l); at >= 0 {
			a.turns[i] = append(slices.Clip(turn[:at]), turn[at+1:]...)
		}
	}
}

func (a *audio) send(ctx context.Context) {
	tick := time.NewTicker(slotTime)
	defer tick.Stop()
	out := make([]ipv4.Message, 0, 4*batch)
	for due, turn := time.Now(), 0; ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now := time.Now()
		for ; !due.After(now); due = due.Add(slotTime) {
			out = a.collect(out[:0], now, turn%slots)
			turn++
			if err := a.write(out); err != nil {
				if ctx.Err() == nil {
					say("rtp: %v", err)
				}
				return
			}
		}
	}
}

func (a *audio) write(out []ipv4.Message) error {
	for len(out) > 0 {
		n, err := a.batches.WriteBatch(out, 0)
		if err != nil && !errors.Is(err, syscall.ECONNREFUSED) { // a call just ended
			return err
		}
		out = out[max(n, 1):]
	}
	return nil
}

func (a *audio) collect(out []ipv4.Message, now time.Time, turn int) []ipv4.Message {
	a.mu.Lock()
	legs := a.turns[turn]
	a.mu.Unlock()
	for _, l := range legs {
		l.due(now, func(packet []byte) {
			out = append(out, ipv4.Message{Buffers: [][]byte{slices.Clone(packet)}, Addr: l.far})
		})
	}
	return out
}

// receive reads what has come, and then lets more come: the kernel has noted
// when each packet came.
func (a *audio) receive() {
	in := make([]ipv4.Message, batch)
	for i := range in {
		in[i].Buffers = [][]byte{make([]byte, 512)}
		in[i].OOB = make([]byte, 64)
	}
	for {
		n, err := a.batches.ReadBatch(in, 0)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue // ICMP's word on an earlier packet
		}
		for i := range in[:n] {
			m := &in[i]
			from, ok := m.Addr.(*net.UDPAddr)
			if !ok {
				continue
			}
			if l := a.byPort[from.Port].Load(); l != nil {
				l.hear(a.ear, stamped(m.OOB[:m.NN]), m.Buffers[0][:m.N])
			}
		}
		if n < batch/2 {
			time.Sleep(slotTime)
		}
	}
}

// stamped is the arrival time in a control message SCM_TIMESTAMPNS of a 64-bit
// Linux; without one it is now.
func stamped(oob []byte) time.Time {
	const header = 16
	if len(oob) < header+16 {
		return time.Now()
	}
	seconds, nanos := binary.NativeEndian.Uint64(oob[header:]), binary.NativeEndian.Uint64(oob[header+8:])
	return time.Unix(int64(seconds), int64(nanos))
}

// ownCPU is what this process has used, user and system.
func ownCPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(os.NewSyscallError("getrusage", err)) // cannot fail for ourselves
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
