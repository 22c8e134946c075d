package site

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"syscall"

	"infolinia/ivr/config"
)

// socket is an address that one of the services listens on.
type socket struct {
	network string // udp or tcp
	address string
	setting string
}

func sockets(c *config.Config, instances int) []socket {
	var all []socket
	add := func(network string, a netip.AddrPort, setting string) {
		if a.IsValid() {
			all = append(all, socket{network, a.String(), setting})
		}
	}
	add("udp", c.SIP.Listen, "sip.listen")
	add("tcp", c.SIP.TCPListen, "sip.tcp_listen")
	add("tcp", c.SIP.TLSListen, "sip.tls_listen")
	add("tcp", c.ARI.Listen, "ari.listen")
	add("tcp", c.ARI.TLSListen, "ari.tls_listen")
	for n := 1; n <= instances; n++ {
		all = append(all, socket{"tcp", c.Listen(n), "http.listen"})
	}
	return all
}

// checkSockets finds every address that cannot be listened on and names the
// setting that moves it.
func checkSockets(c *config.Config, instances int) error {
	var problems []error
	for _, s := range sockets(c, instances) {
		err := s.try()
		if err == nil {
			continue
		}
		reason := "cannot be used: " + err.Error()
		if errors.Is(err, syscall.EADDRINUSE) {
			reason = "is taken"
		}
		problems = append(problems, fmt.Errorf("%s/%s %s: set %s (INFOLINIA_%s)", s.address, s.network, reason,
			s.setting, strings.ToUpper(strings.ReplaceAll(s.setting, ".", "_"))))
	}
	return errors.Join(problems...)
}

func (s socket) try() error {
	if s.network == "udp" {
		conn, err := net.ListenPacket("udp", s.address)
		if err != nil {
			return err
		}
		return conn.Close()
	}
	l, err := net.Listen("tcp", s.address)
	if err != nil {
		return err
	}
	return l.Close()
}
