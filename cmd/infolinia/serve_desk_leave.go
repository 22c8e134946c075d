package main

import (
	"context"

	"github.com/rs/zerolog"

	"infolinia/ivr/desk"
)

// departed log off at the desk who are logged in nowhere any more, so that nobody
// waits for them. Who talks is let finish.
type departed struct {
	loggedIn func(ctx context.Context, login string) (bool, error)
	logOff   func(ctx context.Context, login string) error
	log      zerolog.Logger

	missed map[string]bool // at the last look
}

func (d *daemon) departed() *departed {
	return &departed{
		loggedIn: d.store.LoggedIn, log: d.log,
		logOff: func(ctx context.Context, login string) error {
			return d.desk.Do(ctx, desk.LogOut{Agent: login})
		},
	}
}

// look logs off whom it misses the second time in a row: log-ins that the store has
// lost are made anew in a moment. While it does not answer, nobody is missed.
func (x *departed) look(ctx context.Context, agents map[string]*desk.Agent) {
	before := x.missed
	x.missed = map[string]bool{}
	for login, a := range agents {
		if a.State == desk.Offline || a.State == desk.OnCall {
			continue
		}
		if in, err := x.loggedIn(ctx, login); err != nil || in {
			continue
		}
		if !before[login] {
			x.missed[login] = true
			continue
		}
		if err := x.logOff(ctx, login); err != nil && ctx.Err() == nil {
			x.log.Warn().Err(err).Str("login", login).Msg("an agent whose log-in is over is not logged off")
		}
	}
}
