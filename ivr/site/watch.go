package site

import (
	"context"
	"fmt"
	"os/exec"
	"sync"
	"time"
)

const (
	// A program that has not said for hungAfter that it does its work is killed; it
	// is asked every aliveEvery.
	aliveEvery = 2 * time.Second
	hungAfter  = 10 * time.Second
	// While a program is away, what is to be done then begins after awayFirst and
	// again each awayNext.
	awayFirst = 5 * time.Second
	awayNext  = 15 * time.Second
)

// watch kills a program that hangs: it is started again then like one that died.
// stop ends the watch.
func (k *keeper) watch(ctx context.Context, kill func()) (stop func()) {
	if k.alive == nil {
		return func() {}
	}
	return beside(ctx, func(ctx context.Context) {
		last := time.Now()
		for pause(ctx, aliveEvery) {
			asking, cancel := context.WithTimeout(ctx, aliveEvery)
			err := k.alive(asking)
			cancel()
			switch {
			case err == nil:
				last = time.Now()
			case time.Since(last) >= hungAfter && ctx.Err() == nil:
				fmt.Fprintf(k.out, "infolinia: %s hangs (%v) and is killed\n", k.name, err)
				kill()
				return
			}
		}
	})
}

// whileAway does what is to be done while a program is away. stop ends that.
func (k *keeper) whileAway(ctx context.Context) (stop func()) {
	if k.away == nil {
		return func() {}
	}
	return beside(ctx, func(ctx context.Context) {
		for wait := awayFirst; pause(ctx, wait); wait = awayNext {
			k.away(ctx)
		}
	})
}

// beside runs f until it ends or stop is called, which waits for it.
func beside(ctx context.Context, f func(context.Context)) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() { f(ctx) })
	return func() {
		cancel()
		running.Wait()
	}
}

// pause tells whether a time has passed before ctx ended.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// rescue sends callers whom no daemon serves to a person. It stops when a daemon
// is back.
func (s Site) rescue(ctx context.Context) {
	if len(s.Rescue) == 0 {
		return
	}
	cmd := exec.CommandContext(ctx, s.Rescue[0], s.Rescue[1:]...)
	cmd.Stdout, cmd.Stderr = s.Out, s.Out
	if err := cmd.Run(); err != nil && ctx.Err() == nil {
		fmt.Fprintf(s.Out, "infolinia: rescue: %v\n", err)
	}
}
