package caller

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"infolinia/asterisk"
	"infolinia/asterisk/asterisktest"
)

// line is the smallest daemon: it answers, says the greeting and the menu, and
// for key 1 cuts what it says and says something else, for * it hangs up, for 0
// it lets the dialplan say its apology and dial 200.
type line struct {
	t      *testing.T
	ari    asterisk.ARI
	folder string
}

// serve takes calls until the test ends.
func (l *line) serve() {
	u, _ := url.Parse(l.ari.URL() + "/events")
	u.Scheme = "ws"
	u.RawQuery = url.Values{"app": {"infolinia-1"}, "api_key": {l.ari.User + ":" + l.ari.Password}}.Encode()
	ctx, cancel := context.WithCancel(context.Background())
	conn, _, err := websocket.Dial(ctx, u.String(), nil)
	if err != nil {
		l.t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			_, data, err := conn.Read(ctx)
			if err != nil {
				return
			}
			l.event(data)
		}
	}()
	l.t.Cleanup(func() { cancel(); <-done })
}

func (l *line) event(data []byte) {
	var e struct {
		Type    string
		Digit   string
		Channel struct{ ID string }
	}
	if err := json.Unmarshal(data, &e); err != nil {
		l.t.Error(err)
	}
	channel := "/channels/" + e.Channel.ID
	switch e.Type + e.Digit {
	case "StasisStart":
		l.order("POST", channel+"/answer", nil)
		l.play(channel, "first", "greeting", "menu")
	case "ChannelDtmfReceived1":
		l.order("DELETE", "/playbacks/first", nil)
		l.play(channel, "second", "answer")
	case "ChannelDtmfReceived0":
		l.order("DELETE", "/playbacks/first", nil)
		l.order("POST", channel+"/continue", url.Values{"context": {"fallback"}, "extension": {"s"}, "priority": {"1"}})
	case "ChannelDtmfReceived*":
		l.order("DELETE", channel, nil)
	}
}

func (l *line) play(channel, id string, names ...string) {
	for i, n := range names {
		names[i] = "sound:" + filepath.Join(l.folder, n)
	}
	l.order("POST", channel+"/play/"+id, url.Values{"media": {strings.Join(names, ",")}})
}

func (l *line) order(method, path string, query url.Values) {
	r, err := http.NewRequest(method, l.ari.URL()+path+"?"+query.Encode(), nil)
	if err != nil {
		l.t.Error(err)
		return
	}
	r.SetBasicAuth(l.ari.User, l.ari.Password)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		l.t.Error(err)
		return
	}
	res.Body.Close()
	if res.StatusCode >= 300 && method != "DELETE" {
		l.t.Errorf("%s %s: %s", method, path, res.Status)
	}
}

// The whole of a trial, against the real thing: what Asterisk plays is known by
// its audio, through cut prompts and media lists, and so is what the agent's
// telephone says after a transfer.
func TestCallsThroughAsteriskAreHeardByteForByte(t *testing.T) {
	t.Parallel()
	clips := map[string][]byte{
		"greeting": speech(1, 12345), "menu": speech(2, 20001), "answer": append(silence(300), speech(3, 16000)...),
		"apology": speech(4, 9999), "agent": speech(5, 12000), "caller": speech(6, 12000),
	}
	x := indexed(t, clips)
	l := &line{t: t, folder: filepath.Dir(x.clips[0].path)}
	p := asterisktest.Start(t, func(s *asterisk.Settings) { s.Apology = filepath.Join(l.folder, "apology") })
	l.ari = p.Settings.ARI
	l.serve()
	target := fmt.Sprintf("sip:243645555@%s", p.Settings.UDP())
	ctx := within(t, 60*time.Second)
	dial := func() *Call {
		c, err := Dial(ctx, Options{To: target, From: "501502503", Index: x, Ring: 10 * time.Second})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Hangup() })
		return c
	}
	heard := func(c *Call, name string, complete bool) {
		t.Helper()
		if h, err := c.HearEnd(ctx, name); err != nil || h.Complete != complete || h.Offset != 0 {
			t.Errorf("%s: %+v, %v", name, h, err)
		}
	}

	t.Run("a caller who waits hears the list to its end", func(t *testing.T) {
		c := dial()
		heard(c, "greeting", true)
		heard(c, "menu", true)
		if err := c.Press(ctx, "*"); err != nil {
			t.Fatal(err)
		}
		if end := c.End(); end.ByUs || end.Err != nil {
			t.Errorf("end: %+v", end)
		}
	})
	t.Run("a key cuts the prompt and leads to the next", func(t *testing.T) {
		c := dial()
		heard(c, "greeting", true)
		if _, err := c.Hear(ctx, "menu"); err != nil {
			t.Fatal(err)
		}
		if err := c.Press(ctx, "1"); err != nil {
			t.Fatal(err)
		}
		heard(c, "menu", false)
		heard(c, "answer", true)
		r := c.Report()
		if k := r.Keys[0]; k.Prompt == nil || *k.Prompt != "answer" || *k.ToPrompt > 2000 {
			t.Errorf("key to prompt: %+v", r.Keys)
		}
		t.Logf("answered after %v ms, key to prompt %v ms", r.Answer, *r.Keys[0].ToPrompt)
		if err := c.Hangup(); err != nil {
			t.Error(err)
		}
	})
	t.Run("a transfer reaches the phone of the agent", func(t *testing.T) { transfer(t, p, x, clips, dial(), heard) })
	t.Run("an extension calls with its password", func(t *testing.T) {
		ext := p.Settings.Extensions[0]
		o := Options{To: target, User: ext.Number, Password: ext.Password, Index: x}
		c, err := Dial(ctx, o)
		if err != nil {
			t.Fatal(err)
		}
		heard(c, "greeting", true)
		if err := c.Hangup(); err != nil {
			t.Error(err)
		}
		o.Password = "wrong"
		var refused *Refused
		if _, err := Dial(ctx, o); !errors.As(err, &refused) || refused.Status != 401 {
			t.Errorf("with a wrong password: %v", err)
		}
	})
	t.Run("nobody registers with a wrong password", func(t *testing.T) {
		_, err := Answer(ctx, PhoneOptions{Registrar: target, User: p.Settings.Extensions[0].Number, Password: "wrong"})
		if err == nil {
			t.Error("registered")
		}
	})
}

func transfer(t *testing.T, p *asterisk.Process, x *Index, clips map[string][]byte, c *Call, heard func(*Call, string, bool)) {
	ctx := within(t, 30*time.Second)
	ext := p.Settings.Extensions[0]
	agent, err := Answer(ctx, PhoneOptions{
		Registrar: "sip:" + p.Settings.UDP().String(), User: ext.Number, Password: ext.Password,
		// The first packets after an answer are lost while the legs are bridged.
		Index: x, Play: append(silence(4000), clips["agent"]...),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer agent.Close()
	if err := c.Press(ctx, "0"); err != nil {
		t.Fatal(err)
	}
	heard(c, "apology", true)
	taken, err := agent.Next(ctx)
	if err != nil {
		t.Fatal(err)
	}
	heard(c, "agent", true)
	if err := c.Speak(ctx, clips["caller"]); err != nil {
		t.Fatal(err)
	}
	heard(taken, "caller", true)
	if err := c.Press(ctx, "42#"); err != nil {
		t.Fatal(err)
	}
	if keys, err := taken.AwaitKeys(ctx, 3); err != nil || keys != "42#" {
		t.Errorf("keys at the agent: %q, %v", keys, err)
	}
	if err := taken.Hangup(); err != nil {
		t.Error(err)
	}
	if end := c.End(); end.ByUs || end.Err != nil {
		t.Errorf("end: %+v", end)
	}
	if _, err := c.Hear(ctx); !errors.Is(err, ErrOver) {
		t.Errorf("after the agent hung up: %v", err)
	}
}
