package console

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"infolinia/ivr"
)

// browserPatience is how long a page may take for anything on a busy machine.
const browserPatience = 20 * time.Second

// chromium starts a Chromium that gives every page a microphone.
func chromium(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath("/usr/bin/chromium"), chromedp.NoSandbox,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("use-fake-device-for-media-stream", true), chromedp.Flag("use-fake-ui-for-media-stream", true),
		chromedp.Flag("autoplay-policy", "no-user-gesture-required"), chromedp.Flag("hide-scrollbars", false),
		chromedp.WindowSize(1280, 720), chromedp.WSURLReadTimeout(browserPatience))
	started, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	quiet := func(string, ...any) {} // events that a newer Chromium has
	ctx, stop := chromedp.NewContext(started, chromedp.WithErrorf(quiet))
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx) // waits for its end
		stop()
	})
	if err := chromedp.Run(ctx); err != nil {
		t.Fatalf("Chromium does not start (asterisk/provide test installs it): %v", err)
	}
	return ctx
}

// served serves until the test is over.
func served(t *testing.T, h http.Handler) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return server.URL
}

// tabOf opens another tab of the browser.
func tabOf(t *testing.T, ctx context.Context) context.Context {
	t.Helper()
	tab, stop := chromedp.NewContext(ctx)
	t.Cleanup(stop)
	// The first run, and only it, ties the tab to its context.
	if err := chromedp.Run(tab); err != nil {
		t.Fatal(err)
	}
	return tab
}

// do runs actions in a tab.
func do(t *testing.T, ctx context.Context, actions ...chromedp.Action) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, browserPatience)
	defer cancel()
	if err := chromedp.Run(ctx, actions...); err != nil {
		t.Helper()
		t.Fatal(err)
	}
}

// comes waits until an expression is true in the page.
func comes(t *testing.T, ctx context.Context, expression string) {
	t.Helper()
	within, cancel := context.WithTimeout(ctx, browserPatience)
	defer cancel()
	if err := chromedp.Run(within, chromedp.Poll(expression, nil, chromedp.WithPollingInterval(20*time.Millisecond))); err != nil {
		var body string
		_ = chromedp.Run(ctx, chromedp.Evaluate("document.activeElement.outerHTML.slice(0, 300) + '\\n' + document.getElementById('task')?.outerHTML", &body))
		t.Fatalf("never: %s: %v\n%s", expression, err, body)
	}
}

// eventually waits for something on our side that the page brings about.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.NewTimer(browserPatience)
	defer deadline.Stop()
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for !holds() {
		select {
		case <-deadline.C:
			t.Fatalf("never: %s", what)
		case <-look.C:
		}
	}
}

// deskIn opens the desk in a tab that has a name.
func deskIn(t *testing.T, ctx context.Context, address, tab string) {
	t.Helper()
	do(t, ctx, emulation.SetDeviceMetricsOverride(1280, 720, 1, false), emulation.SetFocusEmulationEnabled(true),
		chromedp.ActionFunc(func(ctx context.Context) error {
			_, err := cdppage.AddScriptToEvaluateOnNewDocument(fmt.Sprintf("sessionStorage.getItem('infolinia.tab') || sessionStorage.setItem('infolinia.tab', %q)", tab)).Do(ctx)
			return err
		}), chromedp.Navigate(address+"/desk"))
}

// shots is where screenshots go; empty: none are taken.
func shots() string { return os.Getenv("INFOLINIA_SHOTS") }

func shot(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	if shots() == "" {
		return
	}
	var png []byte
	do(t, ctx, chromedp.CaptureScreenshot(&png))
	if err := os.WriteFile(filepath.Join(shots(), name+".png"), png, 0o644); err != nil {
		t.Fatal(err)
	}
}

// violations are what axe-core finds wrong with a page, by WCAG 2.1 A and AA.
func violations(t *testing.T, ctx context.Context) []string {
	t.Helper()
	axe, err := os.ReadFile("web/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("make build brings axe-core: %v", err)
	}
	var result string
	run := `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}).then(r => JSON.stringify(
		r.violations.flatMap(v => v.nodes.map(n => v.id + ": " + n.target.join(" ") + ": " + n.failureSummary + " " + n.html.slice(0, 200)))))`
	do(t, ctx, chromedp.Evaluate(string(axe)+"; 0", nil), chromedp.Evaluate(run, &result, awaited))
	var found []string
	if err := json.Unmarshal([]byte(result), &found); err != nil {
		t.Fatal(err)
	}
	return found
}

func TestEveryStateOfTheDeskIsAccessibleInLightAndDark(t *testing.T) {
	f := newFloorStage()
	address := served(t, f.console())
	ctx := chromium(t)
	for _, theme := range []string{"light", "dark"} {
		tab := tabOf(t, ctx)
		f.show(onDesk(nil))
		deskIn(t, tab, address, "first")
		for n, s := range stageViews() {
			mark := fmt.Sprintf("%s %d", theme, n)
			s.view.Destinations[0].Title = ivr.Texts{"pl": mark} // tells when the page is there
			f.show(s.view)
			comes(t, tab, fmt.Sprintf("document.querySelector('#people [data-name=%q]')", mark))
			do(t, tab, chromedp.Evaluate(fmt.Sprintf("document.documentElement.dataset.theme = %q; 0", theme), nil))
			if strings.HasPrefix(s.name, "talk") || strings.HasPrefix(s.name, "offered") {
				comes(t, tab, "document.querySelector('#article article') || !document.querySelector('#task [data-article]')")
			}
			for _, v := range violations(t, tab) {
				t.Errorf("%s, %s: %s", s.name, theme, v)
			}
			shot(t, tab, s.name+"-"+theme)
		}
		f.show(onDesk(nil))
		comes(t, tab, "document.querySelector('#task.idle')")
		do(t, tab, chromedp.Evaluate("document.activeElement.blur()", nil), shortcut("?", "Slash", input.ModifierShift))
		comes(t, tab, "document.getElementById('help').open")
		for _, v := range violations(t, tab) {
			t.Errorf("help, %s: %s", theme, v)
		}
		shot(t, tab, "help-"+theme)
		do(t, tab, chromedp.KeyEvent(kb.Escape))
		if theme == "light" {
			f.show(onDesk(talking(TalkCaller, nil)))
			comes(t, tab, "document.querySelector('[data-do=hold]')")
			do(t, tab, emulation.SetDeviceMetricsOverride(640, 360, 2, false))
			shot(t, tab, "zoomed")
			comes(t, tab, "document.documentElement.scrollWidth <= innerWidth")
		}
		if err := chromedp.Cancel(tab); err != nil {
			t.Fatal(err)
		}
	}
}

// awaited has an evaluation wait for its promise.
func awaited(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }
