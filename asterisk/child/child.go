// Package child runs other programs that must not outlive this one: each in its
// own process group, stopped as a group, and ended by the kernel when this
// process is killed.
package child

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// Grace is how long a program may take to end after SIGTERM.
const Grace = 10 * time.Second

// Child is a started program.
type Child struct {
	name string
	pid  int
	done chan struct{}
	err  error
}

// Start starts cmd, which has not been started yet. The name is for messages.
func Start(name string, cmd *exec.Cmd) (*Child, error) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	// Its own group, so that a Ctrl-C in the terminal reaches only us and we
	// decide the order in which things stop.
	cmd.SysProcAttr.Setpgid = true
	cmd.SysProcAttr.Pdeathsig = syscall.SIGTERM
	c := &Child{name: name, done: make(chan struct{})}
	started := make(chan error)
	go func() {
		// The kernel sends the parent-death signal when the thread that started
		// the program ends, so that thread stays ours until the program ended.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := cmd.Start(); err != nil {
			started <- err
			return
		}
		c.pid = cmd.Process.Pid
		started <- nil
		c.err = cmd.Wait()
		close(c.done)
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	return c, nil
}

// Name is the name given to Start.
func (c *Child) Name() string { return c.name }

// PID is the process id, which is the id of the process group as well.
func (c *Child) PID() int { return c.pid }

// Done is closed when the program has ended.
func (c *Child) Done() <-chan struct{} { return c.done }

// Err tells how the program ended, once Done is closed; nil is exit code 0.
func (c *Child) Err() error { return c.err }

// Stop asks the group to end, kills it after Grace or when ctx ends, and returns
// once the program has ended. A program that ended before is no error.
func (c *Child) Stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, Grace)
	defer cancel()
	if err := c.signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case <-c.done:
	case <-ctx.Done():
		if err := c.signal(syscall.SIGKILL); err != nil {
			return err
		}
		<-c.done
	}
	// What the program left behind in its group has no reason to stay.
	_ = c.signal(syscall.SIGKILL)
	return nil
}

// Kill ends the group at once and returns when the program has ended.
func (c *Child) Kill() {
	_ = c.signal(syscall.SIGKILL)
	<-c.done
}

func (c *Child) signal(sig syscall.Signal) error {
	err := syscall.Kill(-c.pid, sig)
	if err == nil || errors.Is(err, syscall.ESRCH) {
		return nil
	}
	return fmt.Errorf("stop %s: %w", c.name, err)
}
