package pbx

import (
	"context"
	"crypto/md5"
	"crypto/rand"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"infolinia/asterisk"
)

// page is the SIP side of a telephone in a browser: text over a websocket (RFC 7118).
type page struct {
	t    *testing.T
	ctx  context.Context
	conn *websocket.Conn
	d    Device
	id   string // of its own requests
	cseq int
}

func openPage(t *testing.T, s asterisk.Settings, d Device) *page {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	address := "ws" + strings.TrimSuffix(strings.TrimPrefix(s.ARI.URL(), "http"), "/ari") + "/ws"
	conn, _, err := websocket.Dial(ctx, address, &websocket.DialOptions{
		Subprotocols: []string{"sip"}, HTTPHeader: http.Header{"Origin": {"https://desk.invalid"}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	return &page{t: t, ctx: ctx, conn: conn, d: d, id: rand.Text()}
}

func (p *page) send(lines ...string) {
	p.t.Helper()
	head, body, _ := strings.Cut(strings.Join(lines, "\r\n"), "\r\n\r\n")
	text := fmt.Sprintf("%s\r\nContent-Length: %d\r\n\r\n%s", head, len(body), body)
	if err := p.conn.Write(p.ctx, websocket.MessageText, []byte(text)); err != nil {
		p.t.Fatal(err)
	}
}

// hear reads until a message begins with a word.
func (p *page) hear(begins string) string {
	p.t.Helper()
	for {
		_, text, err := p.conn.Read(p.ctx)
		if err != nil {
			p.t.Fatalf("waiting for %s: %v", begins, err)
		}
		if strings.HasPrefix(string(text), begins) {
			return string(text)
		}
	}
}

// request sends one of its own and gives the answer.
func (p *page) request(method, uri string, more ...string) string {
	p.t.Helper()
	p.cseq++
	head := func(method, to string) []string {
		return []string{
			method + " " + uri + " SIP/2.0",
			fmt.Sprintf("Via: SIP/2.0/WS df7jal.invalid;branch=z9hG4bK%s%d", p.id, p.cseq),
			"Max-Forwards: 70",
			"From: <sip:" + p.d.Name + "@desk.invalid>;tag=a1",
			"To: " + to,
			"Call-ID: " + p.id,
			fmt.Sprintf("CSeq: %d %s", p.cseq, method),
		}
	}
	p.send(append(append(head(method, "<"+uri+">"),
		"Contact: <sip:"+p.d.Name+"@df7jal.invalid;transport=ws>"), more...)...)
	for {
		answer := p.hear("SIP/2.0 ")
		if strings.HasPrefix(answer, "SIP/2.0 100") {
			continue
		}
		if method == "INVITE" {
			p.send(head("ACK", header(answer, "To"))...)
		}
		return answer
	}
}

// register answers the challenge and gives the status.
func (p *page) register() string {
	p.t.Helper()
	uri := "sip:" + p.d.Name + "@desk.invalid"
	challenge := p.request("REGISTER", uri, "Expires: 60")
	answer := p.request("REGISTER", uri, "Expires: 60", p.authorize(challenge, "REGISTER", uri))
	return strings.Fields(answer)[1]
}

// authorize answers a digest challenge (RFC 7616, MD5).
func (p *page) authorize(challenge, method, uri string) string {
	field := func(name string) string {
		if m := regexp.MustCompile(name + `="([^"]*)"`).FindStringSubmatch(challenge); m != nil {
			return m[1]
		}
		return ""
	}
	sum := func(s string) string { return fmt.Sprintf("%x", md5.Sum([]byte(s))) }
	user, secret := sum(p.d.Name+":"+field("realm")+":"+p.d.Secret), sum(method+":"+uri)
	response := sum(strings.Join([]string{user, field("nonce"), "00000001", "c", "auth", secret}, ":"))
	return fmt.Sprintf(`Authorization: Digest username="%s", realm="%s", nonce="%s", uri="%s", response="%s", opaque="%s", algorithm=MD5, qop=auth, nc=00000001, cnonce="c"`,
		p.d.Name, field("realm"), field("nonce"), uri, response, field("opaque"))
}

// header is one of a message; all of the same name, joined.
func header(message, name string) string {
	var values []string
	for _, m := range regexp.MustCompile(`(?mi)^`+name+`: (.*?)\r?$`).FindAllStringSubmatch(message, -1) {
		values = append(values, m[1])
	}
	return strings.Join(values, " | ")
}

// answer responds to a request of Asterisk.
func (p *page) answer(request, status string, more ...string) {
	p.t.Helper()
	lines := []string{"SIP/2.0 " + status}
	for _, via := range regexp.MustCompile(`(?m)^Via: .*?$`).FindAllString(request, -1) {
		lines = append(lines, strings.TrimSpace(via))
	}
	to := header(request, "To")
	if !strings.Contains(to, "tag=") {
		to += ";tag=p1"
	}
	lines = append(lines, "From: "+header(request, "From"), "To: "+to, "Call-ID: "+header(request, "Call-ID"),
		"CSeq: "+header(request, "CSeq"), "Contact: <sip:"+p.d.Name+"@df7jal.invalid;transport=ws>")
	p.send(append(lines, more...)...)
}
