package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

// What a terminal sends for the keys that are no characters.
const (
	ctrlC      = "\x03"
	enter      = "\r"
	escape     = "\x1b"
	backspace  = "\x7f"
	rightArrow = "\x1b[C"
)

// read waits for a key, at most for a grain of time; none is "".
func (x *screen) read() (string, error) {
	if len(x.pressed) == 0 {
		keys, err := x.poll()
		if err != nil || len(keys) == 0 {
			return "", err
		}
		x.pressed = keys
	}
	key := x.pressed[0]
	x.pressed = x.pressed[1:]
	return key, nil
}

func (x *screen) poll() ([]string, error) {
	fds := []unix.PollFd{{Fd: int32(x.in.Fd()), Events: unix.POLLIN}}
	n, err := unix.Poll(fds, int(grain.Milliseconds()))
	switch {
	case errors.Is(err, unix.EINTR) || err == nil && n == 0:
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read the keyboard: %w", err)
	}
	buffer := make([]byte, 256)
	n, err = x.in.Read(buffer)
	if errors.Is(err, io.EOF) {
		return []string{"q"}, nil // the terminal is gone
	}
	if err != nil {
		return nil, fmt.Errorf("read the keyboard: %w", err)
	}
	return splitKeys(string(buffer[:n])), nil
}

// splitKeys takes what a terminal sent apart: characters, and escape sequences
// of arrow keys.
func splitKeys(s string) []string {
	var keys []string
	for len(s) > 0 {
		n := 1
		if strings.HasPrefix(s, "\x1b[") && len(s) > 2 {
			n = 3
		} else if s[0] >= utf8.RuneSelf {
			_, n = utf8.DecodeRuneInString(s)
		}
		key := s[:n]
		switch key {
		case "\n":
			key = enter
		case "\b":
			key = backspace
		}
		keys, s = append(keys, key), s[n:]
	}
	return keys
}
