package record

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"infolinia/ivr"
	"infolinia/ivr/store"
	"infolinia/ivr/store/redistest"
)

func openStore(t *testing.T, server *redistest.Server) *store.Store {
	s := store.OpenRedis(store.Settings{Line: "1", Addrs: []string{server.Addr}})
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// calls saves calls of three steps each, and tells what is to be recorded of them.
func calls(t *testing.T, s *store.Store, n int) map[string]ivr.Outcome {
	t.Helper()
	slot, err := s.Acquire(t.Context(), "one", "a", time.Minute, 0)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]ivr.Outcome{}
	for i := range n {
		c := &ivr.Call{Schema: ivr.Schema, ID: fmt.Sprint("pbx-", i), Started: at(0)}
		for seq, note := range []ivr.Note{
			{Event: "answer", Caller: hmac},
			{Event: "article", Article: "a"},
			{Event: "end", By: "caller", Outcome: ivr.OutcomeContained},
		} {
			c.Seq, c.Ended = uint64(seq+1), note.Event == "end"
			answer, err := slot.Save(t.Context(), c, []ivr.Event{{Seq: c.Seq, At: at(time.Duration(seq) * time.Second), Note: note}})
			if err != nil || answer != ivr.SavedOK {
				t.Fatal(answer, err)
			}
		}
		want[c.ID] = ivr.OutcomeContained
	}
	return want
}

// recordedCalls are those that have ended, by what they came to.
func recordedCalls(t *testing.T, r *Records) map[string]ivr.Outcome {
	t.Helper()
	if err := r.ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	rows, err := r.read.QueryContext(t.Context(), `SELECT id, outcome FROM calls WHERE caller = $1 AND article = 'a' AND ended - started = 2000`, hmac)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	got := map[string]ivr.Outcome{}
	for rows.Next() {
		var id string
		var outcome ivr.Outcome
		if err := rows.Scan(&id, &outcome); err != nil {
			t.Fatal(err)
		}
		got[id] = outcome
	}
	return got
}

func TestACrashBetweenReadingRecordingAndAcknowledgingLosesNothing(t *testing.T) {
	each(t, func(t *testing.T, r *Records, _ func() *Records) {
		s := openStore(t, redistest.Start(t))
		f := &Follower{Stream: s, Records: r, Consumer: "x", Log: zerolog.Nop()}
		want := calls(t, s, 100)
		crashes := 0
		for err := errors.New(""); err != nil; crashes++ {
			ctx := dieAfter(t.Context(), crashes)
			err = f.Once(ctx)
			ctx.die()
		}
		if crashes < 5 {
			t.Errorf("only %d crashes", crashes)
		}
		for range 4 { // at most 200 at once; then none
			if err := f.Once(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		same(t, recordedCalls(t, r), want)
		left, err := s.ReadEvents(t.Context(), "x", 1000)
		if err != nil || len(left) > 0 {
			t.Errorf("%d left, %v", len(left), err)
		}
	})
}

const (
	followRedis   = "INFOLINIA_TEST_FOLLOW_REDIS"
	followRecords = "INFOLINIA_TEST_FOLLOW_RECORDS"
)

// loud tells its parent what it is about to do, and goes on.
type loud struct{ Stream }

func (l loud) ReadEvents(ctx context.Context, consumer string, _ int) ([]ivr.StreamEvent, error) {
	events, err := l.Stream.ReadEvents(ctx, consumer, 7)
	fmt.Println("read", len(events))
	return events, err
}

func (l loud) AckEvents(ctx context.Context, ids []string) error {
	fmt.Println("recorded", len(ids))
	return l.Stream.AckEvents(ctx, ids)
}

// followUntilKilled is a process of its own.
func followUntilKilled(redis, dsn string) {
	r, err := Open(dsn)
	if err != nil {
		panic(err)
	}
	s := store.OpenRedis(store.Settings{Line: "1", Addrs: []string{redis}})
	f := &Follower{Stream: loud{s}, Records: r, Consumer: "x", Log: zerolog.New(os.Stderr)}
	f.Run(context.Background())
}

// follow runs such a process until it has told so many things, then kills it. It
// tells whether there was something to read.
func follow(t *testing.T, redis, dsn string, until int) bool {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), followRedis+"="+redis, followRecords+"="+dsn)
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	told := bufio.NewScanner(out)
	some := true
	for n := 0; n < until && some && told.Scan(); n++ {
		some = told.Text() != "read 0"
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	return some
}

func TestAProcessKilledAgainAndAgainRecordsEveryCall(t *testing.T) {
	for name, dsn := range databases {
		t.Run(name, func(t *testing.T) {
			dsn, server := dsn(t), redistest.Start(t)
			want := calls(t, openStore(t, server), 60)
			random, kills := rand.New(rand.NewPCG(1, 1)), 0
			for follow(t, server.Addr, dsn, 1+random.IntN(3)) {
				kills++
			}
			if kills < 5 {
				t.Errorf("killed only %d times", kills)
			}
			same(t, recordedCalls(t, opener(t, dsn)()), want)
		})
	}
}

func TestWhileTheDatabaseIsAwayEventsAreKept(t *testing.T) {
	file := t.TempDir() + "/records.db"
	if err := os.Mkdir(file, 0o700); err != nil {
		t.Fatal(err)
	}
	r, s := opener(t, file)(), openStore(t, redistest.Start(t))
	f := &Follower{Stream: s, Records: r, Consumer: "x", Log: zerolog.Nop()}
	if err := f.Once(t.Context()); err == nil {
		t.Fatal("a folder is a database")
	}
	want := calls(t, s, 5)
	if err := errors.Join(s.TrimEvents(t.Context(), time.Now().Add(time.Hour)), os.Remove(file), f.Once(t.Context())); err != nil {
		t.Fatal(err)
	}
	same(t, recordedCalls(t, r), want)
}

func TestAFollowerSaysThatItDoesNotWorkAndThatItDoesAgain(t *testing.T) {
	server := redistest.Start(t)
	s := openStore(t, server)
	r := opener(t, t.TempDir()+"/records.db")()
	f := &Follower{Stream: s, Records: r, Consumer: "x", Log: zerolog.Nop()}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { f.Run(ctx); close(done) }()
	defer func() { stop(); <-done }()
	await := func(trouble bool) {
		t.Helper()
		for deadline := time.Now().Add(30 * time.Second); ; {
			since, err := f.Trouble()
			if trouble == (err != nil) {
				if trouble && time.Since(since) > time.Minute {
					t.Errorf("since %v", since)
				}
				return
			}
			select {
			case <-time.After(5 * time.Millisecond):
			case <-t.Context().Done():
			}
			if time.Now().After(deadline) {
				t.Fatalf("trouble: %v", err)
			}
		}
	}
	server.Kill()
	await(true)
	server.Restart()
	await(false)
}

func TestAnUnreadableEntryIsAcknowledged(t *testing.T) {
	s := store.NewMemory()
	slot, err := s.Acquire(t.Context(), "one", "a", time.Minute, 0)
	if err != nil {
		t.Fatal(err)
	}
	r := opener(t, t.TempDir()+"/records.db")()
	f := &Follower{Stream: s, Records: r, Consumer: "x", Log: zerolog.Nop()}
	c := &ivr.Call{Schema: ivr.Schema, ID: "c", Seq: 1}
	if _, err := slot.Save(t.Context(), c, []ivr.Event{{Seq: 1, Note: ivr.Note{Event: "ODD"} /* of nobody */}}); err != nil {
		t.Fatal(err)
	}
	want := calls(t, s, 1)
	if err := f.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	same(t, recordedCalls(t, r), want)
}
