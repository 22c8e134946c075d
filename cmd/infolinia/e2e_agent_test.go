package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// agentPassword is that of all agents here.
const agentPassword = "dzwonek-na-biurku"

// hire gives an agent an account.
func (l *line) hire(t testing.TB, login string, extra ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	args := append([]string{"user", "add", login, "--name", strings.ToUpper(login[:1]) + login[1:], "--password-stdin"}, extra...)
	cmd := exec.CommandContext(ctx, l.binary, args...)
	cmd.Env, cmd.Stdin = l.env, strings.NewReader(agentPassword+"\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("infolinia user add: %v\n%s", err, out)
	}
}

// agentPage is an agent's page in a browser of its own, whose microphone hears a
// tone.
type agentPage struct {
	t     testing.TB
	login string
	ctx   context.Context
}

// seat opens the desk in a browser and logs an agent in, as far as the check of
// the telephone.
func (l *line) seat(t testing.TB, login string, hz float64) *agentPage {
	t.Helper()
	return l.seatAt(t, l.http, login, hz)
}

// seatAt is seat by another way to the daemon.
func (l *line) seatAt(t testing.TB, address, login string, hz float64) *agentPage {
	t.Helper()
	dir, err := os.MkdirTemp(workshop(), "")
	if err != nil {
		t.Fatal(err)
	}
	voice := filepath.Join(dir, "voice.wav")
	if err := os.WriteFile(voice, pulses(hz), 0o644); err != nil {
		t.Fatal(err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath("/usr/bin/chromium"), chromedp.UserDataDir(filepath.Join(dir, "profile")), chromedp.NoSandbox,
		chromedp.Flag("use-fake-ui-for-media-stream", true), chromedp.Flag("use-fake-device-for-media-stream", true),
		chromedp.Flag("use-file-for-fake-audio-capture", voice), chromedp.Flag("autoplay-policy", "no-user-gesture-required"),
		chromedp.Flag("disable-quic", true), chromedp.WindowSize(1280, 720), chromedp.WSURLReadTimeout(patience))
	allocated, endAll := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), options...)
	ctx, end := chromedp.NewContext(allocated)
	p := &agentPage{t: t, login: login, ctx: ctx}
	t.Cleanup(func() { end(); endAll() })
	if err := chromedp.Run(ctx); err != nil { // the browser lives as long as this context
		t.Fatal(err)
	}
	p.do("open the page", chromedp.Navigate("http://"+address+"/desk"),
		chromedp.SendKeys("#login", login), chromedp.SendKeys("#password", agentPassword), chromedp.Click("button[type=submit]"),
		chromedp.WaitVisible("#checks"))
	return p
}

// tab opens the desk in another tab of the same browser.
func (p *agentPage) tab() *agentPage {
	p.t.Helper()
	var address string
	p.do("look", chromedp.Location(&address))
	ctx, end := chromedp.NewContext(p.ctx)
	p.t.Cleanup(end)
	if err := chromedp.Run(ctx); err != nil { // the tab lives as long as this context
		p.t.Fatal(err)
	}
	other := &agentPage{t: p.t, login: p.login, ctx: ctx}
	other.do("open another tab", chromedp.Navigate(address))
	return other
}

// passes checks the telephone, unless the page has begun to by itself.
func (p *agentPage) passes() {
	p.t.Helper()
	p.sees(`(() => {
		const results = [...document.querySelectorAll("#checks li")].map(c => c.dataset.result);
		const start = document.querySelector("[data-act=start]");
		if (!start.disabled && results.every(r => r === "open")) start.click();
		return results.every(r => r === "good");
	})()`)
}

// works checks the telephone and begins to take calls.
func (p *agentPage) works() *agentPage {
	p.t.Helper()
	p.passes()
	p.click("[data-act=start]")
	p.isReady()
	return p
}

// isReady waits until the agent is free and the browser's telephone is registered.
func (p *agentPage) isReady() {
	p.t.Helper()
	p.is("available")
	p.says("#phone", "Telefon: gotowy")
}

func (p *agentPage) do(what string, actions ...chromedp.Action) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Run(ctx, actions...); err != nil {
		p.fails(what, err)
	}
}

// fails ends the test with what the page looks like.
func (p *agentPage) fails(what string, err error) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 10*time.Second)
	defer cancel()
	var text string
	if err := chromedp.Run(ctx, chromedp.Evaluate(`location + ": " + document.body.innerText.replace(/\s+/g, " ")`, &text)); err != nil {
		text = err.Error()
	}
	p.t.Fatalf("%s at the desk of %s: %v; the page is %s", what, p.login, err, text)
}

// click clicks what can be clicked, as soon as it is there.
func (p *agentPage) click(selector string) {
	p.t.Helper()
	p.do("click "+selector, chromedp.WaitEnabled(selector, chromedp.ByQuery), chromedp.Click(selector, chromedp.ByQuery))
}

// is waits for the agent's state.
func (p *agentPage) is(state string) {
	p.t.Helper()
	p.sees(fmt.Sprintf(`document.getElementById("me")?.dataset.state === %q`, state))
}

// onBreak waits until the agent is on a break, for a reason as the page says it.
func (p *agentPage) onBreak(reason string) {
	p.t.Helper()
	p.is("break")
	p.says("#me", reason)
}

// says waits until a part of the page has a text in it.
func (p *agentPage) says(selector, text string) {
	p.t.Helper()
	p.sees(fmt.Sprintf(`document.querySelector(%q)?.textContent.replace(/\s+/g, " ").includes(%q)`, selector, text))
}

// presses a key, as on a keyboard; see chromedp/kb.
func (p *agentPage) presses(key string) {
	p.t.Helper()
	p.do("press a key", chromedp.KeyEvent(key))
}

// sees waits until an expression of the page is true; it may be on its way from
// one page to another.
func (p *agentPage) sees(expression string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	var last error
	for {
		var yes bool
		err := chromedp.Run(ctx, chromedp.Evaluate(expression, &yes))
		if err == nil && yes {
			return
		}
		if ctx.Err() == nil {
			last = err
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			p.fails("wait for "+expression, last)
		}
	}
}

// shows waits for what the middle of the page is about: idle, offered, connected,
// wrapping.
func (p *agentPage) shows(view string) {
	p.t.Helper()
	p.sees(fmt.Sprintf(`document.getElementById("task")?.dataset.view === %q`, view))
}

// mode waits for who hears whom: caller, hold, consult, conference, blind.
func (p *agentPage) mode(mode string) {
	p.t.Helper()
	p.sees(fmt.Sprintf(`document.getElementById("task")?.dataset.mode === %q`, mode))
}

// answers takes the offered call.
func (p *agentPage) answers() {
	p.t.Helper()
	p.shows("offered")
	p.click("[data-act=answer]")
	p.shows("connected")
}

// finishes gives the wrap-up its code.
func (p *agentPage) finishes() {
	p.t.Helper()
	p.shows("wrapping")
	p.click("#finish label.code")
	p.click("#finish button[type=submit]")
	p.sees(`document.getElementById("task").dataset.view !== "wrapping"`)
}

// view is what the page is about at the moment.
func (p *agentPage) view() (view string) {
	p.t.Helper()
	p.do("look", chromedp.Evaluate(`document.getElementById("task").dataset.view`, &view))
	return view
}

// rests goes on a break.
func (p *agentPage) rests() {
	p.t.Helper()
	p.click("#breaks summary")
	p.click("#breaks [data-do=pause]")
	p.is("break")
}

// resumes ends a break.
func (p *agentPage) resumes() {
	p.t.Helper()
	p.click("#task [data-do=ready]")
}
