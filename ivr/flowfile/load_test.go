package flowfile

import "testing"

func TestTheExampleOfTheLanguageIsAccepted(t *testing.T) {
	b, problems := Load("testdata/example")
	for _, p := range problems {
		t.Log(p)
	}
	if b.Program == nil {
		t.Fatal("the example has errors")
	}
}
