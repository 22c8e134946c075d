package asterisk_test

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

// A caller who is gone without a word, with the network or the dispatcher, is found
// by session timers. They hold for callers too who know nothing of them.
func TestACallerIsAskedAgainAndAgainWhetherHeIsStillThere(t *testing.T) {
	e := newExchange(t, nil)
	conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(e.Settings.UDP()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	from := conn.LocalAddr().String()
	sdp := "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
	invite := strings.Join([]string{
		"INVITE " + e.to("243645555") + " SIP/2.0",
		"Via: SIP/2.0/UDP " + from + ";branch=z9hG4bK1;rport",
		"From: <sip:600100200@" + from + ">;tag=1",
		"To: <" + e.to("243645555") + ">",
		"Call-ID: still-there@" + from,
		"CSeq: 1 INVITE",
		"Contact: <sip:600100200@" + from + ">",
		"Max-Forwards: 70",
		"Content-Type: application/sdp",
		fmt.Sprintf("Content-Length: %d", len(sdp)),
		"", sdp,
	}, "\r\n")
	if _, err := conn.Write([]byte(invite)); err != nil {
		t.Fatal(err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	for buf := make([]byte, 8192); ; {
		n, err := conn.Read(buf)
		if err != nil {
			t.Fatalf("the call is not answered: %v", err)
		}
		switch answer := string(buf[:n]); {
		case strings.HasPrefix(answer, "SIP/2.0 1"):
		case !strings.HasPrefix(answer, "SIP/2.0 200"):
			t.Fatalf("the call is refused:\n%s", answer)
		case !strings.Contains(answer, "Session-Expires: 180;refresher=uas"):
			t.Fatalf("nobody asks whether the caller is still there:\n%s", answer)
		default:
			return
		}
	}
}
