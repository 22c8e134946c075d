package caller

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"

	"github.com/emiago/diago"
	"github.com/emiago/diago/media"
	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// endpoint is one SIP user agent over UDP that offers A-law and keys.
type endpoint struct {
	ua    *sipgo.UserAgent
	diago *diago.Diago
	conn  *readConn
	wg    sync.WaitGroup
	// handling is read-locked while a request is handled: a dialog ends before
	// its BYE has been answered, and the socket must not.
	handling sync.RWMutex
}

// newEndpoint makes a user agent named in SIP as name, at a UDP address whose
// port may be 0 for any. Calls that come in go to take.
func newEndpoint(name string, at *net.UDPAddr, take diago.ServeDialogFunc) (*endpoint, error) {
	conn, err := net.ListenUDP("udp", at)
	if err != nil {
		return nil, fmt.Errorf("sip socket: %w", err)
	}
	e, err := startEndpoint(name, conn, take)
	if err != nil {
		conn.Close()
	}
	return e, err
}

func startEndpoint(name string, conn *net.UDPConn, take diago.ServeDialogFunc) (*endpoint, error) {
	addr := conn.LocalAddr().(*net.UDPAddr)
	log := slog.New(slog.DiscardHandler)
	ua, err := sipgo.NewUA(
		sipgo.WithUserAgent(name),
		sipgo.WithUserAgentHostname(addr.IP.String()),
		sipgo.WithUserAgentTransportLayerOptions(sip.WithTransportLayerLogger(log)),
		sipgo.WithUserAgentTransactionLayerOptions(
			sip.WithTransactionLayerLogger(log),
			sip.WithTransactionLayerUnhandledResponseHandler(func(*sip.Response) {}),
		),
	)
	if err != nil {
		return nil, fmt.Errorf("sip user agent: %w", err)
	}
	srv, err := sipgo.NewServer(ua, sipgo.WithServerLogger(log))
	if err != nil {
		return nil, fmt.Errorf("sip server: %w", err)
	}
	e := &endpoint{ua: ua, conn: &readConn{PacketConn: conn, reading: make(chan struct{})}}
	e.diago = diago.NewDiago(ua,
		diago.WithLogger(log),
		diago.WithServer(srv),
		diago.WithServerRequestMiddleware(e.handle),
		diago.WithMediaConfig(diago.MediaConfig{
			Codecs: []media.Codec{media.CodecAudioAlaw, media.CodecTelephoneEvent8000},
		}),
		diago.WithTransport(diago.Transport{Transport: "udp", BindHost: addr.IP.String(), BindPort: addr.Port}),
	)
	e.diago.HandleFunc(take)
	e.wg.Go(func() { _ = ua.TransportLayer().ServeUDP(e.conn) })
	// Requests of ours go out through the same socket, once the stack knows it.
	<-e.conn.reading
	return e, nil
}

// addr is where the endpoint takes calls.
func (e *endpoint) addr() string { return e.conn.LocalAddr().String() }

func (e *endpoint) handle(next sipgo.RequestHandler) sipgo.RequestHandler {
	return func(req *sip.Request, tx sip.ServerTransaction) {
		e.handling.RLock()
		defer e.handling.RUnlock()
		next(req, tx)
	}
}

// close ends the user agent and waits for its reader. Calls must have ended.
func (e *endpoint) close() {
	e.handling.Lock()
	defer e.handling.Unlock()
	e.conn.Close()
	e.ua.Close()
	e.wg.Wait()
}

// readConn tells when it is first read from. Once gone, nothing passes any more.
type readConn struct {
	net.PacketConn
	once    sync.Once
	reading chan struct{}
	gone    atomic.Pointer[atomic.Bool]
}

func (c *readConn) away() bool {
	gone := c.gone.Load()
	return gone != nil && gone.Load()
}

func (c *readConn) ReadFrom(p []byte) (int, net.Addr, error) {
	c.once.Do(func() { close(c.reading) })
	for {
		n, from, err := c.PacketConn.ReadFrom(p)
		if err != nil || !c.away() {
			return n, from, err
		}
	}
}

func (c *readConn) WriteTo(p []byte, to net.Addr) (int, error) {
	if c.away() {
		return len(p), nil
	}
	return c.PacketConn.WriteTo(p, to)
}

// localIP is the address of this machine that packets to uri leave from.
func localIP(ctx context.Context, uri sip.Uri) (net.IP, error) {
	port := uri.Port
	if port == 0 {
		port = 5060
	}
	conn, err := new(net.Dialer).DialContext(ctx, "udp", net.JoinHostPort(uri.Host, fmt.Sprint(port)))
	if err != nil {
		return nil, fmt.Errorf("no way to %s: %w", uri.Host, err)
	}
	defer conn.Close()
	return conn.LocalAddr().(*net.UDPAddr).IP, nil
}
