package pbx

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"infolinia/ivr"
)

// Errors after which no input follows an order.
var (
	// ErrLost: the websocket is away and did not come back in time.
	ErrLost = errors.New("asterisk is not connected")
	// ErrReplaced: another process serves the application now.
	ErrReplaced = errors.New("another process took the application over")
)

// ErrGone: the caller who was asked for is no longer there.
var ErrGone = errors.New("the caller is gone")

// Config says where Asterisk is and how the line uses it.
type Config struct {
	URL            string // base of ARI, like http://127.0.0.1:8088/ari
	User, Password string
	App            string // Stasis application, the slot's name
	// RecordingDir is where Asterisk keeps recordings, on this machine.
	RecordingDir string
	// Endpoint makes a number dialable: "Local/%s@office/n".
	Endpoint string
	// Ring is how long a transfer rings; zero is 30 s.
	Ring time.Duration
	// Busy: Refuse answers with SIP 503 instead of the announcement.
	Busy bool
	// Ours tells, without blocking, whether the slot is ours at this moment. It
	// is asked before each order and before the websocket is opened again; while
	// it is not, they wait. Nil: always.
	Ours func() bool
	// Take waits until the slot is ours and its calls are known. It is called
	// when the application's events come to us for the first time: they wait
	// until it returns. Another process that had them is told so, and can let go of
	// the slot without losing one. After an error it is tried again. Nil: at once.
	Take func(context.Context) error
	// Legs is told what becomes of the desk's legs: for one leg in order, for several
	// at once. It must return at once and must not call the Phone. Nil: nobody.
	Legs func(LegEvent)
	// ClaimsLeg tells, without blocking, whether somebody still counts on a leg that
	// this Phone does not follow, before it is hung up as left over. Nil: nobody does.
	ClaimsLeg func(legID string) bool
	Log       zerolog.Logger
	// Dial makes connections; nil is TCP.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
}

// Channel is a caller in our application.
type Channel struct {
	CallID  string // <asterisk system name>-<channel id>
	ID      string // Asterisk's channel id
	Number  string // as the network gave it; empty when withheld
	Dialled string // what was dialled
	// Answered: the call was picked up already.
	Answered bool
	// Found: the channel was in the application before we listened. It belongs
	// to a call of an earlier process, or to nobody.
	Found bool
}

// Handler is told what happens. For one call its methods are called one after the
// other, for several calls at once. They must return at once and must not call the
// Phone.
type Handler interface {
	Arrived(Channel)
	Input(callID string, in ivr.Input)
	// Connected: events flow from now on. live are all callers there now; away
	// is how long events were lost, zero the first time.
	Connected(live []string, away time.Duration)
	Lost()
	// Replaced is the last word: Run ends.
	Replaced()
}

// Phone drives one Stasis application.
type Phone struct {
	cfg     Config
	handler Handler
	rest    *rest
	metrics *metrics

	mu       sync.Mutex
	system   string              // Asterisk's system name
	calls    map[string]*call    // by call id
	channels map[string]*call    // by the caller's channel id
	legs     map[string]*leg     // those we dialled and follow, by channel id
	desk     map[string]*deskLeg // the desk's, by their own id
	scenes   map[string]*scene   // by task
	// kept are last orders that did not get through, by call id.
	kept     map[string]func(channel string) request
	up       chan struct{} // closed while events flow
	taken    bool          // Take has returned
	replaced bool
	heard    time.Time     // last message of the websocket
	proven   time.Time     // when the last heartbeat that came back was sent
	beat     string        // name of the last heartbeat
	beats    time.Time     // when it was sent
	lag      time.Duration // what the last heartbeat that came back took
	waits    time.Time     // when the oldest one was sent that has not come back
	// strange are channels and legs that nobody knew, and bridges that nobody
	// was in, at the last look, with the look that first found them.
	strange map[string]time.Time

	background context.Context // of work nobody waits for; ends with Run
	stop       context.CancelFunc
	work       sync.WaitGroup
	stopped    bool
}

// call is what the phone knows of a caller. Inputs are handed over while mu is
// held, so that they keep their order whoever found them out.
type call struct {
	id, channel string
	number      string

	mu       sync.Mutex
	gone     bool // HungUp was handed over
	lost     bool // nobody saw him go
	leaving  bool // hung up, while the end of its recording is still to come
	play     *playing
	rec      *recording
	transfer *onward
	talking  bool // to a person: keys are for that ear
}

// New makes a Phone; Run connects it.
func New(cfg Config, handler Handler) *Phone {
	if cfg.Ring == 0 {
		cfg.Ring = 30 * time.Second
	}
	if cfg.Ours == nil {
		cfg.Ours = func() bool { return true }
	}
	if cfg.Take == nil {
		cfg.Take = func(context.Context) error { return nil }
	}
	p := &Phone{
		cfg:      cfg,
		handler:  handler,
		calls:    map[string]*call{},
		channels: map[string]*call{},
		legs:     map[string]*leg{},
		desk:     map[string]*deskLeg{},
		scenes:   map[string]*scene{},
		kept:     map[string]func(string) request{},
		up:       make(chan struct{}),
	}
	p.background, p.stop = context.WithCancel(context.Background())
	p.metrics = newMetrics(cfg.App, p.Silence)
	p.rest = &rest{
		base: strings.TrimSuffix(cfg.URL, "/"), user: cfg.User, password: cfg.Password,
		http: &http.Client{Transport: transport(cfg.Dial)}, metrics: p.metrics, permit: p.permit,
	}
	return p
}

// Silence is how long ago Asterisk was last heard; a healthy connection stays
// below 3 s. Before the first connection it is an hour.
func (p *Phone) Silence() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.heard.IsZero() {
		return time.Hour
	}
	return time.Since(p.heard)
}

// Proven is how long ago the websocket was certainly ours: the age of the
// newest heartbeat that came back over it. Messages alone prove less, because
// those of long ago are read by a process that was stopped for a while.
func (p *Phone) Proven() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Since(p.proven)
}

// callID follows the rule <system name>-<channel id>; Asterisk itself begins
// channel ids with its system name when it has one.
func (p *Phone) callID(channel string) string {
	if p.system == "" || strings.HasPrefix(channel, p.system+"-") {
		return channel
	}
	return p.system + "-" + channel
}

// call finds a live call; nil when its caller is gone.
func (p *Phone) call(id string) *call {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[id]
}

func (p *Phone) byChannel(id string) *call {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.channels[id]
}

// arrive makes a call of a channel, once.
func (p *Phone) arrive(ch Channel) {
	p.mu.Lock()
	if p.channels[ch.ID] != nil {
		p.mu.Unlock()
		return
	}
	ch.CallID = p.callID(ch.ID)
	c := &call{id: ch.CallID, channel: ch.ID, number: ch.Number}
	p.calls[c.id], p.channels[c.channel] = c, c
	p.metrics.live.Set(float64(len(p.calls)))
	c.mu.Lock() // no input overtakes Arrived
	defer c.mu.Unlock()
	p.mu.Unlock()
	p.handler.Arrived(ch)
}

// hungUp ends a call, once. While its recording is being finished the word waits
// for RecordEnded.
func (p *Phone) hungUp(c *call) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone {
		return
	}
	if c.rec != nil {
		c.leaving = true
		p.finishRecording(c, c.rec)
		return
	}
	p.farewell(c)
}

// vanished ends a call that went while events were lost.
func (p *Phone) vanished(c *call) {
	c.mu.Lock()
	c.lost = true
	c.mu.Unlock()
	p.hungUp(c)
}

// farewell needs c.mu.
func (p *Phone) farewell(c *call) {
	c.gone = true
	if c.play != nil {
		c.play.timer.Stop()
		c.play = nil
	}
	if c.transfer != nil {
		c.transfer.cancel()
		c.transfer = nil
	}
	p.handler.Input(c.id, ivr.HungUp{Lost: c.lost})
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.calls, c.id)
	delete(p.kept, c.id)
	delete(p.channels, c.channel)
	p.metrics.live.Set(float64(len(p.calls)))
}

// start runs f beside everything else; Run waits for it. After the end it does
// nothing.
func (p *Phone) start(f func(ctx context.Context)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped {
		return
	}
	p.work.Go(func() { f(p.background) })
}

// close ends all work beside Run and waits for it.
func (p *Phone) close() {
	p.mu.Lock()
	p.stopped = true
	calls := make([]*call, 0, len(p.calls))
	for _, c := range p.calls {
		calls = append(calls, c)
	}
	p.mu.Unlock()
	p.stop()
	for _, c := range calls {
		c.mu.Lock()
		if c.play != nil {
			c.play.timer.Stop()
		}
		if c.rec != nil {
			c.rec.timer.Stop()
		}
		c.mu.Unlock()
	}
	p.work.Wait()
	p.rest.http.CloseIdleConnections()
}
