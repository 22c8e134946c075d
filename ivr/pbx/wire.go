package pbx

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// wireStuck is how long the oldest request of a wire may wait for its answer;
// while it waits longer, others go by HTTP.
const wireStuck = time.Second

// errCut is the end of a request whose websocket was lost before the answer:
// nothing is known of it.
var errCut = errors.New("websocket lost before the answer")

// wire carries requests over the websocket of the events (Asterisk's "ARI REST
// over WebSocket"), which spares both sides most of what HTTP costs. Asterisk
// works off a websocket's requests strictly one after the other and answers each
// before it reads the next (res/ari/ari_websockets.c): their order is kept, and a
// slow one holds up those behind it. So only what it carries out at once goes
// here, and whoever orders twice need not wait for the first answer.
type wire struct {
	conn *websocket.Conn
	life context.Context // of the websocket
	turn chan struct{}   // holds a token while somebody writes

	mu   sync.Mutex
	last uint64
	open []asked // not answered, oldest first
	cut  bool
}

// asked is a request on its way. done is called once and must return at once.
type asked struct {
	id   uint64
	at   time.Time
	done func(reply)
}

// reply is Asterisk's answer; err: there is none.
type reply struct {
	status  int
	message string // of a refusal
	took    time.Duration
	err     error
}

func newWire(life context.Context, conn *websocket.Conn) *wire {
	return &wire{conn: conn, life: life, turn: make(chan struct{}, 1)}
}

// waits is how long the oldest request has been without an answer.
func (w *wire) waits(now time.Time) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.open) == 0 {
		return 0
	}
	return now.Sub(w.open[0].at)
}

// envelope is a request as it goes over the wire.
type envelope struct {
	Type      string `json:"type"`
	RequestID string `json:"request_id"`
	Method    string `json:"method"`
	URI       string `json:"uri"`
	BodyType  string `json:"content_type,omitempty"`
	Body      string `json:"message_body,omitempty"`
}

// send writes a request and returns; done hears what came of it, even when ctx
// ends meanwhile. An error means that it was not sent and done is not called.
func (w *wire) send(ctx context.Context, q request, done func(reply)) error {
	sent := envelope{Type: "RESTRequest", Method: q.method, URI: strings.TrimPrefix(q.path(), "/")}
	if q.body != nil {
		body, err := json.Marshal(q.body)
		if err != nil {
			return err
		}
		sent.BodyType, sent.Body = "application/json", string(body)
	}
	select {
	case w.turn <- struct{}{}:
		defer func() { <-w.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	w.mu.Lock()
	if w.cut {
		w.mu.Unlock()
		return errCut
	}
	w.last++
	sent.RequestID = strconv.FormatUint(w.last, 10)
	w.open = append(w.open, asked{w.last, time.Now(), done})
	w.mu.Unlock()
	text, err := json.Marshal(sent)
	if err != nil {
		return err
	}
	// Not under ctx, whose end in the middle of a frame would close the websocket.
	if w.conn.Write(w.life, websocket.MessageText, text) != nil {
		w.close() // done hears of it
	}
	return nil
}

// answered takes an answer. Requests before it that Asterisk passed over will
// not be answered any more.
func (w *wire) answered(id string, status int, body string) {
	n, err := strconv.ParseUint(id, 10, 64)
	if err != nil {
		return
	}
	w.mu.Lock()
	k := 0
	for k < len(w.open) && w.open[k].id <= n {
		k++
	}
	over := w.open[:k:k]
	if w.open = w.open[k:]; len(w.open) == 0 {
		w.open = nil
	}
	w.mu.Unlock()
	for _, a := range over {
		r := reply{took: time.Since(a.at), err: errCut}
		if a.id == n {
			r.status, r.err = status, nil
			if status/100 != 2 {
				r.message = refusal([]byte(body))
			}
		}
		a.done(r)
	}
}

// refusal is what Asterisk says when it refuses a request.
func refusal(body []byte) string {
	var said struct{ Message, Error string }
	_ = json.Unmarshal(body, &said)
	return said.Message + said.Error
}

// close ends what waits for an answer.
func (w *wire) close() {
	w.mu.Lock()
	open := w.open
	w.open, w.cut = nil, true
	w.mu.Unlock()
	for _, a := range open {
		a.done(reply{took: time.Since(a.at), err: errCut})
	}
}

// settle waits for the answers on their way, so that nothing is carried out after
// it; at most wireStuck.
func (w *wire) settle(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, wireStuck)
	defer cancel()
	over := make(chan struct{})
	w.mu.Lock()
	if n := len(w.open); n > 0 {
		newest := &w.open[n-1]
		done := newest.done
		newest.done = func(r reply) { done(r); close(over) }
	} else {
		close(over)
	}
	w.mu.Unlock()
	select {
	case <-over:
	case <-ctx.Done():
	}
}

// result is the reply as the error of an order.
func (r reply) result(q request) error {
	switch {
	case r.err != nil:
		return fmt.Errorf("%s: %w", q, r.err)
	case r.status/100 != 2:
		return &statusError{r.status, r.message, q.String()}
	}
	return nil
}
