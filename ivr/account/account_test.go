package account_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/account"
	"infolinia/ivr/record"
	"infolinia/ivr/store"
	"infolinia/ivr/store/redistest"
)

const (
	good    = "cztery konie na dachu"
	another = "pięć krów pod mostem"
	office  = "192.0.2.7"
)

// cheap makes tests fast; what it promises is the same.
func cheap() account.Cost { return account.Cost{Memory: 64, Passes: 1, Threads: 1} }

// house is accounts over a real book, with a clock that stands.
type house struct {
	*account.Accounts
	t   *testing.T
	now time.Time
}

func newHouse(t *testing.T, s *store.Store) *house {
	t.Helper()
	h := &house{t: t, now: time.Now()}
	h.Accounts = account.New(account.Settings{Book: book(t), Sessions: s, Attempts: s, Cost: cheap(), Now: func() time.Time { return h.now }})
	if err := h.Add(t.Context(), ivr.Account{Login: "anna", Name: "Anna Nowak", Role: ivr.RoleAgent, Queues: []string{"info"}}, good); err != nil {
		t.Fatal(err)
	}
	return h
}

func book(t *testing.T) *record.Records {
	t.Helper()
	r, err := record.Open(filepath.Join(t.TempDir(), "records.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func (h *house) logIn() (string, ivr.Session) {
	h.t.Helper()
	token, s, err := h.LogIn(h.t.Context(), "anna", good, office)
	if err != nil {
		h.t.Fatal(err)
	}
	return token, s
}

func (h *house) isIn(token string) bool {
	h.t.Helper()
	_, err := h.Session(h.t.Context(), token)
	if err != nil && !errors.Is(err, ivr.ErrNoSession) {
		h.t.Fatal(err)
	}
	return err == nil
}

func (h *house) refused(login, password, from string, want ivr.LogInRefusal) *ivr.LogInError {
	h.t.Helper()
	_, _, err := h.LogIn(h.t.Context(), login, password, from)
	var refused *ivr.LogInError
	if !errors.As(err, &refused) || refused.Why != want {
		h.t.Fatalf("%v, want %s", err, want)
	}
	return refused
}

func TestWhoKnowsThePasswordIsLetInHoweverTheLoginIsTyped(t *testing.T) {
	h := newHouse(t, store.NewMemory())
	for _, login := range []string{"anna", " Anna", "ANNA "} {
		token, s, err := h.LogIn(t.Context(), login, good, office)
		if err != nil || s.Account.Name != "Anna Nowak" || s.Account.Hash != "" || s.From != office {
			t.Fatal(s, err)
		}
		got, err := h.Session(t.Context(), token)
		if err != nil || got.ID != s.ID || got.Account.Role != ivr.RoleAgent {
			t.Error(got, err)
		}
	}
}

func TestWhoDoesNotKnowItLearnsNothingOfTheAccount(t *testing.T) {
	h := newHouse(t, store.NewMemory())
	if err := h.Add(t.Context(), ivr.Account{Login: "jan", Name: "Jan", Role: ivr.RoleAdmin}, good); err != nil {
		t.Fatal(err)
	}
	if err := h.SetDisabled(t.Context(), "jan", true); err != nil {
		t.Fatal(err)
	}
	for _, login := range []string{"anna", "jan", "nobody", "", strings.Repeat("x", 100_000)} {
		h.refused(login, "wrong", office, ivr.WrongPassword)
	}
	h.refused("anna", strings.Repeat("x", 1<<20), office, ivr.WrongPassword)
	h.refused("jan", good, office, ivr.AccountDisabled)
}

func TestEachLogInHasATokenOfItsOwnThatIsKeptNowhere(t *testing.T) {
	h := newHouse(t, store.NewMemory())
	a, s := h.logIn()
	b, _ := h.logIn()
	if a == b || len(a) != 43 || strings.Contains(s.ID, a) || len(s.ID) != 64 {
		t.Error(a, b, s.ID)
	}
	for _, no := range []string{"", "x", s.ID, a[:42], a + "A", strings.Repeat("A", 43), strings.Repeat("A", 5000)} {
		if h.isIn(no) {
			t.Errorf("%q opens", no)
		}
	}
}

func TestALogInEndsWhenNobodyUsesIt(t *testing.T) {
	h := newHouse(t, store.NewMemory())
	token, _ := h.logIn()
	for range 5 {
		h.now = h.now.Add(29 * time.Minute)
		if !h.isIn(token) {
			t.Fatal("ended while in use")
		}
	}
	h.now = h.now.Add(30 * time.Minute)
	if h.isIn(token) {
		t.Error("unused for 30 minutes, and still in")
	}
	h.now = h.now.Add(-29 * time.Minute)
	if h.isIn(token) {
		t.Error("a session that ended is back")
	}
}

func TestALogInEndsAfterAWorkingDayHoweverMuchItIsUsed(t *testing.T) {
	h := newHouse(t, store.NewMemory())
	token, s := h.logIn()
	for h.now.Before(s.Until.Add(-10 * time.Minute)) {
		h.now = h.now.Add(10 * time.Minute)
		if h.now.Before(s.Until) && !h.isIn(token) {
			t.Fatal("ended before its time")
		}
	}
	if h.now = s.Until; h.isIn(token) || s.Until.Sub(s.Opened) != 12*time.Hour {
		t.Error("still in after 12 hours")
	}
}

func TestLoggingOutEndsOneAndLoggingOutEverywhereAll(t *testing.T) {
	h := newHouse(t, store.NewMemory())
	a, s := h.logIn()
	b, _ := h.logIn()
	if err := h.LogOut(t.Context(), s); err != nil || h.isIn(a) || !h.isIn(b) {
		t.Fatal(err, h.isIn(a), h.isIn(b))
	}
	c, _ := h.logIn()
	if err := h.LogOutEverywhere(t.Context(), "anna"); err != nil || h.isIn(b) || h.isIn(c) {
		t.Error(err, h.isIn(b), h.isIn(c))
	}
}

func TestWhatTakesAnAccountsRightsAwayEndsItsLogIns(t *testing.T) {
	for name, change := range map[string]func(*house) error{
		"new password": func(h *house) error { return h.SetPassword(h.t.Context(), "anna", another) },
		"disabled":     func(h *house) error { return h.SetDisabled(h.t.Context(), "Anna", true) },
		"removed":      func(h *house) error { return h.Remove(h.t.Context(), "anna") },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, store.NewMemory())
			token, _ := h.logIn()
			if err := change(h); err != nil || h.isIn(token) {
				t.Error("still in", err)
			}
		})
	}
}

func TestAnOldPasswordIsNoneAndAnEnabledAccountLogsInAgain(t *testing.T) {
	h := newHouse(t, store.NewMemory())
	err := errors.Join(h.SetPassword(t.Context(), "anna", another), h.SetDisabled(t.Context(), "anna", true), h.SetDisabled(t.Context(), "anna", false))
	if err != nil {
		t.Fatal(err)
	}
	h.refused("anna", good, office, ivr.WrongPassword)
	if _, _, err := h.LogIn(t.Context(), "anna", another, office); err != nil {
		t.Error(err)
	}
}

// Ending them may have been lost with the store's data, so each looks for itself.
func TestWithinAMinuteALogInFollowsItsAccountByItself(t *testing.T) {
	for name, change := range map[string]func(*ivr.Account){
		"disabled":     func(n *ivr.Account) { n.Disabled = true },
		"new password": func(n *ivr.Account) { n.Hash = cheap().Hash(another) },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, store.NewMemory())
			token, _ := h.logIn()
			n, err := h.Book.Account(t.Context(), "anna")
			if err != nil {
				t.Fatal(err)
			}
			change(&n)
			if err := h.Book.PutAccount(t.Context(), n); err != nil {
				t.Fatal(err)
			}
			if h.now = h.now.Add(time.Minute); h.isIn(token) {
				t.Error("still in")
			}
		})
	}
	h := newHouse(t, store.NewMemory())
	token, _ := h.logIn()
	if err := h.Change(t.Context(), "anna", func(n *ivr.Account) { n.Role, n.Queues = ivr.RoleEditor, nil }); err != nil {
		t.Fatal(err)
	}
	h.now = h.now.Add(time.Minute)
	if s, err := h.Session(t.Context(), token); err != nil || s.Account.Role != ivr.RoleEditor {
		t.Error(s.Account.Role, err)
	}
}

// silentBook answers nobody any more, and counts who asked.
type silentBook struct {
	account.Book
	silent bool
	asked  int
}

func (b *silentBook) Account(ctx context.Context, login string) (ivr.Account, error) {
	if !b.silent {
		return b.Book.Account(ctx, login)
	}
	b.asked++
	<-ctx.Done()
	return ivr.Account{}, ctx.Err()
}

func TestALogInOutlivesABookThatDoesNotAnswerAndHardlyWaitsForIt(t *testing.T) {
	h := newHouse(t, store.NewMemory())
	b := &silentBook{Book: h.Book}
	h.Book = b
	token, _ := h.logIn()
	b.silent = true
	for range 4 {
		h.now = h.now.Add(25 * time.Minute)
		for range 5 {
			if !h.isIn(token) {
				t.Fatal("an agent is cut off")
			}
		}
	}
	if b.asked != 4 {
		t.Errorf("asked %d times", b.asked)
	}
}

func TestGuessingIsSlowedDownByLoginAndByAddress(t *testing.T) {
	h := newHouse(t, store.NewMemory())
	for i := range 5 {
		h.refused("anna", "wrong", "192.0.2."+string(rune('1'+i)), ivr.WrongPassword)
	}
	if r := h.refused("anna", good, "192.0.2.99", ivr.TooManyAttempts); r.Wait <= 0 || r.Wait > time.Minute {
		t.Errorf("wait %s", r.Wait)
	}
	for i := range 30 {
		h.refused("guess"+string(rune('a'+i)), "wrong", "2001:db8::"+string(rune('1'+i%9)), ivr.WrongPassword)
	}
	if r := h.refused("someone", "wrong", "2001:db8::ffff", ivr.TooManyAttempts); r.Wait <= 0 || r.Wait > 20*time.Second {
		t.Errorf("wait %s", r.Wait)
	}
	h.refused("someone", "wrong", "2001:db8:0:1::1", ivr.WrongPassword)
}

func TestLogInsThatSucceedAreNotCounted(t *testing.T) {
	h := newHouse(t, store.NewMemory())
	for range 40 {
		h.logIn()
	}
}

func TestWhileTheStoreIsAwayThoseWhoAreInGoOnAndNobodyElseComesIn(t *testing.T) {
	server := redistest.Start(t)
	open := func() *store.Store {
		s := store.OpenRedis(store.Settings{Line: "test", Addrs: []string{server.Addr}})
		t.Cleanup(func() { s.Close() })
		return s
	}
	h := newHouse(t, open())
	a, _ := h.logIn()
	b, left := h.logIn()
	server.Kill()
	h.now = h.now.Add(20 * time.Minute)
	if !h.isIn(a) {
		t.Error("an agent is cut off")
	}
	if _, _, err := h.LogIn(t.Context(), "anna", good, office); err == nil || errors.As(err, new(*ivr.LogInError)) {
		t.Errorf("logged in without being counted: %v", err)
	}
	if _, err := h.Session(t.Context(), strings.Repeat("A", 43)); err == nil || errors.Is(err, ivr.ErrNoSession) {
		t.Errorf("a session nobody knows: %v", err)
	}
	if err := h.LogOut(t.Context(), left); err == nil {
		t.Error("others cannot know of it, but no error")
	}
	if h.isIn(b) {
		t.Error("in after logging out")
	}
	server.Restart()
	other := account.New(account.Settings{Book: h.Book, Sessions: open(), Attempts: open(), Cost: cheap(), Now: h.Now})
	if h.isIn(b) {
		t.Error("the store brought back who had logged out")
	}
	if _, err := other.Session(t.Context(), b); !errors.Is(err, ivr.ErrNoSession) {
		t.Errorf("the other instance was not told: %v", err)
	}
	if _, err := other.Session(t.Context(), a); err != nil {
		t.Errorf("a log-in of before: %v", err)
	}
	h.now = h.now.Add(30 * time.Minute)
	server.Kill()
	if h.isIn(a) {
		t.Error("idle, and in by memory")
	}
}

func TestManyAtOnceAreLetInOneAfterTheOther(t *testing.T) {
	h := newHouse(t, store.NewMemory())
	var running sync.WaitGroup
	for range 4 {
		running.Go(func() {
			if _, _, err := h.LogIn(context.Background(), "anna", good, office); err != nil {
				t.Error(err)
			}
		})
	}
	running.Wait()
}
