package asterisk

import (
	"fmt"
	"net"
	"net/netip"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// Settings is everything the templates in etc/ are filled with.
type Settings struct {
	// Dir is where this Asterisk lives: its etc, lib, log, run and spool
	// directories are made below it. Absolute, and at most about 80 bytes long,
	// because run/ holds a unix socket.
	Dir          string
	Installation Installation
	// SystemName is the first part of every channel id. A-z, 0-9, no dash.
	SystemName string
	// Production switches the unregistered calls from loopback off. Recordings
	// can then be read and removed by the group, which the daemon is in.
	Production bool

	SIP SIP
	RTP PortRange
	ARI ARI

	// Apps are the Stasis applications, tried in this order.
	Apps []string
	// MaxCall is the absolute limit of a call, after which it leaves Stasis for
	// the fallback. The daemon clears or renews TIMEOUT(absolute) before it
	// hands a caller to a person.
	MaxCall time.Duration
	// Apology is what a caller hears before the fallback is dialled: an absolute
	// path without extension, or empty for nothing.
	Apology string
	// Overload and CallAgain are what a caller hears whom the line takes on no
	// more, before and after the fallback was tried; like Apology.
	Overload, CallAgain string
	// Fallback is dialled when no daemon answers: an extension, or a number for
	// the trunk. Empty means that the call ends after the apology.
	Fallback string
	// RingSeconds is how long an extension or number rings.
	RingSeconds int

	Trunk      *Trunk
	Extensions []Extension
}

// SIP is where telephones and trunks reach this Asterisk.
type SIP struct {
	Transports []Transport
	// ExternalAddress is announced instead of the bound one, for a machine
	// behind NAT; LocalNets are the networks it is not announced to.
	ExternalAddress string
	LocalNets       []string
	// Cert and Key are PEM files, needed for a tls transport.
	Cert, Key string
}

// HostCandidates are the addresses behind a NAT whose outside is told to browsers
// (ICE). A transport bound to all addresses does not tell which one that is: the
// outside has to be reached through its own address then, or by the local network.
func (s Settings) HostCandidates() []string {
	var local []string
	for _, t := range s.SIP.Transports {
		ip := t.Listen.Addr()
		if s.SIP.ExternalAddress != "" && ip.IsValid() && !ip.IsUnspecified() && !ip.IsLoopback() && !slices.Contains(local, ip.String()) {
			local = append(local, ip.String())
		}
	}
	return local
}

// Transport is one listening socket: udp, tcp or tls.
type Transport struct {
	Protocol string
	Listen   netip.AddrPort
}

// PortRange is inclusive. A call takes two ports.
type PortRange struct{ First, Last int }

// ARI is where the daemon reaches this Asterisk.
type ARI struct {
	Host           string
	Port           int
	User, Password string
	TLS            *ARITLS
}

// ARITLS adds an HTTPS listener with a PEM certificate and key.
type ARITLS struct {
	Listen    netip.AddrPort
	Cert, Key string
}

// URL is the base of ARI's REST interface, without a slash at its end.
func (a ARI) URL() string {
	return "http://" + net.JoinHostPort(a.Host, strconv.Itoa(a.Port)) + "/ari"
}

// Trunk is the operator's side. Calls are taken from Addresses only; with
// Register we log in, so that the operator knows where to send calls.
type Trunk struct {
	Host           string
	Port           int
	Protocol       string
	Addresses      []string
	User, Password string
	Register       bool
	// Encrypted asks for SRTP with keys in the SDP (RFC 4568), which needs TLS.
	Encrypted bool
}

// URI is the operator's address as Asterisk wants it.
func (t Trunk) URI() string {
	return fmt.Sprintf("sip:%s:%d;transport=%s", t.Host, t.Port, t.Protocol)
}

// Extension is a place in the office that a telephone registers for.
type Extension struct {
	Number, Password string
	// TrialClerk is a sound, an absolute path without extension, that answers
	// while no telephone is registered; empty means that the call fails then.
	TrialClerk string
}

// EtcDir and its siblings are where Asterisk keeps what their names say.
func (s Settings) EtcDir() string   { return filepath.Join(s.Dir, "etc") }
func (s Settings) LibDir() string   { return filepath.Join(s.Dir, "lib") }
func (s Settings) LogDir() string   { return filepath.Join(s.Dir, "log") }
func (s Settings) RunDir() string   { return filepath.Join(s.Dir, "run") }
func (s Settings) SpoolDir() string { return filepath.Join(s.Dir, "spool") }

// RecordingDir is where ARI's live recordings are written.
func (s Settings) RecordingDir() string { return filepath.Join(s.SpoolDir(), "recording") }

// UDP is the address of the first UDP transport, or the zero value.
func (s Settings) UDP() netip.AddrPort {
	for _, t := range s.SIP.Transports {
		if t.Protocol == "udp" {
			return t.Listen
		}
	}
	return netip.AddrPort{}
}
