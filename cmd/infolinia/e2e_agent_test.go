package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/zaf/g711"

	"infolinia/ivr/caller"
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
	hz    float64 // of the microphone
	ctx   context.Context
	end   context.CancelFunc // kills the browser
}

// seat opens the desk in a browser and logs an agent in, as far as the check of
// the telephone.
func (l *line) seat(t testing.TB, login string, hz float64) *agentPage {
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
	p := &agentPage{t: t, login: login, hz: hz, ctx: ctx, end: func() { end(); endAll() }}
	t.Cleanup(p.end)
	if err := chromedp.Run(ctx); err != nil { // the browser lives as long as this context
		t.Fatal(err)
	}
	p.do("open the page", chromedp.Navigate("http://"+l.http+"/desk"),
		chromedp.SendKeys("#login", login), chromedp.SendKeys("#password", agentPassword), chromedp.Click("button[type=submit]"),
		chromedp.WaitVisible("#checks"))
	return p
}

// works checks the telephone and begins to take calls.
func (p *agentPage) works() *agentPage {
	p.t.Helper()
	p.click("[data-act=start]")
	p.sees(`[...document.querySelectorAll("#checks li")].every(c => c.dataset.result === "good")`)
	p.click("[data-act=start]")
	p.shows("idle")
	p.sees(`document.getElementById("me").dataset.state === "available" || document.getElementById("me").dataset.state === "break"`)
	if p.is(`document.getElementById("me").dataset.state === "break"`) {
		p.click("#me [data-do=ready]")
	}
	p.sees(`document.getElementById("me").dataset.state === "available"`)
	return p
}

func (p *agentPage) do(what string, actions ...chromedp.Action) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Run(ctx, actions...); err != nil {
		var text string
		_ = chromedp.Run(p.ctx, chromedp.Text("body", &text))
		p.t.Fatalf("%s at the desk of %s: %v; the page says:\n%s", what, p.login, err, text)
	}
}

// click clicks what can be clicked, as soon as it is there.
func (p *agentPage) click(selector string) {
	p.t.Helper()
	p.do("click "+selector, chromedp.WaitEnabled(selector, chromedp.ByQuery), chromedp.Click(selector, chromedp.ByQuery))
}

// is asks the page once.
func (p *agentPage) is(expression string) (yes bool) {
	p.t.Helper()
	p.do("ask "+expression, chromedp.Evaluate(expression, &yes))
	return yes
}

// sees waits until an expression of the page is true.
func (p *agentPage) sees(expression string) {
	p.t.Helper()
	p.do("wait for "+expression, chromedp.Poll(expression, nil, chromedp.WithPollingInterval(50*time.Millisecond), chromedp.WithPollingTimeout(patience)))
}

// shows waits for what the middle of the page is about: idle, offered, connected,
// wrapping.
func (p *agentPage) shows(view string) {
	p.t.Helper()
	p.sees(fmt.Sprintf(`document.getElementById("task")?.dataset.view === %q`, view))
}

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
	p.shows("idle")
}

// hears waits until a tone is what comes out of the page's loudspeaker.
func (p *agentPage) hears(hz float64) {
	p.t.Helper()
	p.sees(fmt.Sprintf(`(() => {
		const far = document.getElementById("far");
		if (!far.srcObject) return false;
		if (window.earOf !== far.srcObject) {
			window.earOf = far.srcObject;
			window.earContext ??= new AudioContext();
			window.ear = window.earContext.createAnalyser();
			window.ear.fftSize = 8192;
			window.earContext.createMediaStreamSource(far.srcObject).connect(window.ear);
		}
		const bins = new Float32Array(window.ear.frequencyBinCount);
		window.ear.getFloatFrequencyData(bins);
		let top = 0;
		for (let i = 0; i < bins.length; i++) if (bins[i] > bins[top]) top = i;
		return bins[top] > -60 && Math.abs(top * window.earContext.sampleRate / window.ear.fftSize - %f) < 40;
	})()`, hz))
}

// hums speaks a tone to whoever is at the other end, until the test is over.
func (e *ear) hums(hz float64) {
	ctx, stop := context.WithCancel(e.t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = e.Speak(ctx, caller.Tone(hz, 10*time.Minute)) // ends with the call
	}()
	e.t.Cleanup(func() { stop(); <-done })
}

// hearsTone waits until a tone is what comes to the caller.
func (e *ear) hearsTone(hz float64) {
	e.t.Helper()
	eventually(e.t, fmt.Sprintf("%s hears %.0f Hz", e.from, hz), func() bool { return share(e.Lately(200*time.Millisecond), hz) > 0.5 })
}

// share is how much of the energy of A-law is at a frequency, by Goertzel's
// algorithm; 0 for silence.
func share(alaw []byte, hz float64) float64 {
	var energy, s1, s2 float64
	k := 2 * math.Cos(2*math.Pi*hz/8000)
	for _, b := range alaw {
		x := float64(g711.DecodeAlawFrame(b)) / 32768
		energy += x * x
		s2, s1 = s1, x+k*s1-s2
	}
	n := float64(len(alaw))
	if n == 0 || energy < 1e-6*n {
		return 0
	}
	return 2 * (s1*s1 + s2*s2 - k*s1*s2) / n / energy
}

// pulses is a recording of a tone that comes and goes, so that a browser does not
// take it for noise: 48 kHz, 16 bit, one channel.
func pulses(hz float64) []byte {
	const rate, beat = 48000, 24000
	samples := make([]int16, 4*rate)
	for i := range samples {
		if i%beat < beat*4/5 {
			samples[i] = int16(12000 * math.Sin(2*math.Pi*hz*float64(i)/rate))
		}
	}
	var out bytes.Buffer
	write := func(v any) { _ = binary.Write(&out, binary.LittleEndian, v) } // a Buffer does not fail
	out.WriteString("RIFF")
	write(uint32(36 + 2*len(samples)))
	out.WriteString("WAVEfmt ")
	write([]uint32{16, 1<<16 | 1, rate, 2 * rate, 16<<16 | 2})
	out.WriteString("data")
	write(uint32(2 * len(samples)))
	write(samples)
	return out.Bytes()
}
