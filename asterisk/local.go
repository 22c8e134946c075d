package asterisk

import (
	"crypto/rand"
	"fmt"
	mathrand "math/rand/v2"
	"net"
	"net/netip"
	"time"
)

// Local is the local profile: SIP by UDP and ARI on 127.0.0.1, calls from this
// machine without registration. Ports are free ones, passwords are random; the
// caller sets what it wants otherwise before it starts.
func Local(dir string, in Installation) (Settings, error) {
	sip, err := freePort("udp")
	if err != nil {
		return Settings{}, err
	}
	ari, err := freePort("tcp")
	if err != nil {
		return Settings{}, err
	}
	loopback := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	return Settings{
		Dir:          dir,
		Installation: in,
		SystemName:   "local",
		SIP:          SIP{Transports: []Transport{{Protocol: "udp", Listen: netip.AddrPortFrom(loopback, uint16(sip))}}},
		RTP:          PortRange{First: 10000, Last: 19999},
		ARI:          ARI{Host: "127.0.0.1", Port: ari, User: "infolinia", Password: rand.Text()},
		Apps:         []string{"infolinia-1", "infolinia-2"},
		MaxCall:      35 * time.Minute,
		RingSeconds:  30,
		Fallback:     "200",
		Extensions:   []Extension{{Number: "200", Password: rand.Text()}},
	}, nil
}

// freePort finds a port that is free on 127.0.0.1 now. It looks below 32768,
// where Linux takes the ports of outgoing connections from, so that nothing but
// another search like this one can take it before it is used.
func freePort(network string) (int, error) {
	for range 200 {
		port := 20000 + mathrand.IntN(12000)
		addr := fmt.Sprintf("127.0.0.1:%d", port)
		if network == "udp" {
			conn, err := net.ListenPacket("udp", addr)
			if err == nil {
				return port, conn.Close()
			}
			continue
		}
		l, err := net.Listen("tcp", addr)
		if err == nil {
			return port, l.Close()
		}
	}
	return 0, fmt.Errorf("no free %s port between 20000 and 32000 on 127.0.0.1", network)
}
