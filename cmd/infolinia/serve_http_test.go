package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// freePort is one nobody listens at now.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// certified writes a certificate for loopback and its key.
func (l staffLine) certified() {
	l.t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		l.t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	public, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		l.t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		l.t.Fatal(err)
	}
	l.write("cert.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: public})))
	l.write("key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})))
}

func TestTheDaemonServesItsPagesOverHTTPSAndAccountsLogInThere(t *testing.T) {
	l, _ := newUserLine(t)
	l.certified()
	port := freePort(t)
	l.edit("infolinia.yaml", "speech:", fmt.Sprintf("http: {listen: \"127.0.0.1:%d\", tls: {cert: %q, key: %q}}\nspeech:",
		port, filepath.Join(l.dir, "cert.pem"), filepath.Join(l.dir, "key.pem")))
	if out, err := l.runWith(nil, "user", "add", "ewa", "--name", "Ewa", "--role", "editor", "--generate"); err != nil || !strings.Contains(out, "https://127.0.0.1:") {
		t.Fatal(out, err)
	}
	l.add("anna")
	d, err := newDaemon(t.Context(), l.config())
	if err != nil {
		t.Fatal(err)
	}
	defer d.close()
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- d.serveHTTP(ctx) }()
	defer func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	}()

	jar, _ := cookiejar.New(nil) // never fails
	client := http.Client{Jar: jar, Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	base := fmt.Sprintf("https://127.0.0.1:%d", port)
	page := func(resp *http.Response, err error) (int, string) {
		t.Helper()
		if err != nil {
			return 0, err.Error()
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(text)
	}
	for code := 0; code != 200; { // until it listens
		if code, _ = page(client.Get(base + "/healthz")); t.Context().Err() != nil {
			t.Fatal("no answer")
		}
	}
	if code, text := page(client.Get(base + "/login")); code != 200 || !strings.Contains(text, "Hasło") {
		t.Error(code, text)
	}
	if code, _ := page(client.PostForm(base+"/login", url.Values{"login": {"anna"}, "password": {"wrong"}})); code != 401 {
		t.Error(code)
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := client.PostForm(base+"/login", url.Values{"login": {"anna"}, "password": {typed}})
	if code, text := page(resp, err); code != 303 || resp.Header.Get("Location") != "/desk" {
		t.Error(code, text)
	}
	if code, _ := page(client.Get(base + "/desk/phone")); code != 403 { // logged in, but no page of ours asked
		t.Error(code)
	}
	if found := d.checkCertificate(t.Context()); len(found) != 1 || !strings.Contains(found[0].What.EN, "good until") {
		t.Error("a certificate that ends within the hour: ", found)
	}
}

func TestADaemonWithoutItsCertificateSaysWhichFileItIs(t *testing.T) {
	l, _ := newUserLine(t)
	l.edit("infolinia.yaml", "speech:", "http: {tls: {cert: /nowhere.pem, key: /nowhere.key}}\nspeech:")
	if _, err := newDaemon(t.Context(), l.config()); err == nil || !strings.Contains(err.Error(), "http.tls") || !strings.Contains(err.Error(), "/nowhere.pem") {
		t.Error(err)
	}
}
