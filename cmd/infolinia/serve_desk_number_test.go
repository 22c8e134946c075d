package main

import (
	"strings"
	"testing"

	"infolinia/ivr/config"
)

func TestANumberToCallBackIsKeptClosed(t *testing.T) {
	old := envelope{Current: "1", Keys: map[string]config.Secret{"1": "first"}}
	sealed, err := old.seal("+48600100200")
	if err != nil || strings.Contains(sealed, "600100200") {
		t.Fatalf("%q %v", sealed, err)
	}
	if again, err := old.seal("+48600100200"); again != sealed || err != nil {
		t.Errorf("the same number is %q and %q, %v", sealed, again, err)
	}
	if other, _ := old.seal("+48600100201"); other == sealed {
		t.Error("two numbers look the same")
	}
	after := envelope{Current: "2", Keys: map[string]config.Secret{"1": "first", "2": "second"}}
	if number, err := after.open(sealed); number != "+48600100200" || err != nil {
		t.Errorf("with a newer key: %q, %v", number, err)
	}
	for _, bad := range []string{"", "1", "1:", "1:AAAA", "3:" + sealed[2:], "2:" + sealed[2:], sealed[:len(sealed)-2] + "AA"} {
		if number, err := after.open(bad); err == nil {
			t.Errorf("%q opens to %q", bad, number)
		}
	}
	if sealed, err := old.seal(""); sealed != "" || err != nil {
		t.Errorf("a withheld number is %q, %v", sealed, err)
	}
}
