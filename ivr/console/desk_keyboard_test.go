package console

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// shortcut presses a key that gives no text, as a keyboard does with Alt or Ctrl
// or when the page takes the key for itself.
func shortcut(key, code string, held input.Modifier) chromedp.Action {
	press := func(kind input.KeyType) chromedp.Action {
		return input.DispatchKeyEvent(kind).WithKey(key).WithCode(code).WithModifiers(held)
	}
	return chromedp.Tasks{press(input.KeyRawDown), press(input.KeyUp)}
}

func alt(key string) chromedp.Action {
	code := "Key" + strings.ToUpper(key)
	if key >= "0" && key <= "9" {
		code = "Digit" + key
	}
	return shortcut(key, code, input.ModifierAlt)
}

func ctrlEnter() chromedp.Action { return shortcut("Enter", "Enter", input.ModifierCtrl) }

// lastly waits for a command of a page.
func lastly(t *testing.T, f *floorStage, want Command) {
	t.Helper()
	want.Page = "s1.first"
	eventually(t, fmt.Sprintf("%+v", want), func() bool {
		all := f.commands()
		return len(all) > 0 && all[len(all)-1] == want
	})
}

func TestAWholeCallGoesByKeyboardAlone(t *testing.T) {
	f := newFloorStage()
	address := served(t, f.console())
	tab := tabOf(t, chromium(t))
	deskIn(t, tab, address, "first")
	comes(t, tab, "document.querySelector('#task.idle time').textContent")

	f.show(onDesk(aTask(TaskOffered, nil)))
	comes(t, tab, "document.activeElement.dataset.act === 'answer'")
	do(t, tab, alt("r"))
	lastly(t, f, Command{Verb: DoReject, Task: "t1"})

	f.show(onDesk(talking(TalkCaller, nil)))
	comes(t, tab, "document.querySelector('[data-do=hold]')")
	do(t, tab, chromedp.KeyEvent(kb.F4))
	lastly(t, f, Command{Verb: DoHold, Task: "t1"})
	do(t, tab, alt("n"), input.InsertText("pyta / 12?"))
	comes(t, tab, "document.getElementById('note').value === 'pyta / 12?'")
	do(t, tab, alt("t"), input.InsertText("lis"), chromedp.KeyEvent(kb.Enter))
	comes(t, tab, "document.activeElement.dataset.agent === 'piotr'")
	do(t, tab, chromedp.KeyEvent(kb.Enter))
	lastly(t, f, Command{Verb: DoConsult, Task: "t1", To: Target{Agent: "piotr"}})

	f.show(onDesk(talking(TalkConsult, &DeskOther{Name: "Piotr Lis", Answered: true})))
	for key, verb := range map[string]Verb{"z": DoSwap, "j": DoConference, "b": DoCancel, "d": DoComplete} {
		comes(t, tab, fmt.Sprintf("document.querySelector('[data-do=%s]')", verb))
		do(t, tab, alt(key))
		lastly(t, f, Command{Verb: verb, Task: "t1"})
	}
	do(t, tab, chromedp.KeyEvent(kb.F9))
	lastly(t, f, Command{Verb: DoHangUp, Task: "t1"})

	f.show(onDesk(aTask(TaskWrapping, nil)))
	comes(t, tab, "document.querySelector('#finish [type=submit]')")
	do(t, tab, alt("w"))
	lastly(t, f, Command{Verb: DoExtend, Task: "t1", By: 30e9})
	do(t, tab, alt("c"), chromedp.KeyEvent(" "), chromedp.KeyEvent(kb.ArrowRight), ctrlEnter())
	lastly(t, f, Command{Verb: DoFinish, Task: "t1", Code: "transferred", Note: "pyta / 12?"})

	f.show(onDesk(nil))
	comes(t, tab, "document.querySelector('#task.idle')")
	do(t, tab, alt("p"))
	comes(t, tab, "document.activeElement.dataset.reason === 'lunch'")
	do(t, tab, chromedp.KeyEvent(kb.Enter))
	lastly(t, f, Command{Verb: DoPause, Reason: "lunch"})
}

func TestAnAnswerIsFoundAndReadByKeyboardAlone(t *testing.T) {
	f := newFloorStage()
	address := served(t, f.console())
	tab := tabOf(t, chromium(t))
	deskIn(t, tab, address, "first")
	comes(t, tab, "document.querySelector('#task.idle time').textContent")
	do(t, tab, shortcut("/", "Slash", 0), input.InsertText("dow"))
	comes(t, tab, "document.querySelector('#results [data-article]')")
	do(t, tab, chromedp.KeyEvent(kb.ArrowDown))
	comes(t, tab, "document.activeElement.dataset.article === 'dowod-osobisty'")
	do(t, tab, chromedp.KeyEvent(kb.Enter))
	comes(t, tab, "document.querySelector('#s-2.opened')")
	do(t, tab, shortcut("3", "Digit3", 0))
	comes(t, tab, "document.activeElement.id === 's-3' && document.querySelectorAll('.opened').length === 1")
	do(t, tab, alt("s"), alt("4"))
	comes(t, tab, "document.activeElement.id === 's-4'")
	do(t, tab, alt("i"), input.InsertText("12345"), chromedp.KeyEvent(kb.Enter))
	comes(t, tab, "document.querySelector('#case-answer .found')?.textContent.includes('rozpatrywania')")
	// Single keys can be turned off.
	do(t, tab, chromedp.Evaluate("document.activeElement.blur(); document.getElementById('single-keys').click()", nil), shortcut("?", "Slash", input.ModifierShift), shortcut("/", "Slash", 0))
	comes(t, tab, "!document.getElementById('help').open && document.activeElement.id !== 'q'")
}
