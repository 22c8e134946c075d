package main

import (
	"context"
	"errors"
	"slices"

	"infolinia/ivr"
	"infolinia/ivr/config"
	"infolinia/ivr/console"
	"infolinia/ivr/desk"
	"infolinia/ivr/pbx"
)

// Do carries out an agent's command, of the page that is the agent's desk.
func (v floorView) Do(ctx context.Context, who console.Agent, c console.Command) error {
	if err := chosen(v.d.config.Desk, c); err != nil {
		return err
	}
	in, err := v.input(ctx, who, c)
	if err == nil {
		err = v.d.desk.Do(ctx, in)
	}
	if err == nil && c.Verb == console.DoFinish {
		_ = v.d.store.DropDraft(ctx, who.Login, c.Task) // else it goes by itself
	}
	if refused := desk.Refusal(""); errors.As(err, &refused) {
		return console.DeskRefusal(refused)
	}
	return err
}

// chosen refuses what the settings give nobody to choose from: the codes are what
// reports count, and some breaks only the desk itself gives.
func chosen(s config.Desk, c console.Command) error {
	list, code := []config.Choice(nil), c.Reason
	switch c.Verb {
	case console.DoPause:
		list = s.Breaks
	case console.DoClose:
		list = s.Closings
	case console.DoFinish:
		if list, code = s.Codes, c.Code; code == "" {
			return console.RefusedNoCode
		}
	default:
		return nil
	}
	if !slices.ContainsFunc(list, func(o config.Choice) bool { return o.Code == code }) {
		return console.RefusedUnknown
	}
	return nil
}

func (v floorView) input(ctx context.Context, who console.Agent, c console.Command) (desk.Input, error) {
	me := who.Login
	if c.Verb == console.DoLogin {
		return v.logIn(ctx, who, c)
	}
	a := v.d.desk.Floor().Agents[me]
	switch {
	case a == nil || a.State == desk.Offline:
		return nil, desk.RefusedNotLoggedIn
	case a.Session != c.Page:
		return nil, desk.RefusedOtherDesk
	}
	to := desk.Target{Agent: c.To.Agent, Queue: c.To.Queue, Destination: c.To.Destination}
	switch c.Verb {
	case console.DoLogout:
		return desk.LogOut{Agent: me, Session: c.Page}, nil
	case console.DoReady:
		return desk.Ready{Agent: me}, nil
	case console.DoPause:
		return desk.Pause{Agent: me, Reason: c.Reason}, nil
	case console.DoReject:
		return desk.Reject{Agent: me}, nil
	case console.DoRejoin:
		return desk.Rejoin{Agent: me, Session: c.Page}, nil
	case console.DoHold, console.DoResume:
		return desk.SetHold{Agent: me, On: c.Verb == console.DoHold}, nil
	case console.DoHangUp:
		return desk.HangUp{Agent: me}, nil
	case console.DoTransfer:
		return desk.TransferTo{Agent: me, To: to}, nil
	case console.DoConsult:
		return desk.Consult{Agent: me, To: to}, nil
	case console.DoSwap:
		return desk.Swap{Agent: me}, nil
	case console.DoComplete:
		return desk.Complete{Agent: me}, nil
	case console.DoCancel:
		return desk.CancelConsult{Agent: me}, nil
	case console.DoConference:
		return desk.Conference{Agent: me}, nil
	case console.DoFinish:
		return desk.Finish{Agent: me, Task: c.Task, Code: c.Code, Note: c.Note}, nil
	case console.DoExtend:
		return desk.ExtendWrapUp{Agent: me, By: c.By}, nil
	case console.DoClose:
		return desk.CloseCallback{Agent: me, Task: c.Task, Reason: c.Reason}, nil
	}
	return nil, desk.RefusedNoCall
}

// logIn makes a page the desk of an agent, with what the account says of queues
// and skills now.
func (v floorView) logIn(ctx context.Context, who console.Agent, c console.Command) (desk.Input, error) {
	account, err := v.d.records.Account(ctx, who.Login)
	if err != nil {
		return nil, err
	}
	in := desk.LogIn{
		Agent: account.Login, Name: account.Name, Session: c.Page, System: v.d.config.Asterisk.SystemName,
		Browser: true, Queues: account.Queues, Skills: v.skills(account),
		Endpoint: pbx.Device{Name: deviceOf(account.Login)}.Endpoint(),
	}
	if c.Extension && account.Device != "" {
		in.Browser, in.Endpoint = false, "PJSIP/"+account.Device
	}
	return in, nil
}

// skills are an account's. Whoever names no language speaks the line's own.
func (v floorView) skills(account ivr.Account) []string {
	p := v.d.publisher.Current()
	if slices.ContainsFunc(account.Skills, func(s string) bool { return slices.Contains(p.Languages, s) }) {
		return account.Skills
	}
	return append(slices.Clone(account.Skills), p.Default)
}

// deviceOf names the browser's telephone of an agent.
func deviceOf(login string) string { return pbx.DevicePrefix + login }
