package main

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"infolinia/ivr"
	"infolinia/ivr/config"
	"infolinia/ivr/store"
	"infolinia/ivr/store/redistest"
)

func TestWhatIsSavedIsRecordedAndReadinessSaysWhenItIsNot(t *testing.T) {
	redis := redistest.Start(t)
	c := &config.Config{}
	c.Asterisk.SystemName, c.Instance = "pbx", 1
	c.Records = config.Records{DSN: config.Secret(filepath.Join(t.TempDir(), "records.db")), Keep: time.Hour}
	s := store.OpenRedis(store.Settings{Line: "infolinia", Addrs: []string{redis.Addr}})
	defer s.Close()
	records, err := openRecords(c)
	must(t, err)
	defer records.Close()
	r := newRecorder(c, s, records, zerolog.Nop())
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { r.run(ctx); close(done) }()
	defer func() { stop(); <-done }()

	slot, err := s.Acquire(t.Context(), "pbx/infolinia-1", "pbx/1", time.Minute, 0)
	must(t, err)
	call := &ivr.Call{Schema: ivr.Schema, ID: "c", Seq: 1, Ended: true}
	at := time.Now().Add(-2 * time.Hour)
	_, err = slot.Save(t.Context(), call, []ivr.Event{
		{Seq: 1, At: at, Note: ivr.Note{Event: "answer", Caller: "1:ff"}}, {Seq: 1, At: at, Note: ivr.Note{Event: "end", Outcome: ivr.OutcomeContained}},
	})
	must(t, err)
	eventually(t, "the call is recorded", func() bool {
		earlier, err := records.Earlier(t.Context(), "1:ff", 1)
		return err == nil && len(earlier) == 1
	})
	if found := r.check(t.Context()); len(found) > 0 {
		t.Errorf("a problem without one: %+v", found)
	}
	r.prune(t.Context())
	if earlier, err := records.Earlier(t.Context(), "1:ff", 1); err != nil || len(earlier) > 0 {
		t.Errorf("kept too long: %v, %v", earlier, err)
	}
	redis.Kill()
	eventually(t, "readiness warns", func() bool { return len(r.check(t.Context())) == 1 })
	redis.Restart()
	eventually(t, "readiness is well again", func() bool { return len(r.check(t.Context())) == 0 })
}
