package message

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/rs/zerolog"
	"github.com/wneessen/go-mail"
)

// SMTP is the server that takes e-mail.
type SMTP struct {
	Host string
	Port int
	// TLS is starttls, tls or none.
	TLS            string
	User, Password string // empty: without authentication
	From           string
	// Attach sends the recording along; without it only the notice is sent.
	Attach bool

	trust *tls.Config
}

// Mailer writes to the addresses of the boxes. What cannot be sent stays
// pending in the store and is tried again until it is sent.
type Mailer struct {
	Store *Store
	SMTP  SMTP
	// Address is where messages of a box are sent; empty: nowhere any more.
	Address func(box string) string
	Log     zerolog.Logger
}

const (
	mailTimeout = 30 * time.Second
	lookEvery   = 15 * time.Second // for new messages
	firstRetry  = time.Minute
	lastRetry   = time.Hour
)

// Run sends what is pending until ctx ends.
func (m *Mailer) Run(ctx context.Context) error {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		if err := m.SendPending(ctx, time.Now()); err != nil && ctx.Err() == nil {
			m.Log.Error().Err(err).Msg("messages cannot be mailed")
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// SendPending sends every e-mail that is due. One that is refused is put off
// and logged; the error is about the store.
func (m *Mailer) SendPending(ctx context.Context, now time.Time) error {
	list, err := m.Store.List("", All)
	for _, msg := range list {
		if ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		if msg.Mail.State != MailPending || now.Before(msg.Mail.Next) {
			continue
		}
		err = errors.Join(err, m.sendOne(ctx, msg, now))
	}
	return err
}

func (m *Mailer) sendOne(ctx context.Context, msg Message, now time.Time) error {
	address := m.Address(msg.Box)
	if address == "" {
		return m.Store.change(ctx, msg.ID, func(m *Message) { m.Mail = Mail{} })
	}
	tries := msg.Mail.Tries + 1
	failure := m.send(ctx, msg, address)
	if failure == nil {
		return m.Store.change(ctx, msg.ID, func(m *Message) { m.Mail = Mail{State: MailSent, Tries: tries} })
	}
	if ctx.Err() != nil {
		return nil // we are being stopped: not the server's fault
	}
	next := now.Add(retryAfter(tries)).UTC().Truncate(time.Second)
	m.Log.Warn().Err(failure).Str("message", msg.ID).Str("box", msg.Box).Int("tries", tries).Time("next", next).
		Msg("message not mailed")
	return m.Store.change(ctx, msg.ID, func(m *Message) {
		m.Mail = Mail{State: MailPending, Tries: tries, Next: next, Error: failure.Error()}
	})
}

// retryAfter doubles with each try.
func retryAfter(tries int) time.Duration {
	wait := firstRetry
	for range tries - 1 {
		if wait *= 2; wait >= lastRetry {
			return lastRetry
		}
	}
	return wait
}

func (m *Mailer) send(ctx context.Context, msg Message, address string) error {
	letter, err := m.letter(msg, address)
	if err != nil {
		return err
	}
	var line connection
	defer line.close()
	client, err := mail.NewClient(m.SMTP.Host, append(m.SMTP.options(), mail.WithDialContextFunc(line.dialer(m.SMTP)))...)
	if err != nil {
		return fmt.Errorf("SMTP settings: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, mailTimeout)
	defer cancel()
	if err := client.DialAndSendWithContext(ctx, letter); err != nil {
		return fmt.Errorf("send to %s: %w", m.SMTP.Host, err)
	}
	return nil
}

// connection is the one of a letter. go-mail leaves it open when a server
// cannot do what is asked of it, so that it is closed here.
type connection struct{ net.Conn }

func (c *connection) dialer(s SMTP) mail.DialContextFunc {
	return func(ctx context.Context, network, address string) (conn net.Conn, err error) {
		if s.TLS == "tls" {
			conn, err = (&tls.Dialer{Config: s.trust}).DialContext(ctx, network, address)
		} else {
			conn, err = (&net.Dialer{}).DialContext(ctx, network, address)
		}
		c.Conn = conn
		return conn, err
	}
}

func (c *connection) close() {
	if c.Conn != nil {
		_ = c.Conn.Close() // the letter's fate is known already
	}
}

func (s SMTP) options() []mail.Option {
	opts := []mail.Option{mail.WithTimeout(mailTimeout)}
	switch s.TLS {
	case "tls":
		opts = append(opts, mail.WithSSL())
	case "none":
		opts = append(opts, mail.WithTLSPolicy(mail.NoTLS))
	default:
		opts = append(opts, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if s.trust != nil {
		opts = append(opts, mail.WithTLSConfig(s.trust))
	}
	if s.User != "" {
		opts = append(opts, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(s.User), mail.WithPassword(s.Password))
	}
	return append(opts, mail.WithPort(s.Port))
}
