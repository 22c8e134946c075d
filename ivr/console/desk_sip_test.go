package console

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/coder/websocket"
)

// registrar is a SIP server at the end of a websocket that lets everybody
// register and can call. It plays Asterisk's part, as RFC 7118 has it.
type registrar struct {
	t       *testing.T
	address string // ws://…
	mu      sync.Mutex
	conns   []*websocket.Conn
	heard   []string // whole messages
}

func newRegistrar(t *testing.T) *registrar {
	g := &registrar{t: t}
	g.address = "ws" + strings.TrimPrefix(served(t, g), "http")
	return g
}

func (g *registrar) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"sip"}, InsecureSkipVerify: true})
	if err != nil {
		return
	}
	defer func() { _ = c.CloseNow() }()
	g.mu.Lock()
	g.conns = append(g.conns, c)
	g.mu.Unlock()
	for {
		_, message, err := c.Read(r.Context())
		if err != nil {
			g.mu.Lock()
			g.conns = slices.DeleteFunc(g.conns, func(other *websocket.Conn) bool { return other == c })
			g.mu.Unlock()
			return
		}
		g.mu.Lock()
		g.heard = append(g.heard, string(message))
		g.mu.Unlock()
		if m := string(message); strings.HasPrefix(m, "REGISTER ") || strings.HasPrefix(m, "BYE ") {
			if c.Write(r.Context(), websocket.MessageText, []byte(okTo(m))) != nil {
				return
			}
		}
	}
}

// okTo is a 200 with what belongs to the request.
func okTo(request string) string {
	return "SIP/2.0 200 OK\r\n" + header(request, "Via") + header(request, "From") + strings.TrimSuffix(header(request, "To"), "\r\n") + ";tag=far\r\n" +
		header(request, "Call-ID") + header(request, "CSeq") + header(request, "Contact") + "Content-Length: 0\r\n\r\n"
}

// header is a whole line of a message.
func header(message, name string) string {
	return regexp.MustCompile(`(?m)^` + name + `: .*\r\n`).FindString(message)
}

// got is the last message heard that begins so and belongs to a request of the
// method; empty: none.
func (g *registrar) got(begins, method string) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, m := range slices.Backward(g.heard) {
		if strings.HasPrefix(m, begins) && strings.Contains(header(m, "CSeq"), method) {
			return m
		}
	}
	return ""
}

// count is how many messages contain all of that.
func (g *registrar) count(parts ...string) (n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, m := range g.heard {
		if !slices.ContainsFunc(parts, func(p string) bool { return !strings.Contains(m, p) }) {
			n++
		}
	}
	return n
}

// open is how many websockets there are.
func (g *registrar) open() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.conns)
}

// drop breaks all websockets off.
func (g *registrar) drop() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, c := range g.conns {
		_ = c.CloseNow()
	}
	g.conns = nil
}

func (g *registrar) send(message string) {
	g.t.Helper()
	g.mu.Lock()
	c := g.conns[len(g.conns)-1]
	g.mu.Unlock()
	if err := c.Write(context.Background(), websocket.MessageText, []byte(message)); err != nil {
		g.t.Fatal(err)
	}
}

// request is one of a call's, to whoever registered last.
func (g *registrar) request(method, call string, seq int, toTag, extra, body string) string {
	contact := regexp.MustCompile(`Contact: <([^>]+)>`).FindStringSubmatch(g.got("REGISTER ", "REGISTER"))[1]
	if toTag != "" {
		toTag = ";tag=" + toTag
	}
	kind := ""
	if body != "" {
		kind = "Content-Type: application/sdp\r\n"
	}
	return fmt.Sprintf("%s %s SIP/2.0\r\nVia: SIP/2.0/WS far.invalid;branch=z9hG4bK%s%d%s\r\nMax-Forwards: 70\r\nFrom: <sip:line@far.invalid>;tag=line\r\nTo: <%s>%s\r\n"+
		"Call-ID: %s\r\nCSeq: %d %s\r\nContact: <sip:line@far.invalid;transport=ws>\r\n%s%sContent-Length: %d\r\n\r\n%s",
		method, contact, call, seq, method, contact, toTag, call, seq, method, extra, kind, len(body), body)
}

// tagOf is the tag the phone gave itself.
func tagOf(answer string) string {
	m := regexp.MustCompile(`;tag=([^;\r]+)`).FindStringSubmatch(header(answer, "To"))
	if m == nil {
		return ""
	}
	return m[1]
}
