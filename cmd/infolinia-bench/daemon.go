package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"infolinia/asterisk/child"
	"infolinia/ivr/pbx/fakeari"
)

// crowd is what one number of simulated calls came to.
type crowd struct {
	Calls        int       `json:"calls"`
	Offered      float64   `json:"events_per_s_offered"`
	Served       float64   `json:"events_per_s_served"`
	KeyToOrder   quantiles `json:"key_to_order_ms"`
	Core         float64   `json:"daemon_core"` // share of one, at the offered rate
	BytesPerCall float64   `json:"bytes_per_call"`
	RoundTrips   float64   `json:"redis_round_trips_per_step"`
	MostEvents   float64   `json:"most_events_per_s"` // with as many keys in flight as keep it busy
	MostCore     float64   `json:"daemon_core_then"`
}

const (
	slotName = "infolinia-1"
	// A key makes three events: the key, the end of the prompt it interrupts and
	// the beginning of the next.
	eventsPerKey = 3
	offeredKeys  = 2000.0 / eventsPerKey // a second
	arrivals     = 300                   // a second
	inFlight     = 64                    // keys, for the most events
	hearAll      = 4 * time.Minute       // no prompt ends by itself
	answered     = time.Minute
)

// daemon is the second part: the daemon on one core, this process as its
// Asterisk, a real Redis.
func (p *plan) daemon(ctx context.Context) ([]*crowd, error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	in, err := build(ctx, dir, filepath.Join(p.kept(), "line-"+hearAll.String()), [tones]time.Duration{hearAll, time.Second, time.Second, time.Second})
	if err != nil {
		return nil, err
	}
	var all []*crowd
	for _, size := range p.crowds {
		say("%d simulated calls …", size)
		folder, err := os.MkdirTemp(dir, "")
		if err != nil {
			return nil, err
		}
		c, err := in.crowd(ctx, folder, size, p.loaded)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			say("%d simulated calls are left out: %v", size, err)
			continue
		}
		say("%d: key to order p99 %.1f ms, at most %.0f events/s, %.1f kB a call", size, c.KeyToOrder.P99, c.MostEvents, c.BytesPerCall/1000)
		all = append(all, c)
	}
	return all, nil
}

// mill is a running daemon with its fake Asterisk and its callers.
type mill struct {
	fake    *fakeari.Server
	daemon  *child.Child
	http    string
	redis   redisSocket
	callers []*fakeari.Caller
	index   map[string]int // of a caller, by channel

	mu      sync.Mutex
	pressed []time.Time // when each caller's key was sent; zero: it was answered
	orders  []time.Duration
	waiting int           // keys whose order has not come
	done    chan struct{} // a token for each that came, as far as there is room
	plays   atomic.Int64
	events  atomic.Int64
}

// crowd measures one number of calls with a daemon of its own.
func (in *infolinia) crowd(ctx context.Context, dir string, size int, lasting time.Duration) (c *crowd, err error) {
	m := &mill{index: map[string]int{}, done: make(chan struct{}, inFlight)}
	if m.fake, err = fakeari.Start(); err != nil {
		return nil, err
	}
	defer m.fake.Close()
	m.fake.Length = func(string) time.Duration { return hearAll }
	m.fake.Fault = m.ordered
	m.fake.Mangle = func(e fakeari.Event) []fakeari.Event { m.events.Add(1); return []fakeari.Event{e} }
	m.fake.Version("22.10.1", modules()...)
	redis, socket, err := startRedis(ctx, dir)
	if err != nil {
		return nil, err
	}
	m.redis = socket
	started := []*child.Child{redis}
	defer func() {
		if stopped := stopAll(started); err == nil {
			err = stopped
		}
	}()
	m.daemon, m.http, err = in.startDaemon(ctx, dir, append(everybody(), "GOMAXPROCS=1", "INFOLINIA_ARI_URL="+m.fake.URL,
		"INFOLINIA_ARI_PASSWORD=any", "INFOLINIA_REDIS_URL=unix://"+string(socket))...)
	if err != nil {
		return nil, err
	}
	started = append(started, m.daemon)
	return m.measure(ctx, size, lasting)
}

func (m *mill) measure(ctx context.Context, size int, lasting time.Duration) (*crowd, error) {
	c := &crowd{Calls: size}
	empty := rss(m.daemon.PID())
	if err := m.arrive(ctx, size); err != nil {
		return nil, err
	}
	before, err := m.count()
	if err != nil {
		return nil, err
	}
	if err := m.press(ctx, lasting); err != nil {
		return nil, err
	}
	after, err := m.count()
	if err != nil {
		return nil, err
	}
	took := after.at.Sub(before.at).Seconds()
	c.Offered, c.Served = offeredKeys*eventsPerKey, float64(after.events-before.events)/took
	c.Core = (after.cpu - before.cpu).Seconds() / took
	leases := took / 2 // renewals, each a script too
	c.RoundTrips = (after.saves - before.saves - leases) / (after.steps - before.steps)
	c.BytesPerCall = (rss(m.daemon.PID()) - empty) * 1e6 / float64(size)
	m.mu.Lock()
	c.KeyToOrder = quantiles{rounded(ms(percentile(m.orders, 50)), 2), rounded(ms(percentile(m.orders, 95)), 2), rounded(ms(percentile(m.orders, 99)), 2)}
	m.mu.Unlock()

	if before, err = m.count(); err != nil {
		return nil, err
	}
	if err := m.flood(ctx, lasting/2); err != nil {
		return nil, err
	}
	if after, err = m.count(); err != nil {
		return nil, err
	}
	took = after.at.Sub(before.at).Seconds()
	c.MostEvents, c.MostCore = float64(after.events-before.events)/took, (after.cpu-before.cpu).Seconds()/took
	return c, nil
}

// counted are the counters at one moment.
type counted struct {
	at           time.Time
	events       int64
	cpu          time.Duration
	saves, steps float64
}

func (m *mill) count() (c counted, err error) {
	c = counted{at: time.Now(), events: m.events.Load(), cpu: cpu(m.daemon.PID())}
	if c.saves, err = m.redis.saves(); err != nil {
		return c, err
	}
	c.steps, err = metric(m.http, "infolinia_call_steps_total")
	return c, err
}

// ordered notes each order to play as the answer to the caller's key.
func (m *mill) ordered(r *http.Request) fakeari.Fault {
	rest, ok := strings.CutPrefix(r.URL.Path, "/ari/channels/")
	if !ok || r.Method != http.MethodPost {
		return fakeari.Fault{}
	}
	channel, what, _ := strings.Cut(rest, "/")
	if !strings.HasPrefix(what, "play/") {
		return fakeari.Fault{}
	}
	now := time.Now()
	m.plays.Add(1)
	m.mu.Lock()
	defer m.mu.Unlock()
	i, ok := m.index[channel]
	if ok && !m.pressed[i].IsZero() {
		m.orders = append(m.orders, now.Sub(m.pressed[i]))
		m.pressed[i] = time.Time{}
		m.waiting--
		select {
		case m.done <- struct{}{}:
		default:
		}
	}
	return fakeari.Fault{}
}

// arrive brings the callers, and waits until each hears the first prompt.
func (m *mill) arrive(ctx context.Context, size int) error {
	start := time.Now()
	for i := range size {
		if err := pace(ctx, start, float64(i)/arrivals); err != nil {
			return err
		}
		caller, ok := m.fake.Call(slotName, "600100200", "243645555")
		if !ok {
			return fmt.Errorf("the daemon is gone")
		}
		m.mu.Lock()
		m.index[caller.ID] = i
		m.pressed = append(m.pressed, time.Time{})
		m.mu.Unlock()
		m.callers = append(m.callers, caller)
	}
	waiting, cancel := context.WithTimeout(ctx, answered)
	defer cancel()
	for m.plays.Load() < int64(size) {
		select {
		case <-waiting.Done():
			return fmt.Errorf("only %d of %d callers hear something: %w", m.plays.Load(), size, waiting.Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
	return nil
}

// key lets a caller press the key that says the menu again.
func (m *mill) key(i int) {
	m.mu.Lock()
	if m.pressed[i].IsZero() {
		m.pressed[i] = time.Now()
		m.waiting++
	}
	m.mu.Unlock()
	m.callers[i].Press("9")
}

// press has the callers press keys at the offered rate, one after the other, and
// waits for what the last keys come to.
func (m *mill) press(ctx context.Context, lasting time.Duration) error {
	start := time.Now()
	count := int(offeredKeys * lasting.Seconds())
	for n := range count {
		if err := pace(ctx, start, float64(n)/offeredKeys); err != nil {
			return err
		}
		m.key(n % len(m.callers))
	}
	return m.drain(ctx)
}

// flood keeps so many keys in flight.
func (m *mill) flood(ctx context.Context, lasting time.Duration) error {
	for len(m.done) > 0 {
		<-m.done
	}
	over := time.After(lasting)
	next := min(inFlight, len(m.callers))
	for i := range next {
		m.key(i)
	}
	for {
		select {
		case <-m.done:
			m.key(next % len(m.callers))
			next++
		case <-over:
			return m.drain(ctx)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// drain waits until each key was answered.
func (m *mill) drain(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, answered)
	defer cancel()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		m.mu.Lock()
		waiting := m.waiting
		m.mu.Unlock()
		if waiting == 0 {
			return nil
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return fmt.Errorf("%d keys were not answered: %w", waiting, ctx.Err())
		}
	}
}

// pace waits until so many seconds after start.
func pace(ctx context.Context, start time.Time, seconds float64) error {
	wait := time.Until(start.Add(time.Duration(seconds * float64(time.Second))))
	if wait <= 0 {
		return ctx.Err()
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(wait):
		return nil
	}
}

// metric reads a counter of the daemon.
func metric(address, name string) (float64, error) {
	client := http.Client{Timeout: 5 * time.Second}
	resp, err := client.Get("http://" + address + "/metrics")
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			return strconv.ParseFloat(strings.TrimSpace(value), 64)
		}
	}
	return 0, fmt.Errorf("no metric %s", name)
}

// modules are those that the daemon looks for in Asterisk.
func modules() []string {
	return []string{
		"res_stasis.so", "res_stasis_answer.so", "res_stasis_playback.so", "res_stasis_recording.so",
		"res_ari.so", "res_ari_applications.so", "res_ari_asterisk.so", "res_ari_bridges.so",
		"res_ari_channels.so", "res_ari_events.so", "res_ari_playbacks.so", "res_ari_recordings.so",
		"app_stasis.so", "app_dial.so", "app_playback.so", "pbx_config.so", "func_timeout.so",
		"chan_pjsip.so", "res_rtp_asterisk.so", "codec_alaw.so", "format_pcm.so", "format_wav.so",
		"bridge_simple.so", "bridge_softmix.so", "res_musiconhold.so", "res_timing_timerfd.so",
	}
}
