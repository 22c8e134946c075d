package message

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// postOffice is an SMTP server as small as a mail client lets it be.
type postOffice struct {
	addr    *net.TCPAddr
	tls     *tls.Config // offers STARTTLS
	refusal string      // instead of taking a letter, if not empty

	mu      sync.Mutex
	letters []string
	logins  []string
	plain   bool // a letter came unencrypted
	wg      sync.WaitGroup
}

func openPostOffice(t *testing.T, withTLS bool) (*postOffice, *tls.Config) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &postOffice{addr: l.Addr().(*net.TCPAddr)}
	var trust *tls.Config
	if withTLS {
		p.tls, trust = certificate(t)
	}
	p.wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			p.wg.Go(func() { p.serve(c) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); p.wg.Wait() })
	return p, trust
}

func (p *postOffice) serve(c net.Conn) {
	defer func() { _ = c.Close() }()
	in, secure := bufio.NewReader(c), false
	say := func(s string) { fmt.Fprint(c, s+"\r\n") }
	say("220 post")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		switch word := strings.ToUpper(strings.Fields(line + " x")[0]); word {
		case "EHLO":
			if p.tls != nil && !secure {
				say("250-post\r\n250 STARTTLS")
			} else {
				say("250-post\r\n250 AUTH PLAIN")
			}
		case "STARTTLS":
			say("220 go")
			c, secure = tls.Server(c, p.tls), true
			in = bufio.NewReader(c)
		case "AUTH":
			p.note(func() { p.logins = append(p.logins, strings.TrimSpace(line)) })
			say("235 in")
		case "DATA":
			p.take(in, say, secure)
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func (p *postOffice) take(in *bufio.Reader, say func(string), secure bool) {
	say("354 go")
	var letter strings.Builder
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		if line == ".\r\n" {
			break
		}
		letter.WriteString(line)
	}
	p.note(func() {
		if p.refusal != "" {
			say(p.refusal)
			return
		}
		p.letters = append(p.letters, letter.String())
		p.plain = p.plain || !secure
		say("250 taken")
	})
}

func (p *postOffice) note(do func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	do()
}

func (p *postOffice) received() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.letters...)
}

// certificate is one for 127.0.0.1, and the trust in it.
func certificate(t *testing.T) (server, client *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}},
		&tls.Config{RootCAs: roots, ServerName: "127.0.0.1"}
}
