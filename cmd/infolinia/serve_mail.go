package main

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"infolinia/ivr/message"
	"infolinia/ivr/site"
)

// mailAgain is how often a process that stands by looks whether it is to mail.
const mailAgain = 5 * time.Second

// mail writes to staff about messages until ctx ends. One process of a machine
// does: two would write twice.
func (d *daemon) mail(ctx context.Context) error {
	if d.config.SMTP.Host == "" {
		return nil
	}
	for {
		lock, err := site.Lock(filepath.Join(d.config.Var, "mail.lock"))
		if err == nil {
			defer lock.Close()
			return d.mailer().Run(ctx)
		}
		if other := (*site.LockedError)(nil); !errors.As(err, &other) {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(mailAgain):
		}
	}
}

// address is where messages of a box are e-mailed; empty: nowhere.
func (d *daemon) address(box string) string { return d.publisher.Current().Boxes[box] }

func (d *daemon) mailer() *message.Mailer {
	c := d.config.SMTP
	return &message.Mailer{
		Store: d.messages, Address: d.address, Log: d.log,
		SMTP: message.SMTP{Host: c.Host, Port: c.Port, TLS: c.TLS, User: c.User, Password: string(c.Password), From: c.From, Attach: true},
	}
}
