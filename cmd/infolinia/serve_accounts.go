package main

import (
	"context"
	"errors"
	"net"
	"net/url"

	"github.com/rs/zerolog"

	"infolinia/ivr"
	"infolinia/ivr/account"
	"infolinia/ivr/config"
	"infolinia/ivr/console"
	"infolinia/ivr/store"
)

// newAccounts are those of a book, with log-ins in the store.
func newAccounts(c *config.Config, book account.Book, s *store.Store) *account.Accounts {
	return account.New(account.Settings{Book: book, Sessions: s, Attempts: s, Idle: c.Desk.Idle, Absolute: c.Desk.Absolute})
}

// logIns is how people come to the pages.
func (d *daemon) logIns() *console.LogIns {
	return &console.LogIns{
		Accounts:  watchedAccounts{d.accounts, d.log},
		Origins:   origins(d.config),
		Proxies:   d.config.HTTP.Proxies,
		Monitors:  d.config.HTTP.Monitors,
		Telephone: telephone(d.config),
	}
}

// origins are those of the settings, and of the other instances beside this one.
func origins(c *config.Config) []string {
	all := c.HTTP.Origins[:len(c.HTTP.Origins):len(c.HTTP.Origins)]
	for n := range c.ARI.Apps {
		if listen := c.Listen(n + 1); !everywhere(listen) {
			all = append(all, scheme(c)+listen)
		}
	}
	return all
}

// scheme is how the pages are reached.
func scheme(c *config.Config) string {
	if c.HTTP.TLS.Cert != "" {
		return "https://"
	}
	return "http://"
}

// everywhere tells whether a socket listens in all networks, by a name we do not know.
func everywhere(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	ip := net.ParseIP(host)
	return err != nil || host == "" || ip != nil && ip.IsUnspecified()
}

// telephone is Asterisk's websocket for browsers, beside its ARI.
func telephone(c *config.Config) *url.URL {
	u, err := url.Parse(c.ARI.URL)
	if err != nil {
		return nil // the settings were checked
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/ws"}
}

// watchedAccounts writes into the log who came in and who did not, but not what a
// person typed who has no account: it may be a password.
type watchedAccounts struct {
	*account.Accounts
	log zerolog.Logger
}

func (a watchedAccounts) LogIn(ctx context.Context, login, password, from string) (string, ivr.Session, error) {
	token, s, err := a.Accounts.LogIn(ctx, login, password, from)
	refused := (*ivr.LogInError)(nil)
	switch {
	case err == nil:
		a.log.Info().Str("login", s.Account.Login).Str("from", from).Msg("logged in")
	case errors.As(err, &refused):
		a.log.Warn().Str("from", from).Str("why", string(refused.Why)).Msg("log-in refused")
	case ctx.Err() == nil:
		a.log.Error().Err(err).Str("from", from).Msg("log-in is not possible")
	}
	return token, s, err
}

func (a watchedAccounts) LogOut(ctx context.Context, s ivr.Session) error {
	err := a.Accounts.LogOut(ctx, s)
	a.log.Info().Err(err).Str("login", s.Account.Login).Msg("logged out")
	return err
}
