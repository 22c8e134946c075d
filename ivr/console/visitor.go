package console

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// encrypted tells whether the visitor's browser speaks HTTPS, with us or with a
// proxy of ours.
func (l LogIns) encrypted(r *http.Request) bool {
	return r.TLS != nil || l.isProxy(peer(r)) && r.Header.Get("X-Forwarded-Proto") == "https"
}

// from is the address of a visitor: that of the connection, or what the nearest
// proxy that is not ours is said to come from.
func (l LogIns) from(r *http.Request) string {
	at := peer(r)
	if !l.isProxy(at) {
		return at.String()
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		a, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break // whatever is before it was not written by us
		}
		at = a.Unmap()
		if !l.isProxy(at) {
			break
		}
	}
	return at.String()
}

func peer(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	a, _ := netip.ParseAddr(host) // the zero address is in no network
	return a.Unmap()
}

// here tells whether a request comes from this machine itself: not from whoever a
// proxy on it speaks for.
func here(r *http.Request) bool {
	return peer(r).IsLoopback() && r.Header.Get("X-Forwarded-For") == "" && r.Header.Get("Forwarded") == ""
}

// monitored lets only this machine and the monitors read what tells of the line.
func (l LogIns) monitored(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from, _ := netip.ParseAddr(l.from(r))
		if !here(r) && !slices.ContainsFunc(l.Monitors, func(p netip.Prefix) bool { return p.Contains(from) }) {
			http.Error(w, "this is for the machine itself and for the networks in http.monitors", http.StatusForbidden)
			return
		}
		h.ServeHTTP(w, r)
	})
}

func (l LogIns) isProxy(a netip.Addr) bool {
	return slices.ContainsFunc(l.Proxies, func(p netip.Prefix) bool { return p.Contains(a) })
}

// ours tells whether a request was made by one of our own pages, as its Origin says:
// browsers let any page open a websocket.
func (l LogIns) ours(r *http.Request) bool {
	scheme := "http://"
	if l.encrypted(r) {
		scheme = "https://"
	}
	origin := r.Header.Get("Origin")
	return origin != "" && (origin == scheme+r.Host || slices.Contains(l.Origins, origin))
}

// sockets are the addresses of websockets at our further origins.
func (l LogIns) sockets() []string {
	var all []string
	for _, origin := range l.Origins {
		if rest, ok := strings.CutPrefix(origin, "http"); ok { // https too
			all = append(all, "ws"+rest)
		}
	}
	return all
}

// sameOrigin refuses what another site's page has a browser send to us.
func sameOrigin(l *LogIns, h http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	if l != nil {
		for _, origin := range l.Origins {
			_ = guard.AddTrustedOrigin(origin) // one that is none is nobody's
		}
	}
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "sent by a page of another site; an address of ours may be named in http.origins", http.StatusForbidden)
	}))
	return guard.Handler(h)
}
