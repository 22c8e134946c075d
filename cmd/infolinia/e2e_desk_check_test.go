package main

import (
	"testing"

	"github.com/chromedp/chromedp"
)

func TestThePageSaysWhichPartOfTheTelephoneFails(t *testing.T) {
	t.Parallel()
	l := startLine(t)
	l.hire(t, "anna", "--queues", "info")
	anna := l.seat(t, "anna", annaHz)
	anna.passes()
	if err := l.asterisk.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	anna.do("reload", chromedp.Reload())
	anna.sees(`(() => {
		const start = document.querySelector("[data-act=start]"), result = name => document.querySelector("[data-check=" + name + "]").dataset.result;
		if (!start.disabled && result("certificate") === "open") start.click();
		return result("certificate") === "good" && result("microphone") === "good" && result("registration") === "bad";
	})()`)
	anna.says("[data-check=registration]", "zarejestrować")
}
