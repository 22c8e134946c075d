package site

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// LockedError says which process has a lock.
type LockedError struct{ Process string }

func (e *LockedError) Error() string { return "process " + e.Process + " has the lock" }

// Lock makes this the only process that has the file at path, with its number in
// it, or says by a *LockedError which one has it. The kernel gives the lock back
// when the process ends, however it ends.
func Lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o640)
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		pid, _ := os.ReadFile(path)
		return nil, errors.Join(&LockedError{strings.TrimSpace(string(pid))}, f.Close())
	}
	if err == nil {
		err = f.Truncate(0)
	}
	if err == nil {
		_, err = fmt.Fprintln(f, os.Getpid())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), f.Close())
	}
	return f, nil
}

// lock makes this the only run with its var directory.
func lock(varDir string) (*os.File, error) {
	f, err := Lock(filepath.Join(varDir, "up.lock"))
	if other := (*LockedError)(nil); errors.As(err, &other) {
		return nil, fmt.Errorf("infolinia is running already with %s (process %s): use that one, or stop it with Ctrl-C there; "+
			"a second one needs a var directory (INFOLINIA_VAR) and ports of its own", varDir, other.Process)
	}
	return f, err
}
