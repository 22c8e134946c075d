package pbx

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/CyCoreSystems/ari/v5"
	"github.com/coder/websocket"
)

const (
	connectTimeout = 5 * time.Second
	heartbeatEvery = 2 * time.Second
	beatsToLook    = 5 // heartbeats from one look at all channels to the next
	leasePause     = 50 * time.Millisecond
	silenceLimit   = 7 * time.Second // looked at with each heartbeat: found within 9 s
	backoffFirst   = 100 * time.Millisecond
	backoffMost    = 2 * time.Second
	eventBuffer    = 4096    // beyond it Asterisk waits, and after its write timeout hangs up
	eventSize      = 1 << 20 // bytes
)

// Run serves the application until ctx ends (nil) or another process takes it over
// (ErrReplaced). It may be called once.
func (p *Phone) Run(ctx context.Context) error {
	defer p.close()
	backoff := backoffFirst
	var lost time.Time // when events were last known to flow
	for {
		wasUp, err := p.session(ctx, lost)
		if ctx.Err() != nil {
			return nil
		}
		if wasUp {
			backoff = backoffFirst
			p.mu.Lock()
			lost = p.heard
			p.mu.Unlock()
			p.metrics.reconnects.Inc()
		}
		if errors.Is(err, ErrReplaced) {
			p.handler.Replaced()
			return err
		}
		if wasUp {
			p.handler.Lost()
		}
		p.cfg.Log.Warn().Err(err).Str("app", p.cfg.App).Dur("retry_in", backoff).Msg("asterisk lost")
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(backoff/2 + rand.N(backoff/2)):
		}
		backoff = min(backoff*2, backoffMost)
	}
}

// session is one websocket from its opening to its end.
func (p *Phone) session(parent context.Context, lost time.Time) (wasUp bool, err error) {
	ctx, cancel := context.WithCancelCause(parent)
	defer cancel(nil)
	if p.isTaken() {
		if err := p.permit(ctx); err != nil {
			return false, err
		}
	}
	conn, err := p.open(ctx)
	if err != nil {
		return false, err
	}
	events := make(chan ari.Event, eventBuffer)
	read := make(chan struct{})
	w := newWire(ctx, conn)
	p.rest.wire.Store(w)
	go func() {
		defer close(read)
		defer close(events)
		defer w.close()
		defer p.rest.wire.CompareAndSwap(w, nil)
		cancel(p.read(ctx, conn, w, events))
	}()
	defer func() { _ = conn.CloseNow(); cancel(nil); <-read }()

	if err := p.take(ctx); err != nil {
		return false, err
	}
	found, err := p.reconcile(ctx)
	if err != nil {
		if cause := context.Cause(ctx); errors.Is(cause, ErrReplaced) {
			err = cause
		}
		return false, fmt.Errorf("look at the application's calls: %w", err)
	}
	beat := make(chan struct{})
	go func() { defer close(beat); p.heartbeat(ctx, cancel) }()
	defer func() { cancel(nil); <-beat }()
	var away time.Duration
	if !lost.IsZero() {
		away = time.Since(lost)
	}
	p.setUp(true)
	defer p.setUp(false)
	p.cfg.Log.Info().Str("app", p.cfg.App).Int("calls", len(found)).Dur("away", away).Msg("asterisk connected")
	p.handler.Connected(found, away)
	p.lookAtLegs()
	p.giveKept()
	for ev := range events {
		if _, ok := ev.(*ari.ApplicationReplaced); ok {
			p.mu.Lock()
			p.replaced = true
			p.mu.Unlock()
			w.settle(ctx)
			return true, ErrReplaced
		}
		p.dispatch(ev)
	}
	return true, context.Cause(ctx)
}

// take makes the slot ours, once: later connections do without.
func (p *Phone) take(ctx context.Context) error {
	if p.isTaken() {
		return nil
	}
	if err := p.cfg.Take(ctx); err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		return err
	}
	p.mu.Lock()
	p.taken = true
	p.mu.Unlock()
	return nil
}

func (p *Phone) isTaken() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.taken
}

func (p *Phone) open(ctx context.Context) (*websocket.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	address := "ws" + strings.TrimPrefix(p.rest.base, "http") + "/events?" +
		url.Values{"app": {p.cfg.App}, "subscribeAll": {"false"}}.Encode()
	login := base64.StdEncoding.EncodeToString([]byte(p.cfg.User + ":" + p.cfg.Password))
	conn, _, err := websocket.Dial(ctx, address, &websocket.DialOptions{
		HTTPClient: p.rest.http,
		HTTPHeader: http.Header{"Authorization": {"Basic " + login}},
	})
	if err != nil {
		return nil, fmt.Errorf("open websocket: %w", err)
	}
	conn.SetReadLimit(eventSize)
	return conn, nil
}

// read takes events and answers off the websocket at once, so that Asterisk never
// waits.
func (p *Phone) read(ctx context.Context, conn *websocket.Conn, w *wire, events chan<- ari.Event) error {
	p.hear()
	var message bytes.Buffer
	for {
		_, in, err := conn.Reader(ctx)
		if err == nil {
			message.Reset()
			_, err = message.ReadFrom(in)
		}
		if err != nil {
			if cause := context.Cause(ctx); cause != nil {
				return cause
			}
			return fmt.Errorf("read websocket: %w", err)
		}
		p.hear()
		g := glance(message.Bytes())
		if g.Type == answerType {
			w.answered(g.RequestID, g.Status, g.Body)
			continue
		}
		ev, err := g.event(message.Bytes())
		if err != nil {
			p.metrics.unknown.Inc()
			p.cfg.Log.Debug().Err(err).Msg("event skipped")
			continue
		}
		p.metrics.events.WithLabelValues(ev.GetType()).Inc()
		if _, ok := ev.(*ari.ApplicationReplaced); ok && !p.isTaken() {
			return ErrReplaced // whoever has the slot has come back: it is not waited for
		}
		select {
		case events <- ev:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (p *Phone) hear() {
	p.mu.Lock()
	p.heard = time.Now()
	p.mu.Unlock()
}

// heartbeat has Asterisk send us an event now and then, and cuts a connection
// that stays silent all the same: open for one side, closed for the other.
func (p *Phone) heartbeat(ctx context.Context, cut context.CancelCauseFunc) {
	tick := time.NewTicker(heartbeatEvery)
	defer tick.Stop()
	for n := 1; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if silent := p.Silence(); silent > silenceLimit {
			cut(fmt.Errorf("websocket silent for %s", silent.Round(time.Millisecond)))
			return
		}
		beat, cancel := context.WithTimeout(ctx, heartbeatEvery-100*time.Millisecond)
		err := p.rest.do(beat, p.nextBeat(), nil)
		cancel()
		if code(err) == http.StatusNotFound {
			cut(fmt.Errorf("application unknown to asterisk: %w", err))
			return
		}
		if n%beatsToLook == 0 {
			look, cancel := context.WithTimeout(ctx, heartbeatEvery)
			p.lookAround(look)
			cancel()
			p.giveKept()
		}
	}
}

// nextBeat asks for an event whose name tells when it was asked for. It orders
// nothing, so it may be sent without the slot.
func (p *Phone) nextBeat() request {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.beat = "hb" + strconv.FormatInt(time.Now().UnixNano(), 36)
	sent := post("/events/user/%s", p.beat).with("application", p.cfg.App)
	sent.harmless = true
	p.beats = time.Now()
	if p.waits.IsZero() {
		p.waits = p.beats
	}
	return sent
}

// beatBack takes a heartbeat that has come back.
func (p *Phone) beatBack(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if name == p.beat {
		p.proven = p.beats
		p.lag, p.waits = time.Since(p.beats), time.Time{}
	}
}

// permit waits until the slot is ours, as long as ctx lets it.
func (p *Phone) permit(ctx context.Context) error {
	for {
		p.mu.Lock()
		replaced := p.replaced
		p.mu.Unlock()
		if replaced {
			return ErrReplaced
		}
		if p.cfg.Ours() {
			return nil
		}
		select {
		case <-time.After(leasePause):
		case <-ctx.Done():
			return ErrLost
		case <-p.background.Done():
			return ErrLost
		}
	}
}

func (p *Phone) setUp(up bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if up {
		p.lag, p.waits = 0, time.Time{} // of the last connection
		close(p.up)
		p.metrics.connected.Set(1)
		return
	}
	p.up = make(chan struct{})
	p.metrics.connected.Set(0)
}

// ready waits until orders may be given.
func (p *Phone) ready(ctx context.Context) error {
	up, err := p.link()
	if err != nil {
		return err
	}
	select {
	case <-up:
		return nil
	default:
	}
	ctx, cancel := context.WithTimeout(ctx, orderTimeout)
	defer cancel()
	select {
	case <-up:
		_, err = p.link()
		return err
	case <-ctx.Done():
	case <-p.background.Done():
	}
	return ErrLost
}

// link is closed while events flow; ErrReplaced when they never will again.
func (p *Phone) link() (<-chan struct{}, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.replaced {
		return nil, ErrReplaced
	}
	return p.up, nil
}
