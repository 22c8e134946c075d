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

func TestTheOfficeCallsBackNobodyWhoWouldCostItDearly(t *testing.T) {
	loaded, err := config.Load(config.Source{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	for number, want := range map[string]bool{
		"243645555": true, "48243645555": true, "+48600100200": true, "0048731904001": true, "450123456": true,
		"700123456": false, "48708123456": false, "801123456": false, "112": false, "+4915112345678": false, "0037012345678": false,
		"300123456": false, "24364555": false, "2436455551": false, "243645555#": false, "": false,
	} {
		if got := callable(&loaded.Config, number) == nil; got != want {
			t.Errorf("%q may be called: %v", number, got)
		}
	}
}
