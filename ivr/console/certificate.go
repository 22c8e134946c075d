package console

import (
	"crypto/tls"
	"fmt"
	"os"
	"sync"
	"time"
)

// Certificate is a TLS certificate with its key in two PEM files, read again when
// they change: a renewal needs no restart.
type Certificate struct {
	cert, key string

	mu      sync.Mutex
	now     *tls.Certificate
	changed [2]time.Time
	problem error
}

// ReadCertificate reads the files. The error names the one that is wrong.
func ReadCertificate(cert, key string) (*Certificate, error) {
	c := &Certificate{cert: cert, key: key}
	c.read()
	if c.problem != nil {
		return nil, c.problem
	}
	return c, nil
}

// Config is for a server: TLS 1.2 and up, the certificate as it is at the moment.
func (c *Certificate) Config() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.read()
			return c.now, nil
		},
	}
}

// State is until when the certificate is good, and what is wrong with the files as
// they are now; then the one before is still used.
func (c *Certificate) State() (until time.Time, problem error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.read()
	return c.now.Leaf.NotAfter, c.problem
}

// read takes files that changed. What cannot be read, or is half written, changes
// nothing and is looked at again.
func (c *Certificate) read() {
	var changed [2]time.Time
	for i, file := range []string{c.cert, c.key} {
		info, err := os.Stat(file)
		if err != nil {
			c.problem = fmt.Errorf("read certificate: %w", err)
			return
		}
		changed[i] = info.ModTime()
	}
	if c.now != nil && changed == c.changed {
		c.problem = nil
		return
	}
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		c.problem = fmt.Errorf("read certificate %s with key %s: %w", c.cert, c.key, err)
		return
	}
	c.now, c.changed, c.problem = &pair, changed, nil
}
