package config

import (
	"net"
	"net/netip"
	"net/url"
	"time"
)

// checkHTTP checks how browsers reach the pages. Passwords and talks must not go
// over a network in clear, and browsers give a microphone only to HTTPS or loopback.
func (c *Config) checkHTTP(p *problems) {
	hostPort(p, "http.listen", c.HTTP.Listen)
	t := c.HTTP.TLS
	switch {
	case t.Cert != "" && t.Key == "":
		p.add("http.tls.key", "http.tls.cert needs its key, a PEM file")
	case t.Key != "" && t.Cert == "":
		p.add("http.tls.cert", "http.tls.key needs its certificate with the chain, a PEM file")
	case t.Cert == "" && c.Profile == Production && !isLoopback(c.HTTP.Listen):
		p.add("http.tls.cert", "http.listen is %s: passwords would cross the network in clear, and browsers give no microphone. "+
			"Give a certificate and its key (http.tls.key), PEM files; or listen on 127.0.0.1 behind a reverse proxy that has them, "+
			"and name it in http.origins and http.proxies", c.HTTP.Listen)
	}
	for _, o := range c.HTTP.Origins {
		if why := originProblem(o, c.Profile == Production); why != "" {
			p.add("http.origins", "%q %s", o, why)
		}
	}
	if d := c.Desk.Idle; d < time.Minute || d > 24*time.Hour {
		p.add("desk.idle", "%s cannot be meant: choose from 1m to 24h", d)
	}
	if d := c.Desk.Absolute; d < c.Desk.Idle || d > 7*24*time.Hour {
		p.add("desk.absolute", "%s cannot be meant: choose from desk.idle (%s) to 168h", d, c.Desk.Idle)
	}
}

func isLoopback(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	if err != nil || host == "localhost" {
		return true // what is no address is told elsewhere
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}

// originProblem says why an address is no origin (RFC 6454); empty: it is one.
func originProblem(o string, production bool) string {
	u, err := url.Parse(o)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || o != u.Scheme+"://"+u.Host {
		return "is no origin: give scheme, name and port only, as https://desk.example or https://desk.example:8443"
	}
	if a, err := netip.ParseAddr(u.Hostname()); production && u.Scheme == "http" && u.Hostname() != "localhost" && (err != nil || !a.IsLoopback()) {
		return "is not encrypted: browsers give a microphone to https:// only"
	}
	return ""
}
