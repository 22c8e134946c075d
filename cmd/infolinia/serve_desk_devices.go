package main

import (
	"context"
	"strings"
	"time"

	"infolinia/ivr/desk"
	"infolinia/ivr/pbx"
)

// deviceLook is how often telephones are looked for whose agent has logged out.
const deviceLook = 4 * time.Second

// expelStrangers takes the telephones out of Asterisk whose agents are logged in
// nowhere any more, so that a secret is good for one log-in. Who still talks keeps
// his until then, and while the store does not answer everybody does.
func (d *daemon) expelStrangers(ctx context.Context) {
	every(ctx, deviceLook, func() {
		enrolled, err := d.probe.Enrolled(ctx)
		if err != nil {
			return
		}
		for _, name := range enrolled {
			login := strings.TrimPrefix(name, pbx.DevicePrefix)
			if in, err := d.store.LoggedIn(ctx, login); err != nil || in {
				continue
			}
			if a := d.desk.Floor().Agents[login]; a != nil && a.State == desk.OnCall {
				continue
			}
			if err := d.probe.Expel(ctx, name); err != nil && ctx.Err() == nil {
				d.log.Warn().Err(err).Str("login", login).Msg("the telephone of a log-in that is over stays registered")
			}
		}
	})
}
