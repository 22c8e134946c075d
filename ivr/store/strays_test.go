package store

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"infolinia/ivr"
	"infolinia/ivr/store/redistest"
)

func TestAStoreAtWorkHasNoStrayKeys(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		work(t, s)
		slot := hold(t, s, "m/infolinia-1", "m/1")
		save(t, slot, "live", 1, ivr.SavedOK)
		ended, events := step("ended", 1)
		ended.Ended = true
		assertAnswer(t, slot.Save, ended, events, ivr.SavedOK)
		if _, err := s.IssueReport(t.Context(), "live.1"); err != nil {
			t.Fatal(err)
		}
		if err := s.PutVersion(t.Context(), "v1", []byte("bundle"), at(0)); err != nil {
			t.Fatal(err)
		}
		if err := s.SetOverride(t.Context(), Override{Kind: OverrideHours, Name: "hotline"}); err != nil {
			t.Fatal(err)
		}
		list, err := s.Strays(t.Context())
		if len(list) > 0 || err != nil {
			t.Errorf("%v %v", list, err)
		}
	})
}

// work leaves what a desk at work leaves in the store.
func work(t *testing.T, s *Store) {
	t.Helper()
	_, limited := s.Attempt(t.Context(), []ivr.Limit{{Name: "login:anna", Every: time.Minute, Burst: 5}})
	_, err := s.CommitBoard(t.Context(), ivr.BoardCommit{To: 1, Set: map[string][]byte{"agent:anna": []byte("{}")}})
	if err := errors.Join(limited, err,
		s.OpenSession(t.Context(), ivr.Session{ID: "s", Account: ivr.Account{Login: "anna"}, Opened: at(0), Until: at(0).Add(time.Hour)}, time.Hour),
		s.MarkPage(t.Context(), "s.1"), s.SaveDraft(t.Context(), "anna", "t1", "a note")); err != nil {
		t.Fatal(err)
	}
}

func TestEachStrayKeyIsNamedWithItsReason(t *testing.T) {
	server := redistest.Start(t)
	s := open(t, server)
	raw := redis.NewClient(&redis.Options{Network: "unix", Addr: server.Addr})
	defer raw.Close()
	key := func(name string) string { return "{243645555}:" + name }
	slot := hold(t, s, "m/infolinia-1", "m/1")
	for _, id := range []string{"eternal", "gone", "unlisted"} {
		save(t, slot, id, 1, ivr.SavedOK)
	}
	for _, cmd := range [][]any{
		{"PERSIST", key("call:eternal")},
		{"DEL", key("call:gone")},
		{"ZREM", key("live"), "unlisted"},
		{"SET", key("draft:4:anna:t1"), "a note"},
		{"SET", key("page:s.1"), 1},
		{"SET", key("session:s"), "{}"},
		{"SADD", key("sessions:anna"), "s"},
		{"SET", key("version:x"), "bundle"},
		{"SET", key("left-over"), "x", "EX", 60},
		{"SET", "{another}:left-over", "x"},
	} {
		if err := raw.Do(t.Context(), cmd...).Err(); err != nil {
			t.Fatal(err)
		}
	}
	want := []Stray{
		{"call:eternal", "it never goes: it has no time to live"},
		{"call:unlisted", "a call that has not ended and is not listed as live"},
		{"draft:4:anna:t1", "it never goes: it has no time to live"},
		{"left-over", "nothing of the line's has such a name"},
		{"live gone", "a call is listed as live whose state is gone"},
		{"page:s.1", "it never goes: it has no time to live"},
		{"path:gone", "the path of a call whose state is gone"},
		{"session:s", "it never goes: it has no time to live"},
		{"sessions:anna", "it never goes: it has no time to live"},
		{"version:x", "a version that is not listed"},
	}
	list, err := s.Strays(t.Context())
	if diff := cmp.Diff(want, list); diff != "" || err != nil {
		t.Error(err, diff)
	}
}
