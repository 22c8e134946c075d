package console

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/prometheus/client_golang/prometheus"

	"infolinia/ivr/store"
)

// withPhones is a console whose pages may reach the registrar.
func (f *floorStage) withPhones(g *registrar) http.Handler {
	f.account = PhoneAccount{URI: "sip:agent-anna@infolinia.invalid", User: "agent-anna", Secret: "s", Sockets: []string{g.address}}
	return New(Settings{Line: emptyDesk(), Calls: store.NewMemory(), Metrics: prometheus.NewRegistry(),
		Desk: &DeskPage{Signed: signed, Desk: f, Phones: f, Answers: f, History: f, Drafts: f, Cases: f, Elsewhere: []string{g.address}}})
}

const phoneReady = "document.querySelector('#phone .state')?.textContent === 'Telefon: gotowy'"

// farEnd makes the page hold the other end of a call as well, and is its offer.
func farEnd(t *testing.T, ctx context.Context) string {
	t.Helper()
	var sdp string
	do(t, ctx, chromedp.Evaluate(`(async () => {
		const far = window.far = new RTCPeerConnection();
		const tone = new AudioContext(), source = tone.createOscillator(), out = tone.createMediaStreamDestination();
		source.connect(out); source.start();
		far.addTrack(out.stream.getAudioTracks()[0], out.stream);
		await far.setLocalDescription(await far.createOffer());
		if (far.iceGatheringState !== 'complete') await new Promise(done => far.addEventListener('icegatheringstatechange', () => far.iceGatheringState === 'complete' && done()));
		return far.localDescription.sdp;
	})()`, &sdp, awaited))
	return sdp
}

// connects gives the far end the phone's answer.
func connects(t *testing.T, ctx context.Context, answer string) {
	t.Helper()
	_, sdp, _ := strings.Cut(answer, "\r\n\r\n")
	quoted, _ := json.Marshal(sdp)
	do(t, ctx, chromedp.Evaluate(fmt.Sprintf("far.setRemoteDescription({type: 'answer', sdp: %s})", quoted), nil, awaited))
	comes(t, ctx, "far.connectionState === 'connected'")
}

func TestACallIsAnsweredHeardMutedAndOutlivesItsWebsocket(t *testing.T) {
	f, g := newFloorStage(), newRegistrar(t)
	address := served(t, f.withPhones(g))
	tab := tabOf(t, chromium(t))
	deskIn(t, tab, address, "first")
	comes(t, tab, phoneReady)
	shot(t, tab, "idle-registered")

	f.show(onDesk(aTask(TaskOffered, nil)))
	comes(t, tab, "document.activeElement.dataset.act === 'answer'")
	// The agent is faster than the call.
	do(t, tab, chromedp.KeyEvent(kb.F2))
	g.send(g.request("INVITE", "c1", 1, "", "X-Infolinia-Task: t1\r\n", farEnd(t, tab)))
	eventually(t, "the phone answers", func() bool { return g.got("SIP/2.0 200", "INVITE") != "" })
	answer := g.got("SIP/2.0 200", "INVITE")
	g.send(g.request("ACK", "c1", 1, tagOf(answer), "", ""))
	connects(t, tab, answer)
	f.show(onDesk(talking(TalkCaller, nil)))
	comes(t, tab, "document.getElementById('mute') && document.getElementById('far').srcObject?.getAudioTracks()[0]?.muted === false")

	do(t, tab, chromedp.KeyEvent(kb.F8))
	comes(t, tab, "document.getElementById('mute').getAttribute('aria-pressed') === 'true' && document.getElementById('mute').textContent.startsWith('Wyciszony')")
	do(t, tab, chromedp.KeyEvent(kb.F8), alt("k"))
	comes(t, tab, "document.activeElement.dataset.tone === '1'")
	shot(t, tab, "keypad")

	before := g.count("REGISTER ")
	g.drop()
	eventually(t, "the phone registers again", func() bool { return g.count("REGISTER ") > before })
	comes(t, tab, phoneReady+" && far.connectionState === 'connected'")
	if n := g.count("BYE "); n > 0 {
		t.Errorf("the phone said good-bye %d times", n)
	}
	g.send(g.request("BYE", "c1", 2, tagOf(answer), "", ""))
	eventually(t, "the end is confirmed", func() bool { return g.got("SIP/2.0 200", "BYE") != "" })
	for _, c := range f.commands() {
		if c.Verb == DoRejoin {
			t.Error("a new leg was asked for, though the call had one")
		}
	}
}

func TestAReloadInTheMiddleOfACallSaysNothingToTheOtherSideAndAsksForANewLeg(t *testing.T) {
	f, g := newFloorStage(), newRegistrar(t)
	address := served(t, f.withPhones(g))
	tab := tabOf(t, chromium(t))
	f.show(onDesk(talking(TalkCaller, nil)))
	deskIn(t, tab, address, "first")
	comes(t, tab, phoneReady)
	lastly(t, f, Command{Verb: DoRejoin, Task: "t1"})
	g.send(g.request("INVITE", "c2", 1, "", "X-Infolinia-Task: t1\r\nX-Infolinia-Auto: yes\r\n", farEnd(t, tab)))
	eventually(t, "the phone answers by itself", func() bool { return g.got("SIP/2.0 200", "INVITE") != "" })
	g.send(g.request("ACK", "c2", 1, tagOf(g.got("SIP/2.0 200", "INVITE")), "", ""))
	connects(t, tab, g.got("SIP/2.0 200", "INVITE"))
	asked := len(f.commands())
	do(t, tab, chromedp.Reload())
	comes(t, tab, phoneReady)
	eventually(t, "a new leg is asked for", func() bool { return len(f.commands()) > asked })
	if g.count("BYE ") > 0 || g.count("REGISTER ", "expires=0") > 0 || g.count("REGISTER ", "Expires: 0") > 0 {
		t.Error("the page that went ended the call or the registration")
	}
}

func TestACallWhoseEndDidNotArriveIsOverWhenTheDeskSaysSo(t *testing.T) {
	f, g := newFloorStage(), newRegistrar(t)
	address := served(t, f.withPhones(g))
	tab := tabOf(t, chromium(t))
	f.show(onDesk(aTask(TaskOffered, func(task *DeskTask) { task.Auto = true })))
	deskIn(t, tab, address, "first")
	comes(t, tab, phoneReady)
	g.send(g.request("INVITE", "c4", 1, "", "X-Infolinia-Task: t1\r\nX-Infolinia-Auto: yes\r\n", farEnd(t, tab)))
	eventually(t, "the phone answers by itself", func() bool { return g.got("SIP/2.0 200", "INVITE") != "" })
	g.send(g.request("ACK", "c4", 1, tagOf(g.got("SIP/2.0 200", "INVITE")), "", ""))
	f.show(onDesk(talking(TalkCaller, nil)))
	comes(t, tab, "document.getElementById('task').dataset.view === 'connected'")
	g.drop()
	eventually(t, "the phone registers again", func() bool { return g.open() == 1 })
	comes(t, tab, phoneReady)
	f.show(onDesk(aTask(TaskWrapping, nil)))
	eventually(t, "the phone says good-bye", func() bool { return g.count("BYE ") == 1 })
	g.send(g.request("INVITE", "c5", 1, "", "X-Infolinia-Task: t2\r\n", farEnd(t, tab)))
	eventually(t, "the phone rings for the next one", func() bool { return strings.Contains(g.got("SIP/2.0 180", "INVITE"), "c5") })
}

func TestATabThatIsTakenOverFallsSilentWithoutEndingTheCall(t *testing.T) {
	f, g := newFloorStage(), newRegistrar(t)
	address := served(t, f.withPhones(g))
	tab := tabOf(t, chromium(t))
	f.show(onDesk(aTask(TaskOffered, func(task *DeskTask) { task.Auto = true })))
	deskIn(t, tab, address, "first")
	comes(t, tab, phoneReady)
	g.send(g.request("INVITE", "c3", 1, "", "X-Infolinia-Task: t1\r\nX-Infolinia-Auto: yes\r\n", farEnd(t, tab)))
	eventually(t, "the phone answers by itself", func() bool { return g.got("SIP/2.0 200", "INVITE") != "" })
	g.send(g.request("ACK", "c3", 1, tagOf(g.got("SIP/2.0 200", "INVITE")), "", ""))
	v := onDesk(talking(TalkCaller, nil))
	v.Me.Page = "s2.other"
	f.show(v)
	comes(t, tab, "document.querySelector('[data-act=takeover]')")
	eventually(t, "the websocket is closed", func() bool { return g.open() == 0 })
	if g.count("BYE ") > 0 || g.count("REGISTER ", "expires=0") > 0 {
		t.Error("the old tab ended the call or the registration")
	}
}

func TestTheCheckSaysWhatFailsAndStartsWorkWhenNothingDoes(t *testing.T) {
	f, g := newFloorStage(), newRegistrar(t)
	h := f.withPhones(g)
	good := f.account
	f.account = PhoneAccount{}
	v := onDesk(nil)
	v.Me.State, v.Me.Page = Offline, "nobody"
	f.show(v)
	address := served(t, h)
	tab := tabOf(t, chromium(t))
	deskIn(t, tab, address, "first")
	comes(t, tab, "document.querySelector('[data-check=registration][data-result=bad] .remedy')?.textContent.startsWith('Telefonu nie można')")
	shot(t, tab, "check-failed")
	f.mu.Lock()
	f.account = good
	f.account.Sockets = []string{"ws://127.0.0.1:1/"}
	f.mu.Unlock()
	comes(t, tab, "document.querySelector('[data-act=start]').textContent === 'Sprawdź ponownie'")
	f.mu.Lock()
	f.account = good
	f.mu.Unlock()
	do(t, tab, chromedp.Click("[data-act=start]"))
	comes(t, tab, "document.querySelector('[data-act=start]').textContent === 'Zacznij pracę'")
	comes(t, tab, "document.querySelectorAll('[data-result=good]').length === 4 && document.querySelector('[data-check=certificate]').textContent.includes('tylko na tym komputerze')")
	for _, v := range violations(t, tab) {
		t.Error(v)
	}
	shot(t, tab, "check-good")
	do(t, tab, chromedp.Click("[data-act=start]"))
	comes(t, tab, "document.querySelector('#task.idle')")
	lastly(t, f, Command{Verb: DoLogin})
}
