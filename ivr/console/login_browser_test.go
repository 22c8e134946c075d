package console

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestSomebodyLogsInByKeyboardInABrowserAndThePagesAreAccessible(t *testing.T) {
	x := openExchange(t)
	o := withTelephone(t, x)
	ctx := chromium(t)
	for _, theme := range []string{"light", "dark"} {
		tab := tabOf(t, ctx)
		look := func(name, there string) {
			t.Helper()
			arrives(t, tab, there)
			do(t, tab, chromedp.Evaluate("document.documentElement.dataset.theme = '"+theme+"'; 0", nil))
			for _, v := range violations(t, tab) {
				t.Errorf("%s, %s: %s", name, theme, v)
			}
			shot(t, tab, name+"-"+theme)
		}
		do(t, tab, chromedp.Navigate(o.server.URL+"/secret"))
		look("login", "document.activeElement.id == 'login'")
		do(t, tab, chromedp.KeyEvent("ewa"+kb.Tab+"wrong"+kb.Enter))
		look("login-wrong", "document.getElementById('why')")
		arrives(t, tab, "document.activeElement.id == 'password'")
		do(t, tab, chromedp.KeyEvent(password+kb.Enter))
		look("closed", "document.body.textContent.includes('Konto ewa (redaktor)')")
		do(t, tab, chromedp.KeyEvent(kb.Tab+kb.Enter))
		look("left", "document.querySelector('[role=status]')")
		do(t, tab, chromedp.KeyEvent("anna"+kb.Tab+password+kb.Enter))
		arrives(t, tab, "location.pathname == '/desk'")
		do(t, tab, chromedp.Navigate(o.server.URL+"/secret"))
		arrives(t, tab, "document.body.textContent == 'hello anna'")
		do(t, tab, chromedp.Navigate(o.server.URL+"/login?lang=pl"))
		arrives(t, tab, "document.getElementById('login')")
		speaks(t, tab, x)
		if err := o.accounts.LogOutEverywhere(t.Context(), "anna"); err != nil {
			t.Fatal(err)
		}
		arrives(t, tab, "window.phone.readyState == WebSocket.CLOSED")
		<-x.gone
	}
}

// arrives waits until an expression is true, in whichever page the tab comes to.
func arrives(t *testing.T, tab context.Context, expression string) {
	t.Helper()
	eventually(t, expression, func() (is bool) {
		err := chromedp.Run(tab, chromedp.Evaluate("!!("+expression+")", &is))
		return err == nil && is
	})
}

// speaks opens a telephone's websocket from the page, as its policy lets it.
func speaks(t *testing.T, tab context.Context, x *exchange) {
	t.Helper()
	do(t, tab, chromedp.Evaluate(`window.phone = new WebSocket("ws://" + location.host + "/desk/phone", "sip");
		phone.onopen = () => phone.send("REGISTER"); phone.onmessage = e => window.heard = e.data; 0`, nil))
	arrives(t, tab, "window.heard == 'REGISTER'")
	<-x.asked
}

func TestABrowserAtAnotherSiteIsNotLetIntoThePagesOfWhoIsLoggedIn(t *testing.T) {
	x := openExchange(t)
	o := withTelephone(t, x)
	token, _, err := o.accounts.LogIn(t.Context(), "anna", password, "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	tab := tabOf(t, chromium(t))
	at, err := url.Parse(o.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	// The other site is this very host on another port: browsers send cookies there.
	evil := served(t, another(`<!doctype html><title>evil</title><form method="post" action="`+o.server.URL+`/logout"><button>x</button></form>`))
	do(t, tab, chromedp.Navigate(o.server.URL+"/login"), chromedp.Evaluate(`document.cookie = "infolinia=`+token+`; path=/"; 0`, nil),
		chromedp.Navigate(evil),
		chromedp.Evaluate(`window.phone = new WebSocket("ws://`+at.Host+`/desk/phone", "sip");
			phone.onopen = () => window.came = "in"; phone.onerror = () => window.came = "refused"; 0`, nil))
	arrives(t, tab, "window.came")
	var came string
	do(t, tab, chromedp.Evaluate("window.came", &came), chromedp.Click("button", chromedp.ByQuery))
	arrives(t, tab, "document.body.textContent.includes('another site')")
	if _, err := o.accounts.Session(t.Context(), token); err != nil || came != "refused" {
		t.Error("logged out by another site, or its telephone was let in: ", err, came)
	}
	if len(x.asked) > 0 {
		t.Error("Asterisk was asked")
	}
}

// another is a site that is not ours.
func another(page string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, page)
	})
}
