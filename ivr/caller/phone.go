package caller

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/diago"
	"github.com/emiago/sipgo/sip"
)

// Behaviour is what a Phone does with a call.
type Behaviour string

// The behaviours of a Phone.
const (
	PickUp   Behaviour = "answer"
	SayBusy  Behaviour = "busy"   // 486
	Decline  Behaviour = "reject" // 603
	KeepRing Behaviour = "ring"   // 180 until the caller gives up
	ByHand   Behaviour = "hand"   // 180 until PickUp takes it
)

// registration is how long one REGISTER is good for; it is renewed in time.
const registration = 2 * time.Minute

// PhoneOptions are what a Phone is set up with. Only Listen or Registrar is required.
type PhoneOptions struct {
	// Listen is the UDP address for SIP, 127.0.0.1:0 for any free port; when it
	// is empty, a free port on the address that reaches the registrar.
	Listen string
	// Registrar is where to register, sip:127.0.0.1:5060; empty for a phone that is
	// called at its URI. User and Password answer its challenge, and User is
	// the number that rings here.
	Registrar, User, Password string
	// Behaviour is PickUp when empty.
	Behaviour Behaviour
	// Play is said to everybody after the answer.
	Play Sound
	// Record is a WAV file to write what is heard to; the second call goes to
	// NAME-2.wav.
	Record string
	// Index names the prompts that are heard.
	Index *Index
	// OnEvent is called for the events of all calls and must not call back.
	OnEvent func(Event)
}

// Phone takes calls as the telephone of an agent would. Each answered one comes out of Next.
type Phone struct {
	options PhoneOptions
	end     *endpoint
	uri     string
	calls   chan *Call
	lift    chan struct{} // who rings takes one token
	gone    atomic.Bool   // CutOff
	ctx     context.Context
	hangUp  context.CancelFunc
	wg      sync.WaitGroup // calls, registration

	mu     sync.Mutex
	closed bool
	taken  int
}

// Answer sets up a phone; with a registrar, it has registered when Answer
// returns. ctx bounds the setting up. Who gets a Phone must Close it.
func Answer(ctx context.Context, o PhoneOptions) (*Phone, error) {
	var registrar sip.Uri
	listen := o.Listen
	if o.Registrar != "" {
		if err := sip.ParseUri(o.Registrar, &registrar); err != nil {
			return nil, fmt.Errorf("registrar %s: not a SIP URI: %w", o.Registrar, err)
		}
		if listen == "" {
			ip, err := localIP(ctx, registrar)
			if err != nil {
				return nil, err
			}
			listen = net.JoinHostPort(ip.String(), "0")
		}
	}
	addr, err := net.ResolveUDPAddr("udp", listen)
	if err != nil || addr.IP == nil || addr.IP.IsUnspecified() {
		return nil, fmt.Errorf("phone: %q is no address to be called at", listen)
	}
	p := &Phone{options: o, calls: make(chan *Call), lift: make(chan struct{})}
	p.ctx, p.hangUp = context.WithCancel(context.Background())
	name := cmp.Or(o.User, "phone")
	if p.end, err = newEndpoint(name, addr, p.take); err != nil {
		return nil, fmt.Errorf("phone: %w", err)
	}
	p.end.conn.gone.Store(&p.gone)
	p.uri = fmt.Sprintf("sip:%s@%s", name, p.end.addr())
	if o.Registrar != "" {
		if err := p.register(ctx, registrar); err != nil {
			p.Close()
			return nil, err
		}
	}
	return p, nil
}

// URI is where the phone can be called directly.
func (p *Phone) URI() string { return p.uri }

// Next waits for the next answered call. The phone hangs it up on Close.
func (p *Phone) Next(ctx context.Context) (*Call, error) {
	select {
	case c := <-p.calls:
		return c, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for a call: %w", ctx.Err())
	case <-p.ctx.Done():
		return nil, net.ErrClosed
	}
}

// PickUp answers what rings, or will ring first, at a phone of behaviour ByHand;
// the call comes out of Next. Its error is that of ctx, or net.ErrClosed.
func (p *Phone) PickUp(ctx context.Context) error {
	select {
	case p.lift <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for a ring: %w", ctx.Err())
	case <-p.ctx.Done():
		return net.ErrClosed
	}
}

// CutOff takes the phone off the network without a word to anybody, as a pulled
// plug does: it sends nothing any more, SIP or sound, and hears nothing.
func (p *Phone) CutOff() { p.gone.Store(true) }

// Close hangs up, takes the registration back and waits for all of it.
func (p *Phone) Close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.hangUp()
	p.wg.Wait()
	p.end.close()
}

// register registers once and keeps the registration until Close.
func (p *Phone) register(ctx context.Context, registrar sip.Uri) error {
	registrar.User = p.options.User
	t, err := p.end.diago.RegisterTransaction(ctx, registrar, diago.RegisterOptions{
		Username: p.options.User, Password: p.options.Password, Expiry: registration,
	})
	if err == nil {
		err = t.Register(ctx)
	}
	if err != nil {
		return fmt.Errorf("register %s: %w", p.options.User, err)
	}
	p.wg.Go(func() {
		for p.ctx.Err() == nil {
			// It returns when a renewal failed; the next one may not.
			_ = t.QualifyLoop(p.ctx)
		}
		ctx, cancel := context.WithTimeout(context.Background(), byeTimeout)
		defer cancel()
		_ = t.Unregister(ctx)
	})
	return nil
}

// take handles one call; the SIP stack ends the dialog when it returns.
func (p *Phone) take(d *diago.DialogServerSession) {
	record, ok := p.enter()
	if !ok {
		return
	}
	defer p.wg.Done()
	switch p.options.Behaviour {
	case SayBusy:
		_ = d.Respond(sip.StatusBusyHere, "Busy Here", nil)
	case Decline:
		_ = d.Respond(sip.StatusGlobalDecline, "Decline", nil)
	case KeepRing, ByHand:
		_ = d.Ringing()
		lift := p.lift
		if p.options.Behaviour == KeepRing {
			lift = nil
		}
		select {
		case <-lift:
			p.pickUp(d, record)
		case <-d.Context().Done():
		case <-p.ctx.Done():
		}
	default:
		p.pickUp(d, record)
	}
}

// enter counts a call unless the phone is closing, and names its recording.
func (p *Phone) enter() (record string, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return "", false
	}
	p.wg.Add(1)
	p.taken++
	record = p.options.Record
	if record != "" && p.taken > 1 {
		ext := filepath.Ext(record)
		record = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(record, ext), p.taken, ext)
	}
	return record, true
}

func (p *Phone) pickUp(d *diago.DialogServerSession, record string) {
	c, err := newCall(p.options.Index, record, p.options.OnEvent)
	if err != nil {
		_ = d.Respond(sip.StatusInternalServerError, "Recording", nil)
		return
	}
	c.tell(Ringing, &c.times.invited)
	if err := d.Answer(); err != nil {
		c.abandon()
		return
	}
	c.tell(Answered, &c.times.answered)
	c.gone = &p.gone
	c.start(d, func() {})
	if len(p.options.Play) > 0 {
		p.wg.Go(func() { _ = c.Speak(p.ctx, p.options.Play) })
	}
	select {
	case p.calls <- c:
	case <-c.over:
	case <-p.ctx.Done():
	}
	select {
	case <-c.over:
	case <-p.ctx.Done():
		_ = c.Hangup()
	}
}
