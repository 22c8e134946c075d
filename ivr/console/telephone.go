package console

import (
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
)

// telephone is GET /desk/phone, the websocket of a browser's telephone: it is
// relayed to Asterisk, which listens on loopback only. It ends with the log-in.
// Whose telephone it is, Asterisk asks for itself (SIP digest).
type telephone struct {
	*door
	relay *httputil.ReverseProxy
}

func newTelephone(d *door) http.Handler {
	return telephone{d, &httputil.ReverseProxy{
		Rewrite:        func(r *httputil.ProxyRequest) { towards(d.Telephone, r.Out) },
		ModifyResponse: func(r *http.Response) error { r.Header.Del("Set-Cookie"); return nil },
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) {
			http.Error(w, "Asterisk does not answer", http.StatusBadGateway)
		},
	}}
}

// towards makes a request one to Asterisk: what a browser says to us is not for it.
func towards(to *url.URL, r *http.Request) {
	r.URL, r.Host = new(url.URL), to.Host
	*r.URL = *to
	for _, ours := range []string{"Cookie", "Authorization", "Referer", "Origin"} {
		r.Header.Del(ours)
	}
	r.Header.Set("Sec-WebSocket-Protocol", "sip")
}

func (h telephone) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case !h.ours(r):
		http.Error(w, "a page of another site asks for a telephone; its address may be named in http.origins", http.StatusForbidden)
	case !strings.EqualFold(r.Header.Get("Upgrade"), "websocket"):
		w.Header().Set("Upgrade", "websocket")
		http.Error(w, "this is a websocket", http.StatusUpgradeRequired)
	case !speaksSIP(r):
		http.Error(w, "the websocket's protocol is sip (RFC 7118)", http.StatusBadRequest)
	default:
		h.relay.ServeHTTP(w, r)
	}
}

func speaksSIP(r *http.Request) bool {
	for _, protocol := range strings.Split(strings.Join(r.Header.Values("Sec-WebSocket-Protocol"), ","), ",") {
		if strings.EqualFold(strings.TrimSpace(protocol), "sip") {
			return true
		}
	}
	return false
}
