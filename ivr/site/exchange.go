package site

import (
	"context"
	"maps"
	"net"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"

	"infolinia/asterisk"
	"infolinia/ivr/config"
)

// ringSeconds is how long a transfer rings, as the transcripts of the flows have it.
const ringSeconds = 30

// kept is what the dialplan says by itself: the renderer keeps it under this
// name, without an extension, as Asterisk wants it.
func kept(c *config.Config, name string) string {
	return filepath.Join(c.Speech.Cache, "kept", name+"-pl")
}

// Installation finds Asterisk: unpacked by asterisk/provide, in var/ or in the
// folder of the line, else the machine's own.
func Installation(ctx context.Context, c *config.Config) (asterisk.Installation, error) {
	for _, dir := range []string{c.Var, filepath.Join(c.Line, "var")} {
		if in, err := asterisk.Unpacked(filepath.Join(dir, "asterisk")); err == nil {
			return in, nil
		}
	}
	return asterisk.Installed(ctx)
}

// AsteriskSettings is what Asterisk's configuration is rendered from. In the local
// profile the sound trialClerk (a path without extension; empty for none) answers
// for an extension that no telephone is registered for.
func AsteriskSettings(c *config.Config, in asterisk.Installation, trialClerk string) asterisk.Settings {
	s := asterisk.Settings{
		Dir:          filepath.Join(c.Var, "pbx"),
		Installation: in,
		SystemName:   c.Asterisk.SystemName,
		Production:   c.Profile == config.Production,
		SIP: asterisk.SIP{
			ExternalAddress: c.SIP.ExternalAddress,
			Cert:            c.SIP.TLS.Cert,
			Key:             c.SIP.TLS.Key,
		},
		RTP: asterisk.PortRange{First: c.SIP.RTP.First, Last: c.SIP.RTP.Last},
		ARI: asterisk.ARI{
			Host:     c.ARI.Listen.Addr().String(),
			Port:     int(c.ARI.Listen.Port()),
			User:     c.ARI.User,
			Password: string(c.ARI.Password),
		},
		Apps:        c.ARI.Apps,
		MaxCall:     c.Asterisk.AbsoluteTimeout,
		Apology:     kept(c, "apology"),
		Overload:    kept(c, "overload"),
		CallAgain:   kept(c, "call-again"),
		Fallback:    c.Asterisk.Fallback,
		RingSeconds: ringSeconds,
		Trunk:       trunk(c.Trunk),
	}
	for _, t := range []struct {
		protocol string
		listen   netip.AddrPort
	}{{"udp", c.SIP.Listen}, {"tcp", c.SIP.TCPListen}, {"tls", c.SIP.TLSListen}} {
		if t.listen.IsValid() {
			s.SIP.Transports = append(s.SIP.Transports, asterisk.Transport{Protocol: t.protocol, Listen: t.listen})
		}
	}
	for _, n := range c.SIP.LocalNets {
		s.SIP.LocalNets = append(s.SIP.LocalNets, n.String())
	}
	if c.ARI.TLSListen.IsValid() {
		s.ARI.TLS = &asterisk.ARITLS{Listen: c.ARI.TLSListen, Cert: c.ARI.TLS.Cert, Key: c.ARI.TLS.Key}
	}
	for _, number := range slices.Sorted(maps.Keys(c.Extensions)) {
		e := asterisk.Extension{Number: number, Password: string(c.Extensions[number].Password)}
		if c.Profile == config.Local {
			e.TrialClerk = trialClerk
		}
		s.Extensions = append(s.Extensions, e)
	}
	return s
}

func trunk(t config.Trunk) *asterisk.Trunk {
	if t.Host == "" {
		return nil
	}
	host := t.Host
	if a, err := netip.ParseAddr(host); err == nil && a.Is6() {
		host = "[" + host + "]"
	}
	return &asterisk.Trunk{
		Host: host, Port: t.Port, Protocol: t.Protocol, Addresses: t.Addresses,
		User: t.User, Password: string(t.Password), Register: t.Register, Encrypted: t.Encrypted,
	}
}

// SIPAddress is what a caller on this machine dials; without a number it is the
// bare address, which reaches the line as well.
func SIPAddress(c *config.Config, number string) string {
	listen := c.SIP.Listen
	host := listen.Addr()
	if host.IsUnspecified() {
		host = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	address := netip.AddrPortFrom(host, listen.Port()).String()
	if listen.Port() == 5060 && host.Is4() {
		address = host.String()
	}
	if number == "" {
		return "sip:" + address
	}
	return "sip:" + number + "@" + address
}

// page is where a browser on this machine finds the pages of an instance.
func (s Site) page(instance int) string {
	url := baseURL(s.Config.Listen(instance))
	if s.Config.HTTP.TLS.Cert != "" {
		url = "https" + strings.TrimPrefix(url, "http")
	}
	return url
}

func baseURL(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "http://" + listen
	}
	if a, err := netip.ParseAddr(host); host == "" || err == nil && a.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}
