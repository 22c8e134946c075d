package pbx

import (
	"slices"
	"strings"
	"testing"

	"infolinia/ivr/pbx/fakeari"
)

func TestOnlyVersionsWithoutKnownHolesAreFit(t *testing.T) {
	for version, fit := range map[string]bool{
		"22.10.1": true, "22.10.2": true, "22.11.0": true, "22.11.0-rc2": true, "22.12.3": true,
		"22.10.1~dfsg+~cs6.15.60671435-2": true,
		"22.10.0":                         false, "22.9.5": false, "22.11.0-rc1": false, "21.12.4": false, "23.4.0": false, "GIT-22-abc": false, "": false,
	} {
		if got := unfit(version) == ""; got != fit {
			t.Errorf("%q: fit %v", version, got)
		}
	}
}

func TestCheckSaysWhatIsMissingAndWhatToDo(t *testing.T) {
	old := func(s *fakeari.Server) {
		s.Version("22.9.0", slices.DeleteFunc(modules(), func(m string) bool { return m == "res_stasis_recording.so" })...)
	}
	fake(t, old, func(t *testing.T, r *rig) {
		missing, err := r.phone.Check(t.Context())
		r.ok(err)
		if len(missing) != 2 {
			t.Fatalf("missing: %v", missing)
		}
		if s := missing[0].String(); !strings.Contains(s, "22.9.0") || !strings.Contains(s, "install") {
			t.Errorf("says %q", s)
		}
		if s := missing[1].String(); !strings.Contains(s, "res_stasis_recording") || !strings.Contains(s, "modules.conf") {
			t.Errorf("says %q", s)
		}
	})
}
