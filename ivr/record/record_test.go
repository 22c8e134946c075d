package record

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"infolinia/ivr"
	"infolinia/ivr/record/postgrestest"
)

// server is one PostgreSQL for all tests; each gets a database of its own.
type server struct {
	*postgrestest.Server
	n atomic.Int32
}

var postgres server

func TestMain(m *testing.M) {
	if address, follows := os.LookupEnv(followRedis); follows {
		followUntilKilled(address, os.Getenv(followRecords))
	}
	os.Exit(func() int {
		s, err := postgrestest.Start()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer s.Stop()
		postgres.Server = s
		return m.Run()
	}())
}

// databases make a new one for a test.
var databases = map[string]func(*testing.T) string{
	"sqlite": func(t *testing.T) string { return filepath.Join(t.TempDir(), "a b#c?.db") },
	"postgres": func(t *testing.T) string {
		dsn, err := postgres.DSN(t.Context(), fmt.Sprint("t", postgres.n.Add(1)))
		if err != nil {
			t.Fatal(err)
		}
		return dsn
	},
}

// each runs a test against both databases. again opens the same one once more, as
// another process would.
func each(t *testing.T, promise func(t *testing.T, r *Records, again func() *Records)) {
	for name, dsn := range databases {
		t.Run(name, func(t *testing.T) {
			open := opener(t, dsn(t))
			promise(t, open(), open)
		})
	}
}

// opener opens the same database again and again.
func opener(t *testing.T, dsn string) func() *Records {
	return func() *Records {
		r, err := Open(dsn)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		})
		return r
	}
}

var day = time.Date(2026, time.June, 9, 0, 0, 0, 0, ivr.Warsaw())

// at is a moment of the day.
func at(after time.Duration) time.Time { return day.Add(after) }

// line is a stream that a test writes.
type line struct{ events []ivr.StreamEvent }

func (l *line) add(at time.Time, call string, name string, data any) {
	body, err := json.Marshal(data)
	if err != nil {
		panic(err)
	}
	n := len(l.events) + 1
	l.events = append(l.events, ivr.StreamEvent{
		ID: fmt.Sprintf("%d-%d", day.UnixMilli()+int64(n/3), n%3), Call: call, Seq: uint64(n), At: at.UTC(), Event: name, Data: body,
	})
}

func (l *line) note(after time.Duration, call string, n ivr.Note) { l.add(at(after), call, n.Event, n) }

func (l *line) queue(after time.Duration, e ivr.QueueEvent) {
	e.At = at(after).UTC()
	l.add(e.At, e.Call, e.Event, e)
}

func apply(t *testing.T, r *Records, events ...ivr.StreamEvent) {
	t.Helper()
	if err := r.Apply(t.Context(), events); err != nil {
		t.Fatal(err)
	}
}

func same(t *testing.T, got, want any, opts ...cmp.Option) {
	t.Helper()
	if diff := cmp.Diff(want, got, opts...); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

var tables = []string{"events", "calls", "queue_stays", "legs", "wrap_ups", "agent_states", "accounts"}

// dump is everything that is in the tables of records.
func dump(t *testing.T, r *Records) string {
	t.Helper()
	var out strings.Builder
	for _, table := range tables {
		if table == "accounts" {
			continue
		}
		rows, err := r.read.QueryContext(t.Context(), "SELECT * FROM "+table+" ORDER BY 1, 2")
		if err != nil {
			t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			cells := make([]any, len(columns))
			for i := range cells {
				cells[i] = new(any)
			}
			if err := rows.Scan(cells...); err != nil {
				t.Fatal(err)
			}
			fmt.Fprint(&out, table)
			for i := range cells {
				fmt.Fprintf(&out, " %s=%v", columns[i], *cells[i].(*any))
			}
			fmt.Fprintln(&out)
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}

const hmac = "1:00ff"

// monday is a stream with a bit of everything.
func monday() *line {
	l := &line{}
	s := time.Second
	l.queue(8*time.Hour, ivr.QueueEvent{Event: ivr.AgentLogin, Agent: "anna"})
	l.queue(8*time.Hour, ivr.QueueEvent{Event: ivr.AgentStateChange, Agent: "anna", State: "available"})
	for i := range 6 {
		t0, id := 9*time.Hour+time.Duration(i)*7*time.Minute, fmt.Sprint("pbx-", i)
		task := id + ".4"
		l.note(t0, id, ivr.Note{Event: "answer", Caller: hmac})
		l.note(t0+s, id, ivr.Note{Event: "enter", Node: "main.top"})
		l.note(t0+2*s, id, ivr.Note{Event: "key", Node: "main.top", Digit: "7"})
		l.note(t0+2*s, id, ivr.Note{Event: "article", Node: "main.card", Article: "dowod-osobisty"})
		if i%2 == 0 {
			l.note(t0+60*s, id, ivr.Note{Event: "end", By: "caller", Node: "main.card", Outcome: ivr.OutcomeContained})
			continue
		}
		l.note(t0+30*s, id, ivr.Note{Event: "queue", Node: "main.agent", Queue: "info"})
		l.queue(t0+30*s, ivr.QueueEvent{Event: ivr.EnterQueue, Task: task, Call: id, Queue: "info", Caller: hmac, Lang: "pl", Position: 1})
		l.queue(t0+50*s, ivr.QueueEvent{Event: ivr.RingNoAnswer, Task: task, Call: id, Queue: "info", Agent: "jan", Ring: 20 * s})
		l.queue(t0+55*s, ivr.QueueEvent{Event: ivr.QueueConnect, Task: task, Call: id, Queue: "info", Agent: "anna", Wait: 25 * s, Ring: 5 * s})
		l.queue(t0+55*s, ivr.QueueEvent{Event: ivr.AgentStateChange, Agent: "anna", State: "on call"})
		l.note(t0+55*s, id, ivr.Note{Event: "connect", Node: "main.agent", Queue: "info"})
		l.queue(t0+155*s, ivr.QueueEvent{Event: ivr.CompleteCaller, Task: task, Call: id, Queue: "info", Agent: "anna", Talk: 90 * s, Hold: 10 * s})
		l.queue(t0+155*s, ivr.QueueEvent{Event: ivr.AgentStateChange, Agent: "anna", State: "wrap-up"})
		l.note(t0+155*s, id, ivr.Note{Event: "end", By: "caller", Node: "main.agent", Outcome: ivr.OutcomeAgent})
		l.queue(t0+175*s, ivr.QueueEvent{Event: ivr.WrapUpDone, Task: task, Call: id, Queue: "info", Agent: "anna", Wrap: 20 * s, Code: "dowod", Note: fmt.Sprint("pyta o zdjęcie ", i)})
		l.queue(t0+175*s, ivr.QueueEvent{Event: ivr.AgentStateChange, Agent: "anna", State: "available"})
	}
	return l
}

func TestOrderRepetitionAndSplittingChangeNothing(t *testing.T) {
	each(t, func(t *testing.T, r *Records, _ func() *Records) {
		events := monday().events
		apply(t, r, events...)
		want := dump(t, r)
		if strings.Count(want, "\n") < 60 {
			t.Fatalf("little is recorded:\n%s", want)
		}
		for seed := range uint64(5) {
			random := rand.New(rand.NewPCG(seed, 1))
			if err := r.alter(t.Context(), func(w writer) error { return w.empty() }); err != nil {
				t.Fatal(err)
			}
			mixed := append(append([]ivr.StreamEvent(nil), events...), events[:len(events)/2]...)
			random.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
			for len(mixed) > 0 {
				n := min(len(mixed), 1+random.IntN(9))
				apply(t, r, mixed[:n]...)
				mixed = mixed[n:]
			}
			same(t, dump(t, r), want)
		}
	})
}

// empty forgets everything.
func (w writer) empty() error {
	for _, table := range tables {
		if err := w.exec("DELETE FROM " + table); err != nil {
			return err
		}
	}
	return nil
}

func TestEventsThatWereSavedAgainAfterALossAreTheSameEvents(t *testing.T) {
	each(t, func(t *testing.T, r *Records, _ func() *Records) {
		events := monday().events
		apply(t, r, events...)
		want := dump(t, r)
		again := append([]ivr.StreamEvent(nil), events...)
		for i := range again {
			if again[i].Event == strings.ToUpper(again[i].Event) {
				again[i].Seq += 1000 // a change of the board that was made again
			}
			again[i].ID = fmt.Sprintf("%d-%d", at(24*time.Hour).UnixMilli(), i)
		}
		apply(t, r, again...)
		same(t, dump(t, r), want)
	})
}

func TestTwoInstancesRecordAtOnce(t *testing.T) {
	each(t, func(t *testing.T, r *Records, again func() *Records) {
		events := monday().events
		apply(t, r, events...)
		want := dump(t, r)
		if err := r.alter(t.Context(), func(w writer) error { return w.empty() }); err != nil {
			t.Fatal(err)
		}
		failed := make(chan error, 2)
		for i, who := range []*Records{r, again()} {
			go func() {
				var err error
				for n := i; n < len(events) && err == nil; n += 2 {
					err = who.Apply(t.Context(), events[n:n+1])
				}
				failed <- err
			}()
		}
		for range 2 {
			if err := <-failed; err != nil {
				t.Fatal(err)
			}
		}
		same(t, dump(t, r), want)
	})
}

func TestManyProcessesMakeTheTablesAtOnce(t *testing.T) {
	each(t, func(t *testing.T, _ *Records, again func() *Records) {
		failed := make(chan error, 6)
		for range 6 {
			r := again()
			go func() { failed <- r.Ping(t.Context()) }()
		}
		for range 6 {
			if err := <-failed; err != nil {
				t.Error(err)
			}
		}
	})
}

func TestWhatPrivacyForbidsIsNotKept(t *testing.T) {
	each(t, func(t *testing.T, r *Records, _ func() *Records) {
		l := &line{}
		l.note(time.Hour, "c", ivr.Note{Event: "key", Digit: "SECRET"})
		l.note(time.Hour, "c", ivr.Note{Event: "set", Var: "pesel", Value: "SECRET"})
		l.note(time.Hour, "c", ivr.Note{Event: "say", Prompt: "SECRET"})
		l.note(time.Hour, "c", ivr.Note{Event: "end", Outcome: ivr.OutcomeContained, Digit: "SECRET", Value: "SECRET", Prompt: "SECRET"})
		apply(t, r, l.events...)
		got := dump(t, r)
		if strings.Contains(got, "SECRET") || !strings.Contains(got, "calls id=c") {
			t.Error(got)
		}
	})
}

func TestAnEventThatCannotBeReadHidesNoOther(t *testing.T) {
	each(t, func(t *testing.T, r *Records, _ func() *Records) {
		l := monday()
		bad := l.events[3]
		bad.ID, bad.Event, bad.Data = "99-0", "end", []byte("{")
		err := r.Apply(t.Context(), append([]ivr.StreamEvent{bad}, l.events...))
		unreadable, ok := err.(*UnreadableError)
		if !ok || len(unreadable.IDs) != 1 || unreadable.IDs[0] != "99-0" {
			t.Fatal(err)
		}
		got := dump(t, r)
		apply(t, r, l.events...)
		same(t, dump(t, r), got)
	})
}

func TestTextsThatADatabaseDoesNotStoreAreCleaned(t *testing.T) {
	each(t, func(t *testing.T, r *Records, _ func() *Records) {
		l := &line{}
		l.queue(time.Hour, ivr.QueueEvent{Event: ivr.WrapUpDone, Task: "t", Agent: "anna", Code: "x", Note: "a\x00b 😀 'ż'; DROP TABLE calls"})
		apply(t, r, l.events...)
		if got := dump(t, r); !strings.Contains(got, "note=ab 😀 'ż'; DROP TABLE calls") {
			t.Error(got)
		}
	})
}

// dying is a context that ends when it was looked at so often: a crash in the
// middle, at a place that is the same each time.
type dying struct {
	context.Context
	left atomic.Int32
	die  context.CancelFunc
}

func dieAfter(ctx context.Context, looks int) *dying {
	d := &dying{}
	d.Context, d.die = context.WithCancel(ctx)
	d.left.Store(int32(looks))
	return d
}

func (d *dying) Done() <-chan struct{} {
	if d.left.Add(-1) < 0 {
		d.die()
	}
	return d.Context.Done()
}

func TestACrashAtAnyStepOfATransactionLeavesNothingOrAll(t *testing.T) {
	each(t, func(t *testing.T, r *Records, _ func() *Records) {
		all := monday().events
		apply(t, r, all[:9]...)
		before := dump(t, r)
		apply(t, r, all...)
		after := dump(t, r)
		crashes := 0
		for looks := 0; ; looks++ {
			if err := r.alter(t.Context(), func(w writer) error { return w.empty() }); err != nil {
				t.Fatal(err)
			}
			apply(t, r, all[:9]...)
			ctx := dieAfter(t.Context(), looks)
			err := r.Apply(ctx, all)
			ctx.die()
			got := dump(t, r)
			if err == nil {
				same(t, got, after)
				break
			}
			crashes++
			if got != before && got != after {
				t.Fatalf("a crash after %d steps (%v) leaves half of it:\n%s", looks, err, cmp.Diff(before, got))
			}
			if looks > 50 {
				looks += 10 // all kinds of statements were seen
			}
		}
		if crashes < 10 {
			t.Errorf("only %d crashes", crashes)
		}
	})
}
