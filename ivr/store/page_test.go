package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAPageIsClosedThatNobodyHasMarked(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		if err := s.MarkPage(t.Context(), "one.a"); err != nil {
			t.Fatal(err)
		}
		for _, test := range []struct{ asked, closed []string }{
			{nil, nil},
			{[]string{"one.a"}, nil},
			{[]string{"one.a", "one.b"}, []string{"one.b"}},
		} {
			closed, err := s.ClosedPages(t.Context(), test.asked)
			if diff := cmp.Diff(test.closed, closed); diff != "" || err != nil {
				t.Errorf("of %v closed: %s, %v", test.asked, diff, err)
			}
		}
	})
}

func TestAPageIsClosedAWhileAfterItsLastSignOfLife(t *testing.T) {
	now := time.Date(2026, 11, 30, 8, 0, 0, 0, time.UTC)
	s := newMemory(func() time.Time { return now })
	if err := s.MarkPage(t.Context(), "one.a"); err != nil {
		t.Fatal(err)
	}
	now = now.Add(PageTTL)
	if closed, err := s.ClosedPages(t.Context(), []string{"one.a"}); len(closed) != 1 || err != nil {
		t.Errorf("closed: %v, %v", closed, err)
	}
}
