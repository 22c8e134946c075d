package asterisk_test

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/coder/websocket"

	"infolinia/asterisk"
	"infolinia/asterisk/asterisktest"
	"infolinia/ivr/caller"
)

// exchange is an Asterisk whose own two sounds are tones that a caller knows.
type exchange struct {
	*asterisk.Process
	sounds *caller.Index
}

func newExchange(t *testing.T, change func(*asterisk.Settings)) exchange {
	t.Helper()
	dir := t.TempDir()
	sounds := caller.NewIndex()
	for name, hz := range map[string]float64{"apology": 500, "clerk": 900, "overload": 1200, "call-again": 1600} {
		path := filepath.Join(dir, name+".alaw")
		if err := os.WriteFile(path, caller.Tone(hz, time.Second), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := sounds.Add(name, path); err != nil {
			t.Fatal(err)
		}
	}
	p := asterisktest.Start(t, func(s *asterisk.Settings) {
		s.Apology = filepath.Join(dir, "apology")
		s.Overload, s.CallAgain = filepath.Join(dir, "overload"), filepath.Join(dir, "call-again")
		s.Extensions[0].TrialClerk = filepath.Join(dir, "clerk")
		if change != nil {
			change(s)
		}
	})
	return exchange{p, sounds}
}

// application connects to a Stasis application and does nothing with its calls.
func (e exchange) application(t *testing.T, name string) {
	t.Helper()
	ari := e.Settings.ARI
	u, err := url.Parse(ari.URL() + "/events")
	if err != nil {
		t.Fatal(err)
	}
	u.Scheme = "ws"
	u.RawQuery = url.Values{"app": {name}, "api_key": {ari.User + ":" + ari.Password}}.Encode()
	ctx, cancel := context.WithCancel(context.Background())
	conn, _, err := websocket.Dial(ctx, u.String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for err == nil {
			_, _, err = conn.Read(ctx)
		}
	}()
	t.Cleanup(func() { cancel(); <-done })
}

// to is the address of a user part at this exchange; none for "".
func (e exchange) to(user string) string {
	if user != "" {
		user += "@"
	}
	return "sip:" + user + e.Settings.UDP().String()
}

func (e exchange) call(t *testing.T, o caller.Options) *caller.Call {
	t.Helper()
	o.Index = e.sounds
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	c, err := caller.Dial(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Hangup() })
	return c
}

func hears(t *testing.T, c *caller.Call, name string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if _, err := c.Hear(ctx, name); err != nil {
		t.Fatal(err)
	}
}

func ends(t *testing.T, c *caller.Call) {
	t.Helper()
	select {
	case <-c.Ended():
	case <-time.After(10 * time.Second):
		t.Fatal("the call goes on")
	}
}

func TestWithoutADaemonACallerHearsAnApologyAndThenTheOffice(t *testing.T) {
	e := newExchange(t, nil)
	for name, user := range map[string]string{"the line": "243645555", "another number": "+48123", "no user part": "", "a name": "urzad"} {
		t.Run(name, func(t *testing.T) {
			c := e.call(t, caller.Options{To: e.to(user), From: "600100200"})
			hears(t, c, "apology")
			hears(t, c, "clerk")
			ends(t, c)
		})
	}
}

func TestARegisteredTelephoneIsDialledAndItsAnswersAreKnown(t *testing.T) {
	e := newExchange(t, func(s *asterisk.Settings) { s.Extensions[0].Password = `a;b,c $[d]"\ #` })
	ext := e.Settings.Extensions[0]
	phone, err := caller.Answer(t.Context(), caller.PhoneOptions{
		Registrar: e.to(""), User: ext.Number, Password: ext.Password, Index: e.sounds,
		Play: caller.Tone(900, time.Second),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer phone.Close()

	c := e.call(t, caller.Options{To: e.to("243645555")})
	hears(t, c, "apology")
	agent, err := phone.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	hears(t, c, "clerk")
	if err := c.Hangup(); err != nil {
		t.Fatal(err)
	}
	ends(t, agent)
}

func TestTheRingingEndsWhenTheCallerHangsUp(t *testing.T) {
	e := newExchange(t, nil)
	ext := e.Settings.Extensions[0]
	phone, err := caller.Answer(t.Context(), caller.PhoneOptions{
		Registrar: e.to(""), User: ext.Number, Password: ext.Password, Behaviour: caller.KeepRing,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer phone.Close()
	c := e.call(t, caller.Options{To: e.to("243645555")})
	hears(t, c, "apology")
	e.channels(t, "PJSIP/200-")
	if err := c.Hangup(); err != nil {
		t.Fatal(err)
	}
	e.channels(t, "0 active channels")
}

// channels waits until Asterisk's list of channels contains a text.
func (e exchange) channels(t *testing.T, want string) {
	t.Helper()
	e.eventually(t, "core show channels", want)
}

func TestACallThatNoDaemonEndsLeavesForThePersonInTime(t *testing.T) {
	e := newExchange(t, func(s *asterisk.Settings) { s.MaxCall = 2 * time.Second })
	e.application(t, "infolinia-1")
	c := e.call(t, caller.Options{To: e.to("243645555")})
	hears(t, c, "apology")
	hears(t, c, "clerk")
}

func TestTheSecondApplicationIsTriedWhenTheFirstHasNoDaemon(t *testing.T) {
	e := newExchange(t, nil)
	e.application(t, "infolinia-2")
	dialling, giveUp := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := caller.Dial(dialling, caller.Options{To: e.to("243645555"), Index: e.sounds})
		done <- err
	}()
	e.eventually(t, "ari show app infolinia-2", "Subscriptions: 1")
	giveUp()
	if err := <-done; err == nil {
		t.Error("answered by nobody")
	}
}

func TestAnExtensionsNameNeedsItsPassword(t *testing.T) {
	e := newExchange(t, nil)
	_, err := caller.Dial(t.Context(), caller.Options{To: e.to("243645555"), From: "200"})
	if err == nil {
		t.Fatal("a call in the name of extension 200 was taken without its password")
	}
	e.writes(t, regexp.MustCompile(`SecurityEvent="[A-Za-z]+",.*AccountID="200"`))
}

// turnedAway lets callers be sent to a place of the context for those the line
// takes on no more, as a daemon sends them: not answered.
func (e exchange) turnedAway(t *testing.T, place string) {
	t.Helper()
	if _, err := e.CLI(t.Context(), "dialplan add extension start,1,Goto,overload,s,"+place+" into line replace"); err != nil {
		t.Fatal(err)
	}
}

func TestACallerTooManyIsToldWhyAndTheOfficeIsTried(t *testing.T) {
	e := newExchange(t, nil)
	e.turnedAway(t, "1")
	c := e.call(t, caller.Options{To: e.to("243645555")})
	hears(t, c, "overload")
	hears(t, c, "clerk")
	ends(t, c)
}

func TestACallerTooManyWhomTheOfficeCannotTakeIsToldToCallAgain(t *testing.T) {
	e := newExchange(t, nil)
	if _, err := e.CLI(t.Context(), "dialplan remove context office"); err != nil {
		t.Fatal(err)
	}
	e.turnedAway(t, "1")
	c := e.call(t, caller.Options{To: e.to("243645555")})
	hears(t, c, "overload")
	hears(t, c, "call-again")
	ends(t, c)
}

func TestPastTheAnnouncementsTheNetworkHears503(t *testing.T) {
	e := newExchange(t, nil)
	e.turnedAway(t, "full")
	_, err := caller.Dial(t.Context(), caller.Options{To: e.to("243645555"), Index: e.sounds})
	var refused *caller.Refused
	if !errors.As(err, &refused) || refused.Status != 503 {
		t.Errorf("got %v", err)
	}
}
