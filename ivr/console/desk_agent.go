package console

import "context"

// Agent is who is signed in at a page.
type Agent struct {
	Login, Name, Role string
	Session           string // the log-in, not a secret
	Lang              string // pl or en; "": not chosen
}

type agentKey struct{}

// WithAgent says who is signed in, for the handlers behind DeskPage.Signed.
func WithAgent(ctx context.Context, a Agent) context.Context {
	return context.WithValue(ctx, agentKey{}, a)
}

func who(ctx context.Context) Agent {
	a, _ := ctx.Value(agentKey{}).(Agent)
	return a
}

// page names one tab of one log-in. Tabs name themselves, so that a reload stays
// the same page.
func (a Agent) page(tab string) string { return a.Session + "." + tab }
