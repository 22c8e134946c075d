package config

import (
	"fmt"
	"net"
	"path/filepath"
	"strconv"
)

// Home is the slot of this instance: the application it serves first of all.
func (c *Config) Home() string { return c.ARI.Apps[c.Instance-1] }

// Listen is where an instance serves HTTP: http.listen is that of the first one,
// the next have the ports after it.
func (c *Config) Listen(instance int) string {
	host, port, _ := net.SplitHostPort(c.HTTP.Listen)
	n, err := strconv.Atoi(port)
	if err != nil || n == 0 {
		return c.HTTP.Listen
	}
	return net.JoinHostPort(host, strconv.Itoa(n+instance-1))
}

// Socket is where the commands of this machine reach an instance.
func (c *Config) Socket(instance int) string {
	if instance == 1 {
		return filepath.Join(c.Var, "infolinia.sock")
	}
	return filepath.Join(c.Var, fmt.Sprintf("infolinia-%d.sock", instance))
}

func (c *Config) checkInstance(p *problems) {
	if n := len(c.ARI.Apps); n > 0 && (c.Instance < 1 || c.Instance > n) {
		p.add("instance", "%d: ari.apps names %d, so give a number from 1 to %d", c.Instance, n, n)
	}
	_, port, err := net.SplitHostPort(c.HTTP.Listen)
	if n, bad := strconv.Atoi(port); err == nil && c.Instance > 1 && (bad != nil || n+c.Instance-1 > 65535) {
		p.add("http.listen", "instance %d listens %d above port %q: give a number that leaves room", c.Instance, c.Instance-1, port)
	}
}
