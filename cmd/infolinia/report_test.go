package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/record"
)

// sunday is a var directory with the records of 29 November 2026.
func sunday(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	r, err := record.Open(filepath.Join(dir, "records.db"))
	must(t, err)
	defer r.Close()
	var events []ivr.StreamEvent
	s := time.Second
	add := func(after time.Duration, call, name string, data any) {
		body, err := json.Marshal(data)
		must(t, err)
		events = append(events, ivr.StreamEvent{
			ID: fmt.Sprintf("%d-1", len(events)+1), Call: call, Event: name, Data: body,
			At: time.Date(2026, 11, 29, 8, 0, 0, 0, ivr.Warsaw()).Add(after),
		})
	}
	queue := func(after time.Duration, e ivr.QueueEvent) { add(after, e.Call, e.Event, e) }
	queue(0, ivr.QueueEvent{Event: ivr.AgentStateChange, Agent: "anna", State: "available"})
	for i, wait := range []time.Duration{10 * s, 30 * s, 4 * s, 40 * s} {
		task, in, t0 := fmt.Sprint("t", i), []string{"info", "śmieci"}[i/3], time.Duration(i)*30*time.Minute
		queue(t0, ivr.QueueEvent{Event: ivr.EnterQueue, Task: task, Queue: in})
		if i > 1 {
			queue(t0+wait, ivr.QueueEvent{Event: ivr.QueueAbandon, Task: task, Queue: in, Wait: wait})
			continue
		}
		queue(t0+wait, ivr.QueueEvent{Event: ivr.QueueConnect, Task: task, Queue: in, Agent: "anna", Wait: wait})
		queue(t0+wait+70*s, ivr.QueueEvent{Event: ivr.CompleteCaller, Task: task, Queue: in, Agent: "anna", Talk: 60 * s, Hold: 10 * s})
	}
	for i, outcome := range []ivr.Outcome{ivr.OutcomeContained, ivr.OutcomeAgent, ivr.OutcomeAbandoned} {
		add(time.Hour, fmt.Sprint("c", i), "end", ivr.Note{Event: "end", Outcome: outcome})
	}
	queue(2*time.Hour, ivr.QueueEvent{Event: ivr.AgentStateChange, Agent: "anna", State: "on call"})
	queue(3*time.Hour, ivr.QueueEvent{Event: ivr.AgentStateChange, Agent: "anna", State: "offline"})
	must(t, r.Apply(t.Context(), events))
	return dir
}

// report runs the command as a user would.
func report(t *testing.T, dir string, args ...string) (string, error) {
	t.Helper()
	t.Setenv("INFOLINIA_VAR", dir)
	var out strings.Builder
	root := newRoot()
	root.SetArgs(append([]string{"report", "day"}, args...))
	root.SetOut(&out)
	root.SetErr(&out)
	err := root.ExecuteContext(t.Context())
	return out.String(), err
}

func TestTheReportOfADayIsATableForPeople(t *testing.T) {
	out, err := report(t, sunday(t), "--date", "2026-11-29")
	must(t, err)
	want := `Raport dnia 29.11.2026 (niedziela)

Kolejka  Zgłoszone  Odebrane  do 20 s  Porzucone  do 5 s  Inne  Poziom obsługi  Śr. oczekiwanie  Śr. obsługa
info             3         2        1          1       1     0         50,00 %             0:20         1:10
śmieci           1         0        0          1       0     0          0,00 %                –            –
razem            4         2        1          2       1     0         33,33 %             0:20         1:10

Godziny      Zgłoszone  Odebrane  do 20 s  Porzucone  do 5 s  Inne  Poziom obsługi  Śr. oczekiwanie  Śr. obsługa
08:00–09:00          2         2        1          0       0     0         50,00 %             0:20         1:10
09:00–10:00          2         0        0          2       1     0          0,00 %                –            –

Rozmowy zakończone: 3, w tym załatwione bez pracownika: 1 (33,33 %)
Zajętość pracowników: 33,33 %

Poziom obsługi: odebrane do 20 s / (odebrane + porzucone - porzucone do 5 s).
Według wzorów Asteriska: odebrane do 20 s / odebrane: 50,00 %,
  odebrane i porzucone do 20 s / (odebrane + porzucone): 50,00 %.
Obsługa: rozmowa, zawieszenie i praca po rozmowie.
Inne: wyjście klawiszem, po najdłuższym czasie albo z braku pracowników.
Kreska: brak danych.
`
	if out != want {
		t.Errorf("got\n%s\nwant\n%s", out, want)
	}
}

func TestTheReportForMachinesHasNoFigureWhereThereIsNone(t *testing.T) {
	out, err := report(t, sunday(t), "--date", "2026-11-29", "--csv", "--within", "30s")
	must(t, err)
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	must(t, err)
	if len(rows) != 1+3+24*3 {
		t.Fatalf("%d lines:\n%s", len(rows), out)
	}
	for line, want := range map[int]string{
		1: "2026-11-29T00:00:00+01:00,2026-11-30T00:00:00+01:00,,30.0,5.0,4,2,2,2,1,1,0,66.67,100.00,75.00,20.0,2,120.0,20.0,0.0,70.0,33.33,3,1,33.33",
		3: "2026-11-29T00:00:00+01:00,2026-11-30T00:00:00+01:00,śmieci,30.0,5.0,1,0,0,1,0,0,0,0.00,,0.00,,0,0.0,0.0,0.0,,,,,",
		4: "2026-11-29T00:00:00+01:00,2026-11-29T01:00:00+01:00,,30.0,5.0,0,0,0,0,0,0,0,,,,,0,0.0,0.0,0.0,,,0,0,",
	} {
		if got := strings.Join(rows[line], ","); got != want {
			t.Errorf("line %d:\n%s\nwant\n%s", line, got, want)
		}
	}
}

func TestADayWithoutCallsHasDashes(t *testing.T) {
	out, err := report(t, sunday(t), "--date", "2026-10-25")
	must(t, err)
	if !strings.Contains(out, "razem            0         0        0          0       0     0               –                –            –") ||
		strings.Contains(out, "Godziny") || strings.Contains(out, "100,00") {
		t.Error(out)
	}
}

func TestAReportSaysWhatIsWrong(t *testing.T) {
	dir := sunday(t)
	for _, args := range [][]string{{"--date", "29.11.2026"}, {"--within", "-1s"}, {"--short", "soon"}, {"x"}} {
		if out, err := report(t, dir, args...); err == nil {
			t.Errorf("%v: no error, but\n%s", args, out)
		}
	}
	empty := t.TempDir()
	if _, err := report(t, empty); err == nil || !strings.Contains(err.Error(), "records.dsn") {
		t.Errorf("without records: %v", err)
	}
	if _, err := os.Stat(filepath.Join(empty, "records.db")); err == nil {
		t.Error("a report has made a database")
	}
}
