package site

import (
	"context"
	"fmt"
	"io"
	"time"

	"infolinia/asterisk/child"
)

// service is a program that is started again when it dies.
type service struct {
	name string
	// log is shown to the reader of a message about its death.
	log   string
	start func(ctx context.Context) (*child.Child, error)
	// patience is how long a start may take.
	patience time.Duration
	// alive asks a running one whether it still does its work; nil: it is not asked.
	alive func(ctx context.Context) error
	// away is done while there is none, from awayFirst on; nil: nothing.
	away func(ctx context.Context)
}

const (
	firstPause = time.Second
	longPause  = 30 * time.Second
	// steady is how long a program runs before its next death counts as the first.
	steady = time.Minute
)

// keeper keeps one service running until it is told to stop.
type keeper struct {
	service
	out    io.Writer
	pause  time.Duration
	cancel context.CancelFunc
	// gentle ends when the program shall no longer be given time to end.
	gentle context.Context
	ended  chan struct{}
}

// keep starts a service, waits until it is ready, and from then on starts it
// again whenever it dies. stop ends that; from the end of gentle on by force.
func keep(ctx, gentle context.Context, s service, out io.Writer) (*keeper, error) {
	first, err := s.startIn(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w; see %s", err, s.log)
	}
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	k := &keeper{service: s, out: out, pause: firstPause, cancel: cancel, gentle: gentle, ended: make(chan struct{})}
	go k.run(running, first)
	return k, nil
}

func (s service) startIn(ctx context.Context) (*child.Child, error) {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	return s.start(ctx)
}

func (k *keeper) run(ctx context.Context, p *child.Child) {
	defer close(k.ended)
	for {
		began := time.Now()
		stop := k.watch(ctx, p.Kill)
		select {
		case <-ctx.Done():
			stop()
			k.end(p)
			return
		case <-p.Done():
			stop()
		}
		if time.Since(began) > steady {
			k.pause = firstPause
		}
		reason := "exit code 0"
		if p.Err() != nil {
			reason = p.Err().Error()
		}
		if p = k.again(ctx, reason); p == nil {
			return
		}
	}
}

// again starts the service anew, with growing pauses, until it runs; nil means
// that it is to stop.
func (k *keeper) again(ctx context.Context, reason string) *child.Child {
	defer k.whileAway(ctx)()
	for {
		fmt.Fprintf(k.out, "infolinia: %s ended (%s); starting it again in %s; see %s\n", k.name, reason, k.pause, k.log)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(k.pause):
		}
		k.pause = min(2*k.pause, longPause)
		p, err := k.startIn(ctx)
		if err == nil {
			fmt.Fprintf(k.out, "infolinia: %s is running again\n", k.name)
			return p
		}
		if ctx.Err() != nil {
			return nil
		}
		reason = err.Error()
	}
}

func (k *keeper) end(p *child.Child) {
	if err := p.Stop(k.gentle); err != nil {
		fmt.Fprintf(k.out, "infolinia: %v\n", err)
	}
}

// stop ends the service and returns when it is gone.
func (k *keeper) stop() {
	k.cancel()
	<-k.ended
}
