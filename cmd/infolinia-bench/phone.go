package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

const (
	answerTime = 10 * time.Second // a caller waits for an answer
	byeTime    = 5 * time.Second
)

// phone places all calls, from one SIP socket and one for audio.
type phone struct {
	audio   *audio
	ua      *sipgo.UserAgent
	dialogs *sipgo.DialogClientCache
	conn    *net.UDPConn
	to      netip.AddrPort
	serial  atomic.Uint32
	work    sync.WaitGroup
	stop    context.CancelFunc
}

func openPhone(to netip.AddrPort) (*phone, error) {
	audio, err := openAudio()
	if err != nil {
		return nil, err
	}
	p := &phone{audio: audio, to: to}
	if p.conn, err = net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}); err != nil {
		return nil, fmt.Errorf("sip socket: %w", err)
	}
	_ = p.conn.SetReadBuffer(4 << 20)
	log := slog.New(slog.DiscardHandler)
	p.ua, err = sipgo.NewUA(sipgo.WithUserAgent("600100200"), sipgo.WithUserAgentHostname("127.0.0.1"),
		sipgo.WithUserAgentTransportLayerOptions(sip.WithTransportLayerLogger(log)),
		sipgo.WithUserAgentTransactionLayerOptions(sip.WithTransactionLayerLogger(log),
			sip.WithTransactionLayerUnhandledResponseHandler(func(*sip.Response) {})))
	if err != nil {
		return nil, fmt.Errorf("sip: %w", err)
	}
	server, err := sipgo.NewServer(p.ua, sipgo.WithServerLogger(log))
	if err != nil {
		return nil, fmt.Errorf("sip: %w", err)
	}
	at := p.conn.LocalAddr().(*net.UDPAddr)
	client, err := sipgo.NewClient(p.ua, sipgo.WithClientLogger(log), sipgo.WithClientHostname("127.0.0.1"),
		sipgo.WithClientConnectionAddr(at.String()))
	if err != nil {
		return nil, fmt.Errorf("sip: %w", err)
	}
	contact := sip.ContactHeader{Address: sip.Uri{Scheme: "sip", User: "600100200", Host: "127.0.0.1", Port: at.Port}}
	p.dialogs = sipgo.NewDialogClientCache(client, contact)
	server.OnBye(func(req *sip.Request, tx sip.ServerTransaction) {
		if p.dialogs.ReadBye(req, tx) != nil {
			_ = tx.Respond(sip.NewResponseFromRequest(req, sip.StatusCallTransactionDoesNotExists, "", nil))
		}
	})
	ctx, stop := context.WithCancel(context.Background())
	p.stop = stop
	reading := &readConn{PacketConn: p.conn, reading: make(chan struct{})}
	p.work.Go(func() { _ = p.ua.TransportLayer().ServeUDP(reading) })
	p.work.Go(func() { p.audio.run(ctx) })
	<-reading.reading // requests go out through the same socket, once the stack knows it
	return p, nil
}

func (p *phone) close() {
	p.stop()
	_ = p.conn.Close()
	_ = p.ua.Close()
	p.work.Wait()
}

// talk is what came of a call.
type talk struct {
	why   string        // it was not good; empty when it was
	audio time.Duration // from INVITE to the first audio; 0: none
	keys  []time.Duration
}

// call goes through one call.
func (p *phone) call(ctx context.Context, number string, s shape) talk {
	ctx, cancel := context.WithTimeout(ctx, answerTime+s.until+byeTime)
	defer cancel()
	begin := time.Now()
	d, err := p.dialogs.Invite(ctx, sip.Uri{Scheme: "sip", User: number, Host: p.to.Addr().String(), Port: int(p.to.Port())},
		p.offer(), sip.NewHeader("Content-Type", "application/sdp"))
	if err != nil {
		return talk{why: "no INVITE: " + err.Error()}
	}
	defer d.Close()
	ringing, giveUp := context.WithTimeout(ctx, answerTime)
	defer giveUp()
	if err := d.WaitAnswer(ringing, sipgo.AnswerOptions{}); err != nil {
		return talk{why: "not answered"}
	}
	far, err := mediaPort(d.InviteResponse.Body())
	if err != nil {
		return talk{why: err.Error()}
	}
	l := newLeg(&net.UDPAddr{IP: p.to.Addr().AsSlice(), Port: far}, s, p.serial.Add(1)*2654435761)
	p.audio.join(l)
	defer p.audio.leave(l)
	if err := d.Ack(ctx); err != nil {
		return talk{why: "no ACK: " + err.Error()}
	}
	why := ""
	select {
	case <-time.After(s.until):
	case <-d.Context().Done():
		why = "hung up by the far end"
	case <-ctx.Done():
		why = "broken off"
	}
	if why == "" {
		parting, cancel := context.WithTimeout(context.WithoutCancel(ctx), byeTime)
		defer cancel()
		if d.Bye(parting) != nil {
			why = "no answer to BYE"
		}
	}
	return l.report(begin, why)
}

// report sums a call up.
func (l *leg) report(begin time.Time, why string) talk {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := talk{why: why}
	if bad := l.shape.verdict(l.heard); bad != "" {
		t.why = bad
	}
	if len(l.heard) > 0 {
		t.audio = l.heard[0].from.Sub(begin)
	}
	for i, at := range l.released {
		if i+1 < len(l.heard) {
			t.keys = append(t.keys, l.heard[i+1].from.Sub(at))
		}
	}
	return t
}

func (p *phone) offer() []byte {
	return fmt.Appendf(nil, "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"+
		"m=audio %d RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"+
		"a=fmtp:101 0-16\r\na=ptime:20\r\na=sendrecv\r\n", p.audio.port())
}

func mediaPort(sdp []byte) (int, error) {
	for line := range strings.Lines(string(sdp)) {
		if rest, ok := strings.CutPrefix(line, "m=audio "); ok {
			port, _, _ := strings.Cut(rest, " ")
			return strconv.Atoi(port)
		}
	}
	return 0, fmt.Errorf("an answer without audio")
}

// readConn tells when it is first read from.
type readConn struct {
	net.PacketConn
	once    sync.Once
	reading chan struct{}
}

func (c *readConn) ReadFrom(p []byte) (int, net.Addr, error) {
	c.once.Do(func() { close(c.reading) })
	return c.PacketConn.ReadFrom(p)
}
