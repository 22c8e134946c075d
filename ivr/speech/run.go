package speech

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// maxOutput bounds what a program may write: a quarter of an hour of sound.
const maxOutput = 64 << 20

var errTooMuch = errors.New("the program wrote too much")

// run gives input to a program's standard input and returns its standard
// output. The program sees only PATH, HOME and a UTF-8 locale, and leads a
// process group that is killed as one when ctx ends. On failure detail is what
// it wrote to standard error; it may repeat the text, so it is no part of err.
func run(ctx context.Context, input []byte, program string, args ...string) (output []byte, detail string, err error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "LANG=C.UTF-8"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	stdout, stderr := &bounded{limit: maxOutput}, &bounded{limit: 4 << 10, quiet: true}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(input), stdout, stderr
	err = cmd.Run()
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, strings.TrimSpace(stderr.String()), fmt.Errorf("%s: %w", program, err)
	}
	return stdout.Bytes(), "", nil
}

// bounded is a buffer that takes no more than limit; a quiet one drops the
// rest, another fails the write.
type bounded struct {
	bytes.Buffer
	limit int
	quiet bool
}

func (b *bounded) Write(p []byte) (int, error) {
	if room := b.limit - b.Len(); len(p) > room {
		if !b.quiet {
			return 0, errTooMuch
		}
		b.Buffer.Write(p[:max(room, 0)])
		return len(p), nil
	}
	return b.Buffer.Write(p)
}
