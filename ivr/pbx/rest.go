package pbx

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

const (
	orderTimeout = 5 * time.Second        // where the caller set no deadline
	askTimeout   = 900 * time.Millisecond // to ask for the truth of a prompt
)

// rest asks Asterisk one request at a time. It never repeats one: the same
// playback ordered twice is heard twice.
type rest struct {
	base, user, password string
	http                 *http.Client
	metrics              *metrics
	permit               func(context.Context) error // asked before each order
	wire                 atomic.Pointer[wire]        // nil while the websocket is away
}

// statusError is an answer other than 2xx.
type statusError struct {
	Code    int
	Message string
	route   string
}

func (e *statusError) Error() string {
	return fmt.Sprintf("%s: status %d: %s", e.route, e.Code, e.Message)
}

// code is the HTTP status of an error, 0 when Asterisk did not answer.
func code(err error) int {
	var s *statusError
	if errors.As(err, &s) {
		return s.Code
	}
	return 0
}

// gone tells whether an order to a channel failed because the channel is no
// longer ours: hung up (404) or sent back to the dialplan (409).
func gone(err error) bool {
	var s *statusError
	return errors.As(err, &s) && (s.Code == http.StatusNotFound ||
		s.Code == http.StatusConflict && strings.Contains(s.Message, "not in Stasis"))
}

// request is one call of ARI. Route has one %s for each of ids.
type request struct {
	method, route string
	ids           []string
	query         url.Values
	body          any
	harmless      bool // may be sent whoever holds the slot
	prompt        bool // Asterisk carries it out at once: it may go over the wire
}

func (q request) String() string {
	return q.method + " " + strings.ReplaceAll(q.route, "%s", "{id}")
}

func get(route string, ids ...string) request {
	return request{method: http.MethodGet, route: route, ids: ids}
}

func post(route string, ids ...string) request {
	return request{method: http.MethodPost, route: route, ids: ids}
}

func put(route string, ids ...string) request {
	return request{method: http.MethodPut, route: route, ids: ids}
}

func remove(route string, ids ...string) request {
	return request{method: http.MethodDelete, route: route, ids: ids}
}

// atOnce says that Asterisk carries the request out at once.
func (q request) atOnce() request {
	q.prompt = true
	return q
}

// path is the route with its ids and parameters.
func (q request) path() string {
	ids := make([]any, len(q.ids))
	for i, id := range q.ids {
		ids[i] = strings.ReplaceAll(url.PathEscape(id), "+", "%2B") // Asterisk reads a plus as a space
	}
	path := fmt.Sprintf(q.route, ids...)
	if len(q.query) > 0 {
		path += "?" + q.query.Encode()
	}
	return path
}

// with adds query parameters, name and value in turn.
func (q request) with(pairs ...string) request {
	q.query = url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		q.query.Set(pairs[i], pairs[i+1])
	}
	return q
}

// do sends a request and decodes the answer into out, unless that is nil; an
// io.Writer takes the body as it is. A context without a deadline gets
// orderTimeout.
func (r *rest) do(ctx context.Context, q request, out any) error {
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, orderTimeout)
		defer cancel()
	}
	if out == nil && q.prompt {
		answer := make(chan reply, 1)
		sent, err := r.begin(ctx, q, func(a reply) { answer <- a })
		if err != nil {
			return err
		}
		if sent {
			select {
			case a := <-answer:
				err = a.result(q)
			case <-ctx.Done():
				err = fmt.Errorf("%s: %w", q, ctx.Err())
			}
			if !errors.Is(err, errCut) || q.method != http.MethodDelete {
				return err
			}
			// A deletion may be repeated: without the websocket it goes by HTTP.
		}
	}
	if err := r.allowed(ctx, q); err != nil {
		return err
	}
	begin := time.Now()
	status, err := r.send(ctx, q, out)
	r.metrics.request(q.String(), status, time.Since(begin))
	if err != nil && status == 0 {
		return fmt.Errorf("%s: %w", q, err)
	}
	return err
}

// begin sends an order over the wire without waiting for its answer, which done
// hears. It does not when there is no wire at the moment.
func (r *rest) begin(ctx context.Context, q request, done func(reply)) (sent bool, err error) {
	w := r.wire.Load()
	if w == nil || w.waits(time.Now()) > wireStuck {
		return false, nil
	}
	if err := r.allowed(ctx, q); err != nil {
		return false, err
	}
	err = w.send(ctx, q, func(a reply) {
		r.metrics.request(q.String(), a.status, a.took)
		done(a)
	})
	if errors.Is(err, errCut) {
		return false, nil
	}
	return err == nil, err
}

// allowed waits for the right to order, as far as one is needed.
func (r *rest) allowed(ctx context.Context, q request) error {
	if q.method == http.MethodGet || q.harmless {
		return nil
	}
	return r.permit(ctx)
}

func (r *rest) send(ctx context.Context, q request, out any) (status int, err error) {
	hr, err := r.build(ctx, q)
	if err != nil {
		return 0, err
	}
	resp, err := r.http.Do(hr)
	if named := (*url.Error)(nil); errors.As(err, &named) {
		err = named.Err // without the address: a number may be in it
	}
	if err != nil {
		return 0, err
	}
	defer func() {
		// A connection is used again only when its answer was read to the end.
		_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20))
		_ = resp.Body.Close()
	}()
	if resp.StatusCode/100 != 2 {
		said, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
		return resp.StatusCode, &statusError{resp.StatusCode, refusal(said), q.String()}
	}
	switch out := out.(type) {
	case nil:
		return resp.StatusCode, nil
	case io.Writer:
		_, err = io.Copy(out, resp.Body)
	default:
		err = json.NewDecoder(resp.Body).Decode(out)
	}
	if err != nil {
		return resp.StatusCode, fmt.Errorf("%s: read answer: %w", q, err)
	}
	return resp.StatusCode, nil
}

func (r *rest) build(ctx context.Context, q request) (*http.Request, error) {
	var body io.Reader = http.NoBody
	if q.body != nil {
		b, err := json.Marshal(q.body)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(b)
	}
	hr, err := http.NewRequestWithContext(ctx, q.method, r.base+q.path(), body)
	if err != nil {
		return nil, err
	}
	if q.body != nil {
		hr.Header.Set("Content-Type", "application/json")
	}
	hr.SetBasicAuth(r.user, r.password)
	return hr, nil
}

// transport is tuned to Asterisk's small HTTP server: few connections, kept
// alive, and given up before its session_keep_alive of 15 s ends them.
func transport(dial func(ctx context.Context, network, addr string) (net.Conn, error)) *http.Transport {
	if dial == nil {
		dial = (&net.Dialer{Timeout: 2 * time.Second, KeepAlive: 15 * time.Second}).DialContext
	}
	return &http.Transport{
		DialContext:           dial,
		MaxIdleConns:          64,
		MaxIdleConnsPerHost:   64,
		MaxConnsPerHost:       64,
		IdleConnTimeout:       10 * time.Second,
		ResponseHeaderTimeout: 30 * time.Second,
	}
}
