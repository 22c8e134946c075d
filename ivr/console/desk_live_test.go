package console

import (
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestAPushKeepsFocusCaretAndWhatIsTyped(t *testing.T) {
	f := newFloorStage()
	address := served(t, f.console())
	tab := tabOf(t, chromium(t))
	f.show(onDesk(talking(TalkCaller, nil)))
	deskIn(t, tab, address, "first")
	comes(t, tab, "document.querySelector('#task time').textContent")
	do(t, tab, alt("n"), input.InsertText("ala ma kota"), chromedp.KeyEvent(kb.Home), chromedp.KeyEvent(kb.ArrowRight))
	do(t, tab, chromedp.Evaluate("document.getElementById('people-filter').value = 'żak'; document.querySelector('#people .scroll').id = 'same'; document.getElementById('callbacks').open = true; 0", nil))
	v := onDesk(talking(TalkHold, nil))
	v.People[2].State = Available
	f.show(v)
	comes(t, tab, "document.querySelector('[data-do=resume]') && document.querySelector('[data-agent=marek]')")
	comes(t, tab, "document.activeElement.id === 'note' && note.value === 'ala ma kota' && note.selectionStart === 1")
	comes(t, tab, "document.getElementById('people-filter').value === 'żak' && document.querySelectorAll('#people li:not([hidden])').length === 1")
	comes(t, tab, "document.getElementById('callbacks').open")
}

func TestFocusOnAButtonThatChangesStaysWithItsKey(t *testing.T) {
	f := newFloorStage()
	address := served(t, f.console())
	tab := tabOf(t, chromium(t))
	f.show(onDesk(talking(TalkCaller, nil)))
	deskIn(t, tab, address, "first")
	comes(t, tab, "document.querySelector('#task time').textContent")
	do(t, tab, chromedp.Focus("[data-do=hold]"))
	f.show(onDesk(talking(TalkHold, nil)))
	comes(t, tab, "document.activeElement.dataset.do === 'resume'")
}

func TestANoteSurvivesAReloadAlsoWhileTheServerRefusesIt(t *testing.T) {
	f := newFloorStage()
	address := served(t, f.console())
	tab := tabOf(t, chromium(t))
	f.show(onDesk(aTask(TaskWrapping, nil)))
	deskIn(t, tab, address, "first")
	comes(t, tab, "document.querySelector('#task time').textContent")
	do(t, tab, alt("n"), input.InsertText("Jutro oddzwonić"), alt("c"), chromedp.KeyEvent(" "))
	do(t, tab, chromedp.Reload())
	comes(t, tab, "document.getElementById('note')?.value === 'Jutro oddzwonić' && document.querySelector('[name=code]:checked')?.value === 'answered'")
	eventually(t, "the draft is stored", func() bool {
		d, _ := f.Draft(t.Context(), "anna", "t1")
		return d == Draft{"Jutro oddzwonić", "answered"}
	})
	f.mu.Lock()
	f.noDrafts = true
	f.mu.Unlock()
	do(t, tab, alt("n"), input.InsertText("!"))
	do(t, tab, chromedp.Reload())
	comes(t, tab, "document.getElementById('note')?.value.endsWith('oddzwonić!')")
}

func TestAWrapUpWithoutACodeSaysSoWhereTheCodesAre(t *testing.T) {
	f := newFloorStage()
	address := served(t, f.console())
	tab := tabOf(t, chromium(t))
	f.show(onDesk(aTask(TaskWrapping, nil)))
	f.refuse = RefusedNoCode
	deskIn(t, tab, address, "first")
	comes(t, tab, "document.querySelector('#task time').textContent")
	do(t, tab, ctrlEnter())
	comes(t, tab, "document.getElementById('finish-error').textContent === 'Proszę wybrać kod rozmowy.' && document.activeElement.name === 'code'")
}

func TestARefusalIsShownAndCanBeDismissed(t *testing.T) {
	f := newFloorStage()
	address := served(t, f.console())
	tab := tabOf(t, chromium(t))
	f.show(onDesk(talking(TalkCaller, nil)))
	f.refuse = RefusedNoCall
	deskIn(t, tab, address, "first")
	comes(t, tab, "document.querySelector('#task time').textContent")
	do(t, tab, chromedp.KeyEvent(kb.F4))
	comes(t, tab, "document.getElementById('alert').textContent.includes('Tej rozmowy już nie ma.')")
	shot(t, tab, "refused")
	do(t, tab, chromedp.Click("#alert button"))
	comes(t, tab, "!document.querySelector('#alert .toast')")
}

func TestASecondTabTakesOverOnlyWhenAsked(t *testing.T) {
	f := newFloorStage()
	address := served(t, f.console())
	ctx := chromium(t)
	first, second := tabOf(t, ctx), tabOf(t, ctx)
	deskIn(t, first, address, "first")
	comes(t, first, "document.querySelector('#task.idle')")
	// A duplicated tab brings the name along, and gives it up.
	deskIn(t, second, address, "first")
	comes(t, second, "document.querySelector('[data-act=takeover]')")
	comes(t, first, "document.querySelector('#task.idle')")
	do(t, second, chromedp.Click("[data-act=takeover]"))
	comes(t, second, "document.querySelector('#task.idle')")
	comes(t, first, "document.querySelector('[data-act=takeover]')")
	do(t, second, chromedp.Reload())
	comes(t, second, "document.querySelector('#task.idle time')?.textContent")
}

func TestThePageComesBackWhenTheServerDoes(t *testing.T) {
	f := newFloorStage()
	address := served(t, f.console())
	tab := tabOf(t, chromium(t))
	deskIn(t, tab, address, "first")
	comes(t, tab, "document.querySelector('#task.idle time').textContent")
	eventually(t, "the page listens", func() bool { return f.cut() > 0 })
	comes(t, tab, "!document.getElementById('lost').hidden")
	f.show(onDesk(aTask(TaskOffered, nil)))
	comes(t, tab, "document.getElementById('lost').hidden && document.querySelector('[data-act=answer]')")
}

func TestLookAndLanguageAreKept(t *testing.T) {
	f := newFloorStage()
	address := served(t, f.console())
	tab := tabOf(t, chromium(t))
	deskIn(t, tab, address, "first")
	comes(t, tab, "document.querySelector('#task.idle time').textContent")
	do(t, tab, chromedp.Click("[data-act=theme]"))
	comes(t, tab, "document.documentElement.dataset.theme === 'dark'")
	do(t, tab, chromedp.Click("[data-act=lang]"))
	do(t, tab, chromedp.WaitVisible("html[lang=en] #task.idle", chromedp.ByQuery))
	comes(t, tab, "document.documentElement.lang === 'en' && document.documentElement.dataset.theme === 'dark' && document.querySelector('#task.idle time')?.textContent")
	shot(t, tab, "idle-english-dark")
	for _, v := range violations(t, tab) {
		t.Error(v)
	}
}
