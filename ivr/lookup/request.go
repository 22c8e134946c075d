package lookup

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// fill puts inputs into the parts of a URL, percent-encoded, so that none can
// change more than its own part. An input that would make a path walk to
// another folder is refused.
func fill(template string, input map[string]string) (*url.URL, error) {
	part := regexp.MustCompile(`\{\{\s*([a-z][a-z0-9_]*)\s*\}\}`)
	var missing error
	filled := part.ReplaceAllStringFunc(template, func(p string) string {
		name := part.FindStringSubmatch(p)[1]
		value, ok := input[name]
		if !ok {
			missing = refused(fmt.Sprintf("URL needs an input %s", name))
		}
		return encode(value)
	})
	if missing != nil {
		return nil, missing
	}
	u, err := url.Parse(filled)
	if err != nil { // it quotes the URL
		return nil, refused("URL is none once it is filled")
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.User != nil {
		return nil, refused("URL is not of the form http(s)://host/path")
	}
	for segment := range strings.SplitSeq(u.Path, "/") {
		if segment == "." || segment == ".." {
			return nil, refused("URL holds a part that leads to another folder")
		}
	}
	u.Fragment, u.RawFragment = "", ""
	return u, nil
}

// encode is percent-encoding that is right in a path and in a query: all but
// the unreserved characters of RFC 3986.
func encode(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-._~", c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// setHeaders resolves "secret:<name>" values.
func (c *Client) setHeaders(h http.Header, headers map[string]string) error {
	for name, value := range headers {
		if secret, ok := strings.CutPrefix(value, "secret:"); ok {
			if value, ok = c.secrets[secret]; !ok {
				return refused(fmt.Sprintf("secret %s is not configured", secret))
			}
		}
		h.Set(name, value)
	}
	return nil
}

// hostKeys are the host:port forms an entry of the list allows.
func hostKeys(entry string) ([]string, error) {
	u, err := url.Parse("//" + entry)
	if err != nil || u.Host != entry || u.Hostname() == "" {
		return nil, fmt.Errorf("host %q: want a name like cases.example, with :port where it is not the usual one", entry)
	}
	host := strings.ToLower(u.Hostname())
	if port := u.Port(); port != "" {
		return []string{net.JoinHostPort(host, port)}, nil
	}
	return []string{net.JoinHostPort(host, "80"), net.JoinHostPort(host, "443")}, nil
}

func hostKey(u *url.URL) string {
	port := u.Port()
	switch {
	case port != "":
	case u.Scheme == "https":
		port = "443"
	default:
		port = "80"
	}
	return net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}

// sameHost lets a host redirect within itself only, and never from https to
// http: the headers may hold a secret.
func sameHost(req *http.Request, via []*http.Request) error {
	if req.URL.Scheme != via[0].URL.Scheme || hostKey(req.URL) != hostKey(via[0].URL) {
		return refused("host redirects to another")
	}
	if len(via) > maxRedirects {
		return refused("host redirects without an end")
	}
	return nil
}
