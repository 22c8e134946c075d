package store

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"infolinia/ivr/store/redistest"

	"infolinia/ivr"
)

func client(s *Store) redis.UniversalClient { return s.calls.(*redisBackend).client }

func TestEverySavedEventReachesTheStream(t *testing.T) {
	s := open(t, redistest.Start(t))
	slot := hold(t, s, "infolinia-1", "a")
	save(t, slot, "c", 1, ivr.SavedOK)
	got, err := client(s).XRange(t.Context(), "{243645555}:events", "-", "+").Result()
	if err != nil {
		t.Fatal(err)
	}
	var values []map[string]any
	for _, m := range got {
		values = append(values, m.Values)
	}
	same(t, values, []map[string]any{
		{"call": "c", "seq": "1", "t": "2026-06-09T10:00:01.5Z", "event": "enter", "data": `{"event":"enter","node":"main.top"}`},
		{"call": "c", "seq": "1", "t": "2026-06-09T10:00:01.5Z", "event": "key", "data": `{"event":"key","dtmf":"1"}`},
	})
}

func TestKeysShareTheTagOfTheLineAndExpire(t *testing.T) {
	s := open(t, redistest.Start(t))
	slot := hold(t, s, "infolinia-1", "a")
	save(t, slot, "live", 1, ivr.SavedOK)
	save(t, slot, "ended", 1, ivr.SavedOK)
	c, events := step("ended", 2)
	c.Ended = true
	assertAnswer(t, slot.Save, c, events, ivr.SavedOK)
	if _, err := s.IssueReport(t.Context(), "live.1"); err != nil {
		t.Fatal(err)
	}
	if err := s.PutVersion(t.Context(), "v1", []byte("x"), at(0)); err != nil {
		t.Fatal(err)
	}
	if err := s.SetOverride(t.Context(), Override{Kind: OverrideHours, Name: "h"}); err != nil {
		t.Fatal(err)
	}
	keys, err := client(s).Keys(t.Context(), "*").Result()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range keys {
		if !strings.HasPrefix(k, "{243645555}:") {
			t.Errorf("key %s is without the tag", k)
		}
	}
	for key, want := range map[string]time.Duration{
		"call:live": LiveTTL, "path:live": LiveTTL, "call:ended": EndedTTL, "path:ended": EndedTTL, "report:live.1": ReportTTL,
	} {
		if ttl := client(s).TTL(t.Context(), "{243645555}:"+key).Val(); ttl > want || ttl < want-time.Minute {
			t.Errorf("%s lives %v, want %v", key, ttl, want)
		}
	}
}

func TestNothingSavedIsLostWhenRedisIsKilled(t *testing.T) {
	server := redistest.Start(t)
	s := open(t, server)
	slot := hold(t, s, "infolinia-1", "a")
	save(t, slot, "c", 1, ivr.SavedOK)
	number, err := s.IssueReport(t.Context(), "c.1")
	if err != nil {
		t.Fatal(err)
	}
	server.Kill()
	ctx, cancel := context.WithTimeout(t.Context(), 250*time.Millisecond)
	defer cancel()
	c, events := step("c", 2)
	if answer, err := slot.Save(ctx, c, events); err == nil {
		t.Fatalf("a save without Redis answers %s", answer)
	}
	server.Restart()
	// The scripts are gone with the process: each is loaded again.
	saveWhole(t, slot, "c", 3, ivr.SavedOK)
	again, err := s.IssueReport(t.Context(), "c.1")
	if err != nil || again != number {
		t.Errorf("report %s became %s, %v", number, again, err)
	}
	if err := slot.Renew(t.Context(), time.Minute); err != nil {
		t.Error(err)
	}
	same(t, pathOf(t, s, "c"), []uint64{1, 1, 3, 3})
}

func TestALostLeaseIsWrittenAgainAndSoAreItsCalls(t *testing.T) {
	s := open(t, redistest.Start(t))
	slot := hold(t, s, "infolinia-1", "a")
	save(t, slot, "c", 1, ivr.SavedOK)
	if err := client(s).FlushAll(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	saveWhole(t, slot, "c", 2, ivr.SavedMissing) // who holds the slot is not known
	if err := slot.Renew(t.Context(), time.Minute); err != nil {
		t.Fatal(err)
	}
	saveWhole(t, slot, "c", 2, ivr.SavedOK)

	if err := client(s).FlushAll(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	heir := hold(t, s, "infolinia-1", "b")
	if heir.Epoch <= slot.Epoch {
		t.Errorf("epoch %d after %d and a loss of all data", heir.Epoch, slot.Epoch)
	}
	saveWhole(t, slot, "c", 2, ivr.SavedFenced)
}

func TestASaveKeepsItsDeadlineWhileRedisHangs(t *testing.T) {
	server := redistest.Start(t)
	s := open(t, server)
	slot := hold(t, s, "infolinia-1", "a")
	save(t, slot, "c", 1, ivr.SavedOK)
	cold := open(t, server) // has no connection yet
	coldSlot := &Slot{Lease: slot.Lease, store: cold}

	server.Freeze()
	c, events := step("c", 2)
	for name, slot := range map[string]*Slot{"warm": slot, "cold": coldSlot} {
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 250*time.Millisecond)
		_, err := slot.Save(ctx, c, events)
		cancel()
		if err == nil {
			t.Fatalf("%s: no error from a Redis that hangs", name)
		}
		if took := time.Since(start); took > 400*time.Millisecond {
			t.Errorf("%s: a save of 250 ms took %v: %v", name, took, err)
		}
	}
	server.Thaw()
	// Whether the hanging write arrived is for Redis to say.
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	answer, err := slot.SaveWhole(ctx, c, events)
	if err != nil || answer != ivr.SavedOK && answer != ivr.SavedBefore {
		t.Fatalf("after the thaw: %s, %v", answer, err)
	}
	same(t, pathOf(t, s, "c"), []uint64{1, 1, 2, 2})
}

func TestTheStreamIsTrimmedButNeverPastWhatIsAcknowledged(t *testing.T) {
	s := open(t, redistest.Start(t))
	future := time.Now().Add(time.Hour)
	if err := s.TrimEvents(t.Context(), future); err != nil {
		t.Fatalf("without a stream: %v", err)
	}
	slot := hold(t, s, "infolinia-1", "a")
	stream, rdb := "{243645555}:events", client(s)
	if err := rdb.XGroupCreateMkStream(t.Context(), stream, "record", "0").Err(); err != nil {
		t.Fatal(err)
	}
	save(t, slot, "c", 1, ivr.SavedOK)
	save(t, slot, "c", 2, ivr.SavedOK)
	left := func() int64 {
		t.Helper()
		if err := s.TrimEvents(t.Context(), future); err != nil {
			t.Fatal(err)
		}
		return rdb.XLen(t.Context(), stream).Val()
	}
	if n := left(); n != 4 {
		t.Errorf("%d of 4 unread events left", n)
	}
	read, err := rdb.XReadGroup(t.Context(), &redis.XReadGroupArgs{Group: "record", Consumer: "x", Streams: []string{stream, ">"}, Count: 3}).Result()
	if err != nil {
		t.Fatal(err)
	}
	if err := rdb.XAck(t.Context(), stream, "record", read[0].Messages[0].ID).Err(); err != nil {
		t.Fatal(err)
	}
	if n := left(); n != 3 {
		t.Errorf("%d of 3 unacknowledged events left", n)
	}
	for _, m := range read[0].Messages {
		rdb.XAck(t.Context(), stream, "record", m.ID)
	}
	if n := left(); n > 2 || n < 1 {
		t.Errorf("%d left, one is unread", n)
	}
	if err := rdb.XGroupDestroy(t.Context(), stream, "record").Err(); err != nil {
		t.Fatal(err)
	}
	if n := left(); n != 0 {
		t.Errorf("%d left that nobody waits for", n)
	}
}

func TestAStoreThatIsAwaySaysSo(t *testing.T) {
	server := redistest.Start(t)
	s := open(t, server)
	server.Kill()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := s.Ping(ctx); err == nil {
		t.Error("ping without an error")
	}
	if _, err := s.Acquire(ctx, "infolinia-1", "a", time.Minute, 0); err == nil || errors.As(err, new(*HeldError)) {
		t.Errorf("acquire: %v", err)
	}
	if _, err := s.Live(ctx); err == nil {
		t.Error("live without an error")
	}
	if _, err := s.Load(ctx, "c"); err == nil {
		t.Error("load without an error")
	}
}

func BenchmarkSave(b *testing.B) {
	server := redistest.Start(b)
	s := OpenRedis(Settings{Line: "1", Addrs: []string{server.Addr}})
	defer s.Close()
	slot, err := s.Acquire(b.Context(), "infolinia-1", "a", time.Minute, 0)
	if err != nil {
		b.Fatal(err)
	}
	var seq uint64
	for b.Loop() {
		seq++
		c, events := step("c", seq)
		if answer, err := slot.Save(b.Context(), c, events); answer != ivr.SavedOK {
			b.Fatal(answer, err)
		}
	}
}

func TestAStoreThatTakesNoWritesTellsAStandbyNothing(t *testing.T) {
	s := open(t, redistest.Start(t))
	slot := hold(t, s, "one", "a")
	if err := client(s).ConfigSet(t.Context(), "maxmemory", "1").Err(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Look(t.Context(), "one"); err == nil {
		t.Error("a store out of memory is looked at")
	}
	ctx, cancel := context.WithTimeout(t.Context(), LeastSilence+100*time.Millisecond)
	defer cancel()
	if err := slot.Renew(ctx, time.Minute); err == nil || errors.Is(err, ErrLost) || !slot.Unanswered() {
		t.Errorf("renewed in a store out of memory: %v, unanswered %t", err, slot.Unanswered())
	}
	if err := client(s).ConfigSet(t.Context(), "maxmemory", "0").Err(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Look(t.Context(), "one"); err != nil {
		t.Error(err)
	}
}

func TestAStoreThatMayHaveLostSavesIsDoubtedOnce(t *testing.T) {
	server := redistest.Start(t)
	s := open(t, server)
	slot := hold(t, s, "one", "a")
	renew := func(want bool, after string) {
		t.Helper()
		if err := slot.Renew(t.Context(), time.Minute); err != nil {
			t.Fatal(err)
		}
		if got := slot.Doubtful(); got != want {
			t.Errorf("doubtful after %s: %t", after, got)
		}
		if slot.Doubtful() {
			t.Errorf("doubtful twice after %s", after)
		}
	}
	renew(false, "nothing")
	if err := client(s).FlushAll(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	renew(true, "its data were lost")
	renew(false, "they were written again")
	server.Kill()
	server.Restart()
	renew(true, "a restart")
	renew(false, "that was noticed")
}
