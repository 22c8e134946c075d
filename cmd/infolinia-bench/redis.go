package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

// redisSocket is where a Redis listens.
type redisSocket string

// ask sends one command of a single line and returns its answer's text.
func (r redisSocket) ask(command string) (string, error) {
	conn, err := net.DialTimeout("unix", string(r), time.Second)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(time.Second))
	if _, err := fmt.Fprintf(conn, "%s\r\n", command); err != nil {
		return "", err
	}
	in := bufio.NewReader(conn)
	line, err := in.ReadString('\n')
	if err != nil {
		return "", err
	}
	line = strings.TrimSpace(line)
	if size, ok := strings.CutPrefix(line, "$"); ok {
		n, err := strconv.Atoi(size)
		if err != nil {
			return "", err
		}
		text := make([]byte, n)
		_, err = io.ReadFull(in, text)
		return string(text), err
	}
	if strings.HasPrefix(line, "-") {
		return "", fmt.Errorf("redis: %s", line)
	}
	return line, nil
}

// saves counts the scripts that Redis has run: one a save, and one each two
// seconds for the lease.
func (r redisSocket) saves() (float64, error) {
	info, err := r.ask("INFO commandstats")
	if err != nil {
		return 0, err
	}
	var sum float64
	for line := range strings.Lines(info) {
		for _, name := range []string{"cmdstat_evalsha:calls=", "cmdstat_eval:calls="} {
			if rest, ok := strings.CutPrefix(line, name); ok {
				count, _, _ := strings.Cut(rest, ",")
				n, _ := strconv.ParseFloat(count, 64)
				sum += n
			}
		}
	}
	return sum, nil
}
