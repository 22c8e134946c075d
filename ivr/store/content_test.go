package store

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"infolinia/ivr"
)

func TestTheSameReportGetsTheSameNumberAndAnotherAnother(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		seen := map[string]string{}
		var mu sync.Mutex
		var wg sync.WaitGroup
		for worker := range 4 {
			wg.Go(func() {
				for i := range 50 {
					id := fmt.Sprintf("c.%d", (i+worker*13)%50)
					number, err := s.IssueReport(t.Context(), id)
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					if known, ok := seen[id]; ok && known != number {
						t.Errorf("%s got %s and %s", id, known, number)
					}
					seen[id] = number
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		numbers := map[string]bool{}
		for _, n := range seen {
			numbers[n] = true
			if !ValidReport(n) {
				t.Errorf("%s is not valid", n)
			}
		}
		if len(numbers) != 50 {
			t.Errorf("%d numbers for 50 reports", len(numbers))
		}
	})
}

func TestEveryReportNumberComesOnceBeforeOneComesAgain(t *testing.T) {
	key := []byte("0123456789abcdef0123456789abcdef")
	seen := make(map[string]bool, reportCount)
	for n := int64(1); n <= reportCount; n++ {
		number := reportNumber(n, key)
		if seen[number] || !ValidReport(number) {
			t.Fatalf("number %d is %s: seen %v, valid %v", n, number, seen[number], ValidReport(number))
		}
		seen[number] = true
	}
	if first := reportNumber(1, key); reportNumber(reportCount+1, key) != first {
		t.Error("the second round does not begin like the first")
	}
}

func TestACheckDigitFindsEverySingleWrongDigit(t *testing.T) {
	for _, good := range []string{reportNumber(1, []byte("k")), reportNumber(77, []byte("k"))} {
		for i := range good {
			for d := '0'; d <= '9'; d++ {
				bad := good[:i] + string(d) + good[i+1:]
				if bad != good && ValidReport(bad) {
					t.Errorf("%s passes for %s", bad, good)
				}
			}
		}
	}
	// The example of ISO/IEC 7064 for MOD 11,10.
	if got := checkDigit("0794"); got != '5' {
		t.Errorf("check digit of 0794 is %c, want 5", got)
	}
	for _, s := range []string{"", "12345", "1234567", "12345a", "07945x", strings.Repeat("0", 6)} {
		if ValidReport(s) {
			t.Errorf("%q is valid", s)
		}
	}
}

func TestTheNewestVersionsAreKeptAndThoseOfLiveCalls(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		slot := hold(t, s, "infolinia-1", "a")
		put := func(n int, when time.Time) {
			t.Helper()
			if err := s.PutVersion(t.Context(), fmt.Sprintf("v%d", n), []byte{byte(n), 0, 255}, when); err != nil {
				t.Fatal(err)
			}
		}
		minute := func(n int) time.Time { return at(0).Add(time.Duration(n) * time.Minute) }
		put(1, minute(1))
		put(2, minute(2))
		save(t, slot, "c", 1, ivr.SavedOK) // of v1
		for n := 3; n <= KeepVersions+4; n++ {
			put(n, minute(n))
		}
		list, err := s.Versions(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(list) != KeepVersions+1 || list[0].ID != "v24" || !list[0].At.Equal(minute(24)) || list[KeepVersions].ID != "v1" {
			t.Errorf("kept %v", list)
		}
		bundle, err := s.Version(t.Context(), "v1")
		if err != nil {
			t.Fatal(err)
		}
		same(t, bundle, []byte{1, 0, 255})
		if _, err := s.Version(t.Context(), "v2"); !errors.Is(err, ErrNoVersion) {
			t.Errorf("v2: %v", err)
		}

		put(10, minute(100)) // a rollback
		list, err = s.Versions(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if list[0].ID != "v10" || len(list) != KeepVersions+1 {
			t.Errorf("after a rollback %v", list)
		}
	})
}

func TestSwitchesAreKeptAndCounted(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		revision := func() int64 {
			t.Helper()
			n, err := s.OverridesRevision(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		list, n, err := s.Overrides(t.Context())
		if err != nil || len(list) != 0 || n != revision() {
			t.Fatalf("got %v, %d, %v", list, n, err)
		}
		on := Override{Kind: OverrideNotice, Name: "burst_main", On: true, Until: at(9), By: "dyżurny", At: at(1)}
		closed := Override{Kind: OverrideHours, Name: "hotline", By: "dyżurny", At: at(2)}
		for _, o := range []Override{on, closed} {
			before := revision()
			if err := s.SetOverride(t.Context(), o); err != nil {
				t.Fatal(err)
			}
			if revision() <= before {
				t.Error("a change was not counted")
			}
		}
		list, n, err = s.Overrides(t.Context())
		if err != nil || n != revision() {
			t.Fatalf("revision %d, %v", n, err)
		}
		same(t, list, []Override{closed, on})
		if err := s.ClearOverride(t.Context(), OverrideHours, "hotline"); err != nil {
			t.Fatal(err)
		}
		list, _, err = s.Overrides(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		same(t, list, []Override{on})
	})
}

func TestSwitchesWinOverTheFilesUntilTheirTime(t *testing.T) {
	content := ivr.Content{
		Notices: map[string]ivr.Notice{"n": {Name: "n", From: at(30)}},
		Hours:   map[string]ivr.Hours{"h": {Name: "h"}},
	}
	list := []Override{
		{Kind: OverrideNotice, Name: "n", On: true, Until: at(20)},
		{Kind: OverrideHours, Name: "h"},
		{Kind: OverrideHours, Name: "gone"},
	}
	now := Overlay(content, list, at(10))
	if !now.Notices["n"].On(at(10)) || now.Notices["n"].On(at(20)) || !now.Hours["h"].Emergency || len(now.Hours) != 1 {
		t.Errorf("got %+v", now)
	}
	later := Overlay(content, list, at(20))
	same(t, later.Notices, content.Notices)
	anyway := Overlay(content, []Override{{Kind: OverrideHours, Name: "h", On: true, Anyway: true}}, at(10))
	if len(anyway.Hours["h"].Special) != 1 {
		t.Errorf("opened whatever its times: %+v", anyway.Hours["h"])
	}
	if content.Notices["n"].Active || content.Hours["h"].Emergency || content.Hours["h"].Special != nil {
		t.Error("the content itself was changed")
	}
}
