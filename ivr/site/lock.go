package site

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// lock makes this the only run with its var directory. The kernel gives the lock
// back when the process ends, however it ends.
func lock(varDir string) (*os.File, error) {
	path := filepath.Join(varDir, "up.lock")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", varDir, err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		pid, _ := os.ReadFile(path)
		return nil, errors.Join(fmt.Errorf("infolinia is running already with %s (process %s): use that one, or stop it with Ctrl-C there; "+
			"a second one needs a var directory (INFOLINIA_VAR) and ports of its own", varDir, strings.TrimSpace(string(pid))), f.Close())
	}
	if err == nil {
		err = f.Truncate(0)
	}
	if err == nil {
		_, err = fmt.Fprintln(f, os.Getpid())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", varDir, err), f.Close())
	}
	return f, nil
}
