package caller

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"github.com/emiago/diago"
	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// ErrNoAnswer is Dial's error when nobody answered in time.
var ErrNoAnswer = errors.New("no answer")

// Refused is Dial's error when the far end refused the call.
type Refused struct {
	// Status is the SIP response: 486 and 600 busy, 404 no such number,
	// 401, 403 and 407 not allowed, 503 unavailable.
	Status int
	Reason string
}

func (e *Refused) Error() string {
	return fmt.Sprintf("call refused: %d %s", e.Status, e.Reason)
}

// Busy tells whether the callee was busy.
func (e *Refused) Busy() bool {
	return e.Status == sip.StatusBusyHere || e.Status == sip.StatusGlobalBusyEverywhere
}

// DefaultRing is how long Dial waits for an answer unless told otherwise.
const DefaultRing = 30 * time.Second

// Options are what a call is placed with. Only To is required.
type Options struct {
	// To is the SIP URI to call, over UDP: sip:243645555@127.0.0.1:5060.
	To string
	// From is the caller's number; User serves when it is empty.
	From string
	// User and Password answer a digest challenge.
	User, Password string
	// Index names the prompts that are heard.
	Index *Index
	// Record is a WAV file to write what is heard to.
	Record string
	// Ring is how long to wait for an answer, DefaultRing when zero.
	Ring time.Duration
	// OnEvent is called for every event, one after the other, and must not call
	// back into the Call.
	OnEvent func(Event)
}

// Dial places a call and returns when it was answered; what is said before the
// answer is not heard. Its errors are *Refused, ErrNoAnswer and those of ctx,
// which bounds the dialling and not the call. Who gets a Call must Hangup.
func Dial(ctx context.Context, o Options) (*Call, error) {
	var uri sip.Uri
	if err := sip.ParseUri(o.To, &uri); err != nil {
		return nil, fmt.Errorf("call %s: not a SIP URI: %w", o.To, err)
	}
	ip, err := localIP(ctx, uri)
	if err != nil {
		return nil, err
	}
	e, err := newEndpoint(cmp.Or(o.From, o.User, "anonymous"), &net.UDPAddr{IP: ip}, engaged)
	if err != nil {
		return nil, err
	}
	d, err := e.diago.NewDialog(uri, diago.NewDialogOptions{})
	if err != nil {
		e.close()
		return nil, fmt.Errorf("call %s: %w", o.To, err)
	}
	c, err := newCall(o.Index, o.Record, o.OnEvent)
	if err == nil {
		if err = c.invite(ctx, d, o); err != nil {
			c.abandon()
		}
	}
	if err != nil {
		d.Close()
		e.close()
		return nil, err
	}
	c.start(d, e.close)
	return c, nil
}

// engaged answers calls to the socket that dials.
func engaged(d *diago.DialogServerSession) {
	_ = d.Respond(sip.StatusBusyHere, "Busy Here", nil)
}

// invite rings until the call is answered and acknowledged.
func (c *Call) invite(ctx context.Context, d *diago.DialogClientSession, o Options) error {
	// A CANCEL can only follow a provisional response; until there was one,
	// giving up is silent.
	var progress atomic.Bool
	ringing, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)
	giveUp := func() {
		if progress.Load() {
			cancel(ErrNoAnswer)
		} else {
			cancel(sipgo.WaitAnswerForceCancelErr)
		}
	}
	timer := time.AfterFunc(cmp.Or(o.Ring, DefaultRing), giveUp)
	defer timer.Stop()
	defer context.AfterFunc(ctx, giveUp)()

	c.tell(Calling, &c.times.invited)
	err := d.Invite(ringing, diago.InviteClientOptions{
		Username: o.User,
		Password: o.Password,
		OnResponse: func(r *sip.Response) error {
			progress.Store(true)
			switch {
			case r.StatusCode == sip.StatusRinging:
				c.tell(Ringing, new(time.Time))
			case r.IsSuccess():
				c.tell(Answered, &c.times.answered)
			}
			return nil
		},
	})
	if err == nil {
		err = d.Ack(ctx)
	}
	return c.inviteError(ctx, d, err, ringing.Err() != nil)
}

func (c *Call) inviteError(ctx context.Context, d *diago.DialogClientSession, err error, gaveUp bool) error {
	if err == nil {
		return nil
	}
	if r := d.InviteResponse; r != nil && r.IsSuccess() {
		drop(d) // the answer crossed our CANCEL
	}
	var response *sipgo.ErrDialogResponse
	switch {
	case errors.As(err, &response):
		return &Refused{Status: response.Res.StatusCode, Reason: response.Res.Reason}
	case ctx.Err() != nil:
		return fmt.Errorf("dial: %w", context.Cause(ctx))
	case gaveUp:
		return ErrNoAnswer
	}
	return fmt.Errorf("dial: %w", err)
}

// drop ends a call that was answered and is not wanted.
func drop(d *diago.DialogClientSession) {
	ctx, cancel := context.WithTimeout(context.Background(), byeTimeout)
	defer cancel()
	if d.LoadState() < sip.DialogStateConfirmed {
		_ = d.Ack(ctx)
	}
	_ = d.Hangup(ctx)
}

// tell emits an event of the dialling that happens now, and notes the time.
func (c *Call) tell(kind Kind, at *time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	*at = time.Now()
	c.emit(Event{Kind: kind, At: *at})
}
