package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"infolinia/asterisk"
	"infolinia/ivr/caller"
)

// staff are the agents of a desk: their logins, and the telephones on their tables.
func staff() map[string]string { return map[string]string{"anna": "211", "jan": "212"} }

// agentPassword is that of all agents.
const agentPassword = "dzwonek-na-biurku"

// agent takes calls with a telephone of the office, and works by a page.
type agent struct {
	*page
	t     *trial
	hz    float64 // of the voice
	phone *caller.Phone
	talk  *caller.Call // going on
	hush  func()
}

// hire gives agents their accounts.
func (b *bed) hire(ctx context.Context) error {
	for login, extension := range staff() {
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		cmd := exec.CommandContext(ctx, b.in.binary, "user", "add", login, "--name", strings.ToUpper(login), "--password-stdin",
			"--queues", "desk", "--extension", extension)
		cmd.Env, cmd.Stdin = b.daemon().env, strings.NewReader(agentPassword+"\n")
		out, err := cmd.CombinedOutput()
		cancel()
		if err != nil {
			return fmt.Errorf("infolinia user add %s: %w\n%s", login, err, out)
		}
	}
	return nil
}

// deskSettings is a settings file that knows the telephones of the staff.
func deskSettings() string {
	text := "extensions:\n"
	for _, extension := range staff() {
		text += fmt.Sprintf("  %q: {password: unused}\n", extension)
	}
	return text
}

// extensions are the telephones of the staff for Asterisk.
func extensions(password string) (list []asterisk.Extension) {
	for _, extension := range staff() {
		list = append(list, asterisk.Extension{Number: extension, Password: password})
	}
	return list
}

// seat has an agent log in and be available.
func (t *trial) seat(ctx context.Context, login string, hz float64) (*agent, error) {
	a := &agent{t: t, hz: hz, hush: func() {}}
	var err error
	if a.page, err = t.openPage(ctx, login); err != nil {
		return nil, err
	}
	t.later(func() error { a.page.close(); return nil })
	t.later(func() error { a.phone.Close(); return nil })
	return a, errors.Join(a.plugsIn(ctx), a.is(ctx, "available"))
}

// plugsIn puts a telephone on the table, instead of the one that is there.
func (a *agent) plugsIn(ctx context.Context) (err error) {
	if a.phone != nil {
		a.hush()
		a.phone.Close()
		a.talk = nil
	}
	s := a.t.asterisk.Settings
	a.phone, err = caller.Answer(ctx, caller.PhoneOptions{
		Registrar: "sip:" + s.UDP().String(), User: staff()[a.login], Password: s.Extensions[0].Password,
		Behaviour: caller.ByHand, Index: a.t.in.index,
	})
	return err
}

// is waits until the page says what the agent does.
func (a *agent) is(ctx context.Context, states ...string) error {
	err := await(ctx, patience, func() bool {
		now := a.state()
		for _, s := range states {
			if now == s {
				return true
			}
		}
		return false
	})
	if err != nil {
		return fmt.Errorf("%s is %s, not %s: %w", a.login, a.state(), strings.Join(states, " or "), err)
	}
	return nil
}

// answers picks up what rings, and speaks.
func (a *agent) answers(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := a.phone.PickUp(ctx); err != nil {
		return fmt.Errorf("nothing rings at %s's, who is %s: %w", a.login, a.state(), err)
	}
	talk, err := a.phone.Next(ctx)
	if err != nil {
		return fmt.Errorf("%s cannot answer: %w", a.login, err)
	}
	a.talk = talk
	speaking, stop := context.WithCancel(context.WithoutCancel(ctx))
	spoken := make(chan struct{})
	go func() { defer close(spoken); _ = talk.Speak(speaking, caller.Tone(a.hz, 5*time.Minute)) }()
	a.hush = func() { stop(); <-spoken }
	return nil
}

// hears tells which guest the agent talks with; both hear each other.
func (a *agent) hears(ctx context.Context, h *hall) (g *guest, err error) {
	err = await(ctx, patience, func() bool {
		g = h.heardIn(a.talk)
		return g != nil && carries(g.Call, a.hz)
	})
	switch {
	case err == nil:
		return g, nil
	case g == nil:
		return nil, fmt.Errorf("%s hears nobody", a.login)
	}
	return g, fmt.Errorf("%s does not hear %s", g.name, a.login)
}

// finishes hangs up by the page, writes the code, and is free again.
func (a *agent) finishes(ctx context.Context) error {
	if err := a.do(ctx, "hangup"); err != nil {
		return err
	}
	return a.writesUp(ctx)
}

// writesUp gives the code of a talk that is over.
func (a *agent) writesUp(ctx context.Context) error {
	a.hush()
	select {
	case <-a.talk.Ended():
	case <-time.After(patience):
		return fmt.Errorf("the telephone of %s is not hung up", a.login)
	}
	a.talk = nil
	if err := a.is(ctx, "wrap-up"); err != nil {
		return err
	}
	return errors.Join(a.do(ctx, "finish", "task", a.task(), "code", "informed"), a.is(ctx, "available", "offered"))
}
