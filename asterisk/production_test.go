package asterisk_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"infolinia/asterisk"
	"infolinia/ivr/caller"
)

// production makes the settings of a test those of a line in service, with a
// trunk at the given address.
func production(trunk netip.AddrPort, change func(*asterisk.Settings)) func(*asterisk.Settings) {
	return func(s *asterisk.Settings) {
		s.Production = true
		s.Fallback = ""
		s.Extensions[0].TrialClerk = ""
		s.Trunk = &asterisk.Trunk{
			Host: trunk.Addr().String(), Port: int(trunk.Port()), Protocol: "udp",
			Addresses: []string{trunk.Addr().String()},
		}
		if change != nil {
			change(s)
		}
	}
}

func TestATrunkThatRegistersCarriesCallsBothWays(t *testing.T) {
	operator := newExchange(t, func(s *asterisk.Settings) { s.Apology = ""; s.Extensions[0].TrialClerk = "" })
	account := operator.Settings.Extensions[0]
	city := newExchange(t, production(operator.Settings.UDP(), func(s *asterisk.Settings) {
		s.Trunk.User, s.Trunk.Password, s.Trunk.Register = account.Number, account.Password, true
	}))
	city.eventually(t, "pjsip show registrations", "Registered")

	c := operator.call(t, caller.Options{To: operator.to("243645555")})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if _, err := c.Hear(ctx); err != nil {
		t.Fatalf("the operator's caller hears nothing of the city: %v", err)
	}
	city.channels(t, "PJSIP/trunk-")
	ends(t, c)

	operator.application(t, "infolinia-1") // holds what the city dials
	city.dials(t, "Local/+48123456789@office")
	operator.channels(t, "PJSIP/200-")
}

// dials has an exchange call an endpoint, and give whoever answers to the fallback.
func (e exchange) dials(t *testing.T, endpoint string) {
	t.Helper()
	ari := e.Settings.ARI
	order, err := http.NewRequestWithContext(t.Context(), http.MethodPost, ari.URL()+"/channels?"+url.Values{
		"endpoint": {endpoint}, "context": {"fallback"}, "extension": {"s"},
	}.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	order.SetBasicAuth(ari.User, ari.Password)
	answer, err := http.DefaultClient.Do(order)
	if err != nil {
		t.Fatal(err)
	}
	if answer.Body.Close(); answer.StatusCode != http.StatusOK {
		t.Fatalf("dial %s: %s", endpoint, answer.Status)
	}
}

func TestInServiceNobodyUnknownIsHeardAndFail2banCanReadWhoTried(t *testing.T) {
	city := newExchange(t, production(netip.MustParseAddrPort("192.0.2.1:5060"), nil))
	_, err := caller.Dial(t.Context(), caller.Options{To: city.to("243645555"), From: "600100200"})
	var refused *caller.Refused
	if !errors.As(err, &refused) {
		t.Fatalf("an unknown caller got %v, want a refusal", err)
	}
	// The form of failregex in fail2ban's filter.d/asterisk.conf.
	city.writes(t, regexp.MustCompile(`SecurityEvent="InvalidAccountID",.*RemoteAddress="IPV4/UDP/127\.0\.0\.1/`))
}

// writes waits until a line of the security log matches.
func (e exchange) writes(t *testing.T, want *regexp.Regexp) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for {
		log, err := os.ReadFile(filepath.Join(e.Settings.LogDir(), "security.log"))
		if err != nil {
			t.Fatal(err)
		}
		if want.Match(log) {
			return
		}
		select {
		case <-deadline:
			t.Fatalf("no line matches %s:\n%s", want, log)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func TestTLSIsServedForSIPAndARI(t *testing.T) {
	cert, key := selfSigned(t)
	sip, err := asterisk.Local("/", asterisk.Installation{})
	if err != nil {
		t.Fatal(err)
	}
	ari, err := asterisk.Local("/", asterisk.Installation{})
	if err != nil {
		t.Fatal(err)
	}
	loopback := netip.MustParseAddr("127.0.0.1")
	secure := netip.AddrPortFrom(loopback, uint16(ari.ARI.Port))
	city := newExchange(t, production(netip.MustParseAddrPort("192.0.2.1:5060"), func(s *asterisk.Settings) {
		s.SIP.Cert, s.SIP.Key = cert, key
		s.SIP.Transports = append(s.SIP.Transports, asterisk.Transport{Protocol: "tls", Listen: netip.AddrPortFrom(loopback, uint16(sip.ARI.Port))})
		s.SIP.ExternalAddress, s.SIP.LocalNets = "198.51.100.7", []string{"10.0.0.0/8"}
		s.ARI.TLS = &asterisk.ARITLS{Listen: secure, Cert: cert, Key: key}
		s.Trunk.Protocol, s.Trunk.Encrypted = "tls", true
	}))
	for name, address := range map[string]string{"SIP": city.Settings.SIP.Transports[1].Listen.String(), "ARI": secure.String()} {
		conn, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true}) // self-signed, ours
		if err != nil {
			t.Errorf("%s by TLS: %v", name, err)
			continue
		}
		_ = conn.Close()
	}
}

// selfSigned makes a certificate and its key, PEM files.
func selfSigned(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"localhost"}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}
