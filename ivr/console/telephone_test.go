package console

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"infolinia/ivr/store"
)

// exchange is a websocket server in Asterisk's place: it says back what it hears.
type exchange struct {
	*httptest.Server
	asked chan *http.Request
	gone  chan struct{} // closed by the end of a connection
}

func openExchange(t *testing.T) *exchange {
	t.Helper()
	x := &exchange{asked: make(chan *http.Request, 1), gone: make(chan struct{}, 1)}
	x.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x.asked <- r.Clone(context.Background())
		http.SetCookie(w, &http.Cookie{Name: "asterisk", Value: "1"})
		conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"sip"}})
		if err != nil {
			return
		}
		defer func() { _ = conn.CloseNow(); x.gone <- struct{}{} }()
		for {
			kind, said, err := conn.Read(context.Background())
			if err != nil {
				return
			}
			if err := conn.Write(context.Background(), kind, said); err != nil {
				return
			}
		}
	}))
	t.Cleanup(x.Close)
	return x
}

// withTelephone is an office whose pages are telephones of an exchange.
func withTelephone(t *testing.T, x *exchange) *office {
	t.Helper()
	return openOffice(t, store.NewMemory(), func(l *LogIns) {
		l.Telephone, _ = url.Parse(x.URL + "/ws")
		l.Origins = []string{"https://desk.example"}
	})
}

func (b *visitor) telephone(origin string, protocols ...string) (*websocket.Conn, *http.Response, error) {
	header := http.Header{"Authorization": {"Basic c2VjcmV0"}, "X-Forwarded-For": {"192.0.2.9"}}
	if origin != "" {
		header.Set("Origin", origin)
	}
	ctx, cancel := context.WithTimeout(b.t.Context(), 10*time.Second)
	defer cancel()
	return websocket.Dial(ctx, b.server.URL+"/desk/phone", &websocket.DialOptions{HTTPClient: &b.Client, HTTPHeader: header, Subprotocols: protocols})
}

func TestATelephoneReachesAsteriskWithoutWhatIsOnlyForUs(t *testing.T) {
	x := openExchange(t)
	for _, origin := range []string{"", "https://desk.example"} {
		b := withTelephone(t, x).visitor()
		if origin == "" {
			origin = b.server.URL
		}
		b.mustLogIn("anna")
		conn, resp, err := b.telephone(origin, "sip")
		if err != nil {
			t.Fatal(err)
		}
		if conn.Subprotocol() != "sip" || len(resp.Cookies()) > 0 {
			t.Error(conn.Subprotocol(), resp.Cookies())
		}
		for _, said := range []string{"REGISTER", strings.Repeat("x", 30_000)} {
			if err := conn.Write(t.Context(), websocket.MessageText, []byte(said)); err != nil {
				t.Fatal(err)
			}
			if _, heard, err := conn.Read(t.Context()); err != nil || string(heard) != said {
				t.Fatal(len(heard), err)
			}
		}
		asked := <-x.asked
		if asked.URL.Path != "/ws" || asked.Host != strings.TrimPrefix(x.URL, "http://") {
			t.Error(asked.Host, asked.URL)
		}
		for _, name := range []string{"Cookie", "Authorization", "Origin", "Referer", "X-Forwarded-For", "Forwarded"} {
			if got := asked.Header.Get(name); got != "" {
				t.Errorf("Asterisk is told %s: %s", name, got)
			}
		}
		_ = conn.CloseNow()
		<-x.gone
	}
}

func TestATelephoneEndsWithItsLogIn(t *testing.T) {
	x := openExchange(t)
	for name, end := range map[string]func(*office, *visitor) error{
		"logged out":            func(_ *office, b *visitor) error { b.send("POST", "/logout", nil); return nil },
		"disabled":              func(o *office, _ *visitor) error { return o.accounts.SetDisabled(context.Background(), "anna", true) },
		"at the end of the day": func(o *office, _ *visitor) error { o.later(12 * time.Hour); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			o := withTelephone(t, x)
			b := o.visitor()
			b.mustLogIn("anna")
			conn, _, err := b.telephone(o.server.URL, "sip")
			if err != nil {
				t.Fatal(err)
			}
			defer conn.CloseNow()
			<-x.asked
			if err := end(o, b); err != nil {
				t.Fatal(err)
			}
			if _, _, err := conn.Read(t.Context()); err == nil {
				t.Error("the browser is still connected")
			}
			<-x.gone
		})
	}
}

func TestNobodyElseGetsATelephone(t *testing.T) {
	x := openExchange(t)
	o := withTelephone(t, x)
	anna, ewa, nobody := o.visitor(), o.visitor(), o.visitor()
	anna.mustLogIn("anna")
	ewa.mustLogIn("ewa")
	https := strings.Replace(o.server.URL, "http:", "https:", 1)
	for what, c := range map[string]struct {
		b         *visitor
		origin    string
		protocols []string
		code      int
	}{
		"another site":         {anna, "https://evil.example", []string{"sip"}, 403},
		"no origin":            {anna, "", []string{"sip"}, 403},
		"a page in a frame":    {anna, "null", []string{"sip"}, 403},
		"another scheme":       {anna, https, []string{"sip"}, 403},
		"another port":         {anna, o.server.URL + "1", []string{"sip"}, 403},
		"an editor":            {ewa, o.server.URL, []string{"sip"}, 403},
		"who is not logged in": {nobody, o.server.URL, []string{"sip"}, 401},
		"another protocol":     {anna, o.server.URL, []string{"ari"}, 400},
	} {
		conn, resp, err := c.b.telephone(c.origin, c.protocols...)
		if err == nil {
			_ = conn.CloseNow()
			t.Errorf("%s gets one", what)
		} else if resp == nil || resp.StatusCode != c.code {
			t.Errorf("%s: %v", what, err)
		}
	}
	anna.get("/desk/phone", "Origin", o.server.URL).expect(t, 426)
	x.Close()
	if _, resp, err := anna.telephone(o.server.URL, "sip"); err == nil || resp == nil || resp.StatusCode != 502 {
		t.Error("without Asterisk: ", err)
	}
	if len(x.asked) > 0 {
		t.Error("Asterisk was asked")
	}
}
