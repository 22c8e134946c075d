package store

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/store/redistest"
)

func session(login, id string) ivr.Session {
	return ivr.Session{ID: id, Account: ivr.Account{Login: login, Name: "Anna Nowak", Role: ivr.RoleAgent, Queues: []string{"info"}, Hash: "secret"},
		Proof: "ab12", Opened: at(0), Seen: at(1), Until: at(0).Add(12 * time.Hour), From: "192.0.2.7"}
}

func openSession(t *testing.T, s *Store, n ivr.Session) {
	t.Helper()
	if err := s.OpenSession(t.Context(), n, time.Minute); err != nil {
		t.Fatal(err)
	}
}

func loggedInAs(t *testing.T, s *Store, id string) string {
	t.Helper()
	n, err := s.Session(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if n == nil {
		return ""
	}
	return n.Account.Login
}

func TestASessionComesBackAsItWasWithoutTheHash(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		want := session("anna", "1")
		openSession(t, s, want)
		got, err := s.Session(t.Context(), "1")
		if err != nil {
			t.Fatal(err)
		}
		want.Account.Hash = ""
		same(t, got, &want)
		if got := loggedInAs(t, s, "2"); got != "" {
			t.Errorf("an unknown session is %s's", got)
		}
	})
}

func TestARenewalKeepsASessionButWakesNone(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		n := session("anna", "1")
		openSession(t, s, n)
		n.Seen = at(59)
		if there, err := s.RenewSession(t.Context(), n, time.Minute); err != nil || !there {
			t.Error(there, err)
		}
		if got, err := s.Session(t.Context(), "1"); err != nil || !got.Seen.Equal(at(59)) {
			t.Error(got, err)
		}
		if err := s.EndSession(t.Context(), n); err != nil {
			t.Fatal(err)
		}
		if there, err := s.RenewSession(t.Context(), n, time.Minute); err != nil || there {
			t.Error("an ended session is renewed", there, err)
		}
		if loggedInAs(t, s, "1") != "" {
			t.Error("an ended session is back")
		}
	})
}

func TestEndingAllSessionsOfAnAccountLeavesTheOthers(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		for _, n := range []ivr.Session{session("anna", "1"), session("anna", "2"), session("jan", "3")} {
			openSession(t, s, n)
		}
		for _, login := range []string{"anna", "jan"} {
			if in, err := s.LoggedIn(t.Context(), login); err != nil || !in {
				t.Error(login, in, err)
			}
		}
		for range 2 { // none to end is no error
			if err := s.EndSessions(t.Context(), "anna"); err != nil {
				t.Fatal(err)
			}
		}
		if in, err := s.LoggedIn(t.Context(), "anna"); err != nil || in {
			t.Error("still logged in", err)
		}
		if a, b, c := loggedInAs(t, s, "1"), loggedInAs(t, s, "2"), loggedInAs(t, s, "3"); a+b != "" || c != "jan" {
			t.Error(a, b, c)
		}
	})
}

func TestASessionIsForgottenAfterItsTime(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		if err := s.OpenSession(t.Context(), session("anna", "1"), 5*time.Millisecond); err != nil {
			t.Fatal(err)
		}
		for loggedInAs(t, s, "1") != "" {
			nextMillisecond()
		}
		if there, err := s.RenewSession(t.Context(), session("anna", "1"), time.Minute); err != nil || there {
			t.Error("a forgotten session is renewed", there, err)
		}
	})
}

func attempt(t *testing.T, s *Store, limits ...ivr.Limit) time.Duration {
	t.Helper()
	wait, err := s.Attempt(t.Context(), limits)
	if err != nil {
		t.Fatal(err)
	}
	return wait
}

func TestAttemptsBeyondALimitAreToldHowLongToWait(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		login := ivr.Limit{Name: "login:anna", Burst: 2, Every: time.Hour}
		from := ivr.Limit{Name: "from:192.0.2.7", Burst: 3, Every: 2 * time.Hour}
		for range 2 {
			if wait := attempt(t, s, login, from); wait != 0 {
				t.Fatalf("within the limit: %s", wait)
			}
		}
		for range 3 { // nothing is counted, so the wait does not grow
			if wait := attempt(t, s, login, from); wait > time.Hour || wait < time.Hour-time.Minute {
				t.Errorf("wait %s", wait)
			}
		}
		if wait := attempt(t, s, from); wait != 0 {
			t.Errorf("refused attempts counted against the address: %s", wait)
		}
		if wait := attempt(t, s, ivr.Limit{Name: "login:jan", Burst: 2, Every: time.Hour}, from); wait < time.Hour {
			t.Errorf("another login from the same address: %s", wait)
		}
	})
}

func TestAnAttemptGivenBackMayBeMadeAgain(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		l := ivr.Limit{Name: "login:anna", Burst: 1, Every: time.Hour}
		for range 3 {
			if wait := attempt(t, s, l); wait != 0 {
				t.Fatal(wait)
			}
			for range 2 { // giving back more than was taken gives no credit
				if err := s.GiveBack(t.Context(), []ivr.Limit{l}); err != nil {
					t.Fatal(err)
				}
			}
		}
		attempt(t, s, l)
		if wait := attempt(t, s, l); wait == 0 {
			t.Error("credit was given")
		}
	})
}

func TestALimitGrowsAgainWithTime(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		l := ivr.Limit{Name: "login:anna", Burst: 1, Every: 10 * time.Millisecond}
		attempt(t, s, l)
		for attempt(t, s, l) != 0 {
			nextMillisecond()
		}
	})
}

func TestAttemptsAtOnceAreAllCounted(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		l := ivr.Limit{Name: "login:anna", Burst: 5, Every: time.Hour}
		let := make(chan bool, 20)
		var running sync.WaitGroup
		for range cap(let) {
			running.Go(func() {
				wait, err := s.Attempt(context.Background(), []ivr.Limit{l})
				let <- err == nil && wait == 0
			})
		}
		running.Wait()
		close(let)
		n := 0
		for in := range let {
			if in {
				n++
			}
		}
		if n != 5 {
			t.Errorf("%d of 5 were let through", n)
		}
	})
}

func TestTwoInstancesCountAndSeeTheSame(t *testing.T) {
	server := redistest.Start(t)
	a, b := open(t, server), open(t, server)
	l := ivr.Limit{Name: "login:anna", Burst: 2, Every: time.Hour}
	attempt(t, a, l)
	attempt(t, b, l)
	if attempt(t, a, l) == 0 || attempt(t, b, l) == 0 {
		t.Error("each instance counts for itself")
	}
	openSession(t, a, session("anna", "1"))
	if loggedInAs(t, b, "1") != "anna" {
		t.Error("a log-in is known to one instance only")
	}
	if err := b.EndSessions(t.Context(), "anna"); err != nil || loggedInAs(t, a, "1") != "" {
		t.Error("ended at one instance only", err)
	}
}

func TestWithoutAStoreNobodyIsLetIn(t *testing.T) {
	server := redistest.Start(t)
	s := open(t, server)
	server.Kill()
	_, errAttempt := s.Attempt(t.Context(), []ivr.Limit{{Name: "x", Burst: 1, Every: time.Hour}})
	_, errSession := s.Session(t.Context(), "1")
	errOpen := s.OpenSession(t.Context(), session("anna", "1"), time.Minute)
	for _, err := range []error{errAttempt, errSession, errOpen} {
		if err == nil || errors.Is(err, ivr.ErrNoSession) {
			t.Errorf("a store that is away is taken for an answer: %v", err)
		}
	}
}
