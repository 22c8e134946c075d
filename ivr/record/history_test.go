package record

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"infolinia/ivr"
)

func TestEarlierCallsOfANumberAreRemembered(t *testing.T) {
	each(t, func(t *testing.T, r *Records, _ func() *Records) {
		l, s := monday(), time.Second
		l.note(20*time.Hour, "other", ivr.Note{Event: "answer", Caller: "1:77"})
		l.note(20*time.Hour, "other", ivr.Note{Event: "end"})
		l.note(20*time.Hour, "live", ivr.Note{Event: "answer", Caller: hmac})
		l.queue(10*time.Hour, ivr.QueueEvent{Event: ivr.CallbackAsked, Task: "back", Queue: "info", Caller: hmac})
		l.queue(11*time.Hour, ivr.QueueEvent{Event: ivr.QueueConnect, Task: "back", Queue: "info", Agent: "jan"})
		l.queue(11*time.Hour+40*s, ivr.QueueEvent{Event: ivr.CompleteAgent, Task: "back", Queue: "info", Agent: "jan", Talk: 40 * s})
		apply(t, r, l.events...)
		got, err := r.Earlier(t.Context(), hmac, 3)
		if err != nil {
			t.Fatal(err)
		}
		same(t, got, []ivr.EarlierCall{
			{At: at(11 * time.Hour).UTC(), Length: 40 * s, Callback: true, Outcome: ivr.OutcomeAgent, Queue: "info", Agent: "jan"},
			{ID: "pbx-5", At: at(9*time.Hour + 35*time.Minute).UTC(), Length: 155 * s, Outcome: ivr.OutcomeAgent, Article: "dowod-osobisty",
				Node: "main.agent", Queue: "info", Agent: "anna", Code: "dowod", Note: "pyta o zdjęcie 5"},
			{ID: "pbx-4", At: at(9*time.Hour + 28*time.Minute).UTC(), Length: 60 * s, Outcome: ivr.OutcomeContained, Article: "dowod-osobisty", Node: "main.card"},
		})
		for _, caller := range []string{"", "1:none"} {
			if none, err := r.Earlier(t.Context(), caller, 3); len(none) > 0 || err != nil {
				t.Errorf("calls of %q: %v, %v", caller, none, err)
			}
		}
	})
}

func TestTheLastNoteOfACallCounts(t *testing.T) {
	each(t, func(t *testing.T, r *Records, _ func() *Records) {
		l := monday()
		l.queue(10*time.Hour, ivr.QueueEvent{Event: ivr.WrapUpDone, Task: "pbx-5.4", Call: "pbx-5", Agent: "jan", Code: "inne", Note: "i jeszcze to"})
		apply(t, r, l.events...)
		got, err := r.Earlier(t.Context(), hmac, 1)
		if err != nil || len(got) != 1 || got[0].Code != "inne" || got[0].Note != "i jeszcze to" {
			t.Error(got, err)
		}
	})
}

func TestMissedOffersSayWhatBecameOfThem(t *testing.T) {
	each(t, func(t *testing.T, r *Records, _ func() *Records) {
		l, s := monday(), time.Second
		l.queue(12*time.Hour, ivr.QueueEvent{Event: ivr.EnterQueue, Task: "gone", Queue: "info"})
		l.queue(12*time.Hour+20*s, ivr.QueueEvent{Event: ivr.RingNoAnswer, Task: "gone", Queue: "info", Agent: "jan", Ring: 20 * s})
		l.queue(12*time.Hour+21*s, ivr.QueueEvent{Event: ivr.RingCanceled, Task: "gone", Queue: "info", Agent: "jan", Ring: s})
		l.queue(12*time.Hour+21*s, ivr.QueueEvent{Event: ivr.QueueAbandon, Task: "gone", Queue: "info", Wait: 21 * s})
		apply(t, r, l.events...)
		got, err := r.Missed(t.Context(), "jan", at(9*time.Hour+30*time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		same(t, got, []ivr.MissedCall{
			{At: at(12 * time.Hour).UTC(), Ring: 20 * s, Task: "gone", Queue: "info"},
			{At: at(9*time.Hour + 35*time.Minute + 30*s).UTC(), Ring: 20 * s, Task: "pbx-5.4", Call: "pbx-5", Queue: "info", Answered: true, By: "anna"},
		})
		if none, err := r.Missed(t.Context(), "anna", at(0)); len(none) > 0 || err != nil {
			t.Error(none, err)
		}
	})
}

func TestNothingOldIsKept(t *testing.T) {
	each(t, func(t *testing.T, r *Records, _ func() *Records) {
		old, recent := monday(), &line{}
		recent.note(30*time.Hour, "new", ivr.Note{Event: "answer", Caller: hmac})
		recent.note(30*time.Hour, "new", ivr.Note{Event: "end"})
		// A call back that was asked for long ago and is still spoken of.
		recent.queue(time.Hour, ivr.QueueEvent{Event: ivr.CallbackAsked, Task: "back", Queue: "info"})
		recent.queue(30*time.Hour, ivr.QueueEvent{Event: ivr.CallbackTried, Task: "back", Queue: "info"})
		for i := range recent.events {
			recent.events[i].ID = strings.Replace(recent.events[i].ID, "-", "-9", 1)
		}
		apply(t, r, append(old.events, recent.events...)...)
		n, err := r.Prune(t.Context(), at(24*time.Hour))
		if err != nil || n != 9 {
			t.Errorf("pruned %d, %v", n, err)
		}
		got := dump(t, r)
		for _, gone := range []string{"pbx-", "zdjęcie", "wrap_ups", "legs"} {
			if strings.Contains(got, gone) {
				t.Errorf("%s is kept:\n%s", gone, got)
			}
		}
		for _, kept := range []string{"calls id=new", "queue_stays task=back", "agent=anna"} {
			if !strings.Contains(got, kept) {
				t.Errorf("%s is gone:\n%s", kept, got)
			}
		}
	})
}

func TestAccountsAreKept(t *testing.T) {
	each(t, func(t *testing.T, r *Records, again func() *Records) {
		ctx := t.Context()
		if _, err := r.Account(ctx, "anna"); !errors.Is(err, ivr.ErrNoAccount) {
			t.Errorf("nobody: %v", err)
		}
		anna := ivr.Account{
			Login: "anna", Name: "Anna Żak", Role: ivr.RoleAgent, Hash: "$argon2id$v=19$m=1,t=1,p=1$YQ$YQ",
			Queues: []string{"info"}, Skills: []string{"pl", "uk"}, Changed: at(0).UTC(),
		}
		zenon := ivr.Account{Login: "zenon", Role: ivr.RoleAdmin, Device: "201", Disabled: true, Changed: at(0).UTC()}
		for _, a := range []ivr.Account{zenon, anna, anna} {
			if err := r.PutAccount(ctx, a); err != nil {
				t.Fatal(err)
			}
		}
		other := again()
		all, err := other.Accounts(ctx)
		if err != nil {
			t.Fatal(err)
		}
		same(t, all, []ivr.Account{anna, zenon})
		anna.Skills, anna.Hash = []string{"en"}, "other"
		if err := other.PutAccount(ctx, anna); err != nil {
			t.Fatal(err)
		}
		got, err := r.Account(ctx, "anna")
		if err != nil {
			t.Fatal(err)
		}
		same(t, got, anna)
		if err := r.RemoveAccount(ctx, "anna"); err != nil {
			t.Fatal(err)
		}
		if err := r.RemoveAccount(ctx, "anna"); !errors.Is(err, ivr.ErrNoAccount) {
			t.Errorf("twice: %v", err)
		}
	})
}

func TestTheFileIsForItsOwnerAlone(t *testing.T) {
	file := t.TempDir() + "/deep/records.db"
	r, err := Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	apply(t, r, monday().events...)
	for _, suffix := range []string{"", "-wal"} {
		info, err := os.Stat(file + suffix)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", suffix, info, err)
		}
	}
}

func TestADatabaseThatIsAwayIsTriedAgain(t *testing.T) {
	file := t.TempDir() + "/records.db"
	if err := os.Mkdir(file, 0o700); err != nil {
		t.Fatal(err)
	}
	r, err := Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := r.Ping(t.Context()); err == nil {
		t.Fatal("a folder is a database")
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := r.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	away, err := Open("postgres://nobody:top-secret@127.0.0.1:1/x")
	if err != nil {
		t.Fatal(err)
	}
	defer away.Close()
	if err := away.Ping(t.Context()); err == nil || strings.Contains(err.Error(), "top-secret") {
		t.Errorf("a server that is not there: %v", err)
	}
}
