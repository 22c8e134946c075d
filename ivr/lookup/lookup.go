// Package lookup asks other systems about a caller's matter: one GET a
// look-up, without retries, within a deadline, and only where the
// configuration allows it.
//
// What a caller keyed in may be sensitive. It goes into the request and nowhere
// else: no log line or error of this room holds an input, a URL or a part of an
// answer.
package lookup

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/rs/zerolog"

	"infolinia/ivr"
)

// Settings say whom may be asked and how.
type Settings struct {
	// Hosts that may be asked: "cases.example" on the port of its scheme, or
	// "cases.example:8443".
	Hosts []string
	// Networks that count as public although they are private, loopback or
	// otherwise reserved: "10.20.0.0/16" or one address.
	Networks []string
	// Secrets by name, for headers of the form "secret:<name>".
	Secrets map[string]string
	// PerHost is how many questions a host gets at once; the others wait
	// within their deadline. Zero is 8.
	PerHost int
	// RootCAs sign the certificates of the hosts; nil: those of the system.
	RootCAs *x509.CertPool
	// Log gets a line for each look-up: a warning for one without an answer.
	Log zerolog.Logger
}

const (
	maxBody      = 64 << 10
	maxHeader    = 16 << 10
	maxRedirects = 3
)

// Client asks. It is safe for concurrent use.
type Client struct {
	log     zerolog.Logger
	secrets map[string]string
	hosts   map[string]chan struct{} // by host:port, a place for each question
	http    *http.Client
}

// New refuses settings that cannot be meant.
func New(s Settings) (*Client, error) {
	if s.PerHost == 0 {
		s.PerHost = 8
	}
	c := &Client{log: s.Log, secrets: s.Secrets, hosts: map[string]chan struct{}{}}
	for _, h := range s.Hosts {
		keys, err := hostKeys(h)
		if err != nil {
			return nil, err
		}
		places := make(chan struct{}, s.PerHost)
		for _, key := range keys {
			c.hosts[key] = places
		}
	}
	guard := addressGuard{}
	for _, n := range s.Networks {
		prefix, err := parseNetwork(n)
		if err != nil {
			return nil, fmt.Errorf("network %q: %w", n, err)
		}
		guard.allowed = append(guard.allowed, prefix)
	}
	dialer := &net.Dialer{Control: guard.control, Timeout: 5 * time.Second}
	c.http = &http.Client{
		CheckRedirect: sameHost,
		Transport: &http.Transport{
			Proxy:                  nil, // the guard must see the address of the host itself
			DialContext:            dialer.DialContext,
			TLSClientConfig:        &tls.Config{RootCAs: s.RootCAs, MinVersion: tls.VersionTLS12},
			MaxIdleConnsPerHost:    s.PerHost,
			IdleConnTimeout:        time.Minute,
			MaxResponseHeaderBytes: maxHeader,
		},
	}
	return c, nil
}

// Close drops idle connections. Questions that are open end by themselves.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Ask asks the look-up l as ordered, and always answers. Without an answer from
// the host, Fail is "refused" when our own guards forbid the question,
// "timeout", or "error"; the log says why.
func (c *Client) Ask(ctx context.Context, l ivr.Lookup, order ivr.StartLookup) ivr.LookupEnded {
	start := time.Now()
	answer, err := c.answer(ctx, l, order)
	event := c.log.Debug()
	if err != nil {
		event = c.log.Warn().AnErr("cause", err).Str("fail", answer.Fail)
	}
	event.Str("lookup", l.Name).Str("effect", order.ID).Int("code", answer.Code).
		Dur("took", time.Since(start)).Msg("look-up")
	return answer
}

// answer is Ask; the error says why there is no answer.
func (c *Client) answer(ctx context.Context, l ivr.Lookup, order ivr.StartLookup) (ivr.LookupEnded, error) {
	timeout := order.Timeout
	if timeout <= 0 {
		timeout = l.Timeout
	}
	if timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	code, body, err := c.ask(ctx, l, order.Input)
	if err != nil {
		fail, cause := describe(ctx, err)
		return ivr.LookupEnded{ID: order.ID, Fail: fail}, cause
	}
	answer := ivr.LookupEnded{ID: order.ID, Code: code}
	if v, err := ivr.DecodeJSON(body); err == nil {
		answer.Body = v
	}
	return answer, nil
}

func (c *Client) ask(ctx context.Context, l ivr.Lookup, input map[string]string) (int, []byte, error) {
	u, err := fill(l.URL, input)
	if err != nil {
		return 0, nil, err
	}
	places, ok := c.hosts[hostKey(u)]
	if !ok {
		return 0, nil, refused("host is not on the list of allowed hosts")
	}
	req := (&http.Request{Method: http.MethodGet, URL: u, Host: u.Host, Header: http.Header{}}).WithContext(ctx)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "infolinia")
	if err := c.setHeaders(req.Header, l.Headers); err != nil {
		return 0, nil, err
	}
	select {
	case places <- struct{}{}:
		defer func() { <-places }()
	case <-ctx.Done():
		return 0, nil, ctx.Err()
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	if err != nil {
		return 0, nil, err
	}
	if len(body) > maxBody {
		return 0, nil, errTooLarge
	}
	return resp.StatusCode, body, nil
}

func parseNetwork(s string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	return netip.ParsePrefix(s)
}
