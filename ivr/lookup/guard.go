package lookup

import (
	"net/netip"
	"syscall"
)

// addressGuard keeps requests out of networks that are not public, so that no
// entry in a public DNS leads into the office's own network. It looks at the
// address that is really dialled, after the name was resolved; a name that
// resolves differently the next time gains nothing.
type addressGuard struct{ allowed []netip.Prefix }

func (g addressGuard) control(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return refused("address is none")
	}
	if !g.permits(ap.Addr()) {
		return refused("host resolves to an address that is not public")
	}
	return nil
}

func (g addressGuard) permits(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	for _, p := range g.allowed {
		if p.Contains(a) {
			return true
		}
	}
	if !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	for _, p := range reserved() {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// reserved are networks that pass as global unicast but are not reached, or
// lead elsewhere: IANA's registries of special-purpose addresses (RFC 6890).
func reserved() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("0.0.0.0/8"),
		netip.MustParsePrefix("100.64.0.0/10"), // carriers' NAT
		netip.MustParsePrefix("192.0.0.0/24"),
		netip.MustParsePrefix("192.0.2.0/24"),
		netip.MustParsePrefix("198.18.0.0/15"),
		netip.MustParsePrefix("198.51.100.0/24"),
		netip.MustParsePrefix("203.0.113.0/24"),
		netip.MustParsePrefix("240.0.0.0/4"),
		netip.MustParsePrefix("64:ff9b::/96"),   // NAT64 to any IPv4 address
		netip.MustParsePrefix("64:ff9b:1::/48"), // NAT64, local
		netip.MustParsePrefix("100::/64"),
		netip.MustParsePrefix("2001::/23"),
		netip.MustParsePrefix("2001:db8::/32"),
		netip.MustParsePrefix("2002::/16"), // 6to4 to any IPv4 address
		netip.MustParsePrefix("fec0::/10"), // site-local of old
	}
}
