package lookup

import (
	"net/netip"
	"net/url"
	"strings"
	"testing"
)

func TestOnlyPublicAddressesAreDialled(t *testing.T) {
	var guard addressGuard
	for address, want := range map[string]bool{
		"193.59.201.40": true, "2001:67c:2e8::1": true, "8.8.8.8": true,
		"127.0.0.1": false, "127.9.9.9": false, "::1": false, "0.0.0.0": false, "::": false, "0.1.2.3": false,
		"10.1.2.3": false, "172.16.0.1": false, "172.32.0.1": true, "192.168.1.1": false, "fd00::1": false,
		"169.254.169.254": false, "fe80::1": false, "fe80::1%eth0": false, "fec0::1": false,
		"100.64.0.1": false, "224.0.0.1": false, "ff02::1": false, "255.255.255.255": false, "240.0.0.1": false,
		"::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "64:ff9b::a00:1": false, "2002:a00:1::": false, "2001:db8::1": false,
	} {
		if got := guard.permits(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %v, want %v", address, got, want)
		}
	}
	guard.allowed = []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}
	for address, want := range map[string]bool{"10.1.2.3": true, "::ffff:10.1.2.3": true, "10.2.0.1": false} {
		if got := guard.permits(netip.MustParseAddr(address)); got != want {
			t.Errorf("with 10.1.0.0/16 listed %s: %v, want %v", address, got, want)
		}
	}
}

func FuzzAnInputChangesOnlyItsOwnPart(f *testing.F) {
	for _, s := range []string{"0012", "", "..", "a/b", "?x=1", "#", "%2e%2e", "{{ b }}", "ą\x00\xff", "@host", "a b+c&d=e"} {
		f.Add(s, "x")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		u, err := fill("https://cases.example:8443/api/{{ a }}/end?q={{b}}&r=1", map[string]string{"a": a, "b": b})
		if err != nil {
			return
		}
		if u.Host != "cases.example:8443" || u.User != nil || u.Fragment != "" {
			t.Fatalf("%q leads to %s", a, u)
		}
		parts := strings.Split(u.EscapedPath(), "/")
		if len(parts) != 4 || parts[1] != "api" || parts[3] != "end" {
			t.Fatalf("%q changes the path to %s", a, u.EscapedPath())
		}
		if got, err := url.PathUnescape(parts[2]); err != nil || got != a {
			t.Fatalf("%q arrives as %q, %v", a, got, err)
		}
		query, err := url.ParseQuery(u.RawQuery)
		if err != nil || len(query) != 2 || query.Get("q") != b || query.Get("r") != "1" {
			t.Fatalf("%q arrives as query %v, %v", b, query, err)
		}
	})
}
