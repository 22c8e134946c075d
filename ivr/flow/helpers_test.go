package flow

import (
	"testing"

	"infolinia/ivr"
)

func TestADateAndATimeAreToldInTheLinesZone(t *testing.T) {
	h := helpers{lang: "pl", world: &ivr.World{Location: ivr.Warsaw()}}
	for said, call := range map[string]string{
		"11 czerwca 2026":      `date("2026-06-10T23:30:00Z")`,
		"pierwsza trzydzieści": `time("2026-06-10T23:30:00Z")`,
		"10 czerwca 2026":      `date("2026-06-10")`,
		"dziesiąta":            `time("10:00")`,
	} {
		e, err := ParseText("{{ "+call+" }}", nil)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := e.speak(h.functions(), nil); got != said {
			t.Errorf("%s is %v, %v", call, got, err)
		}
	}
}
