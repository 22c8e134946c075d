package record

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"infolinia/ivr"
)

var limits = Limits{Within: 20 * time.Second, Short: 5 * time.Second}

func percent(share *float64) string {
	if share == nil {
		return "null"
	}
	return fmt.Sprintf("%.2f %%", 100**share)
}

// stay is one caller of the queue info who waits, and is answered or gives up.
func (l *line) stay(n int, wait time.Duration, answered bool) {
	task, t0 := fmt.Sprint("t", n), 8*time.Hour+time.Duration(n)*20*time.Second
	l.queue(t0, ivr.QueueEvent{Event: ivr.EnterQueue, Task: task, Queue: "info"})
	if !answered {
		l.queue(t0+wait, ivr.QueueEvent{Event: ivr.QueueAbandon, Task: task, Queue: "info", Wait: wait})
		return
	}
	l.queue(t0+wait, ivr.QueueEvent{Event: ivr.QueueConnect, Task: task, Queue: "info", Agent: "anna", Wait: wait})
	l.queue(t0+wait+time.Minute, ivr.QueueEvent{Event: ivr.CompleteAgent, Task: task, Queue: "info", Agent: "anna", Talk: 50 * time.Second, Hold: 10 * time.Second})
}

// TestTheServiceLevelIsTheOneOfTheGoldenCheck: answered 1000, of them 860 within 20 s; abandoned 60, 20 of
// them within 20 s, 10 within 5 s.
func TestTheServiceLevelIsTheOneOfTheGoldenCheck(t *testing.T) {
	each(t, func(t *testing.T, r *Records, _ func() *Records) {
		l := &line{}
		for n := range 1060 {
			switch {
			case n < 860:
				l.stay(n, 20*time.Second, true)
			case n < 1000:
				l.stay(n, 20*time.Second+time.Millisecond, true)
			case n < 1010:
				l.stay(n, 5*time.Second, false)
			case n < 1020:
				l.stay(n, 5*time.Second+time.Millisecond, false)
			default:
				l.stay(n, time.Minute, false)
			}
		}
		apply(t, r, l.events...)
		report, err := r.Day(t.Context(), at(12*time.Hour), at(24*time.Hour), limits)
		if err != nil {
			t.Fatal(err)
		}
		same(t, report.Queues, []string{"info"})
		for name, f := range map[string]Figures{"all": report.Day.All, "info": report.Day.Queues["info"]} {
			got := []string{percent(f.ServiceLevel()), percent(f.ServiceLevelAnswered()), percent(f.ServiceLevelAll())}
			if diff := cmp.Diff([]string{"81.90 %", "86.00 %", "83.02 %"}, got); diff != "" {
				t.Errorf("%s: -want +got\n%s", name, diff)
			}
			same(t, []int{f.Offered, f.Answered, f.AnsweredWithin, f.Abandoned, f.AbandonedWithin, f.AbandonedShort, f.Left},
				[]int{1060, 1000, 860, 60, 20, 10, 0})
			same(t, *f.ASA(), 20*time.Second+140*time.Microsecond)
			same(t, *f.AHT(), time.Minute)
		}
		sum := 0
		for _, h := range report.Hours {
			sum += h.All.Offered
		}
		same(t, sum, 1060)
	})
}

func TestTheFiguresOfADayAreItsFormulas(t *testing.T) {
	each(t, func(t *testing.T, r *Records, _ func() *Records) {
		apply(t, r, monday().events...)
		report, err := r.Day(t.Context(), at(time.Hour), at(10*time.Hour), limits)
		if err != nil {
			t.Fatal(err)
		}
		got := report.Day.All
		s := time.Second
		same(t, got, Figures{
			Offered: 3, Answered: 3, Waits: 75 * s, Handled: 3, Talk: 270 * s, Hold: 30 * s, WrapUp: 60 * s,
			Busy: 360 * s, Free: 2*time.Hour - 360*s, Calls: 6, Contained: 3,
		})
		same(t, []string{percent(got.ServiceLevel()), percent(got.Occupancy()), percent(got.Containment())}, []string{"0.00 %", "5.00 %", "50.00 %"})
		same(t, []time.Duration{*got.ASA(), *got.AHT()}, []time.Duration{25 * s, 120 * s})
		same(t, report.Hours[8].All, Figures{Free: time.Hour})
		same(t, report.Hours[9].Queues["info"].Answered, 3)
		if f := report.Day.Queues["info"]; f.Occupancy() != nil || f.Containment() != nil {
			t.Errorf("a single queue has %s and %s", percent(f.Occupancy()), percent(f.Containment()))
		}
	})
}

func TestAnEmptyIntervalHasNoFigures(t *testing.T) {
	each(t, func(t *testing.T, r *Records, _ func() *Records) {
		report, err := r.Day(t.Context(), at(0), at(24*time.Hour), limits)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range append(report.Hours, report.Day) {
			f := i.All
			for _, share := range []*float64{f.ServiceLevel(), f.ServiceLevelAnswered(), f.ServiceLevelAll(), f.Occupancy(), f.Containment()} {
				same(t, share, (*float64)(nil))
			}
			same(t, f.ASA(), (*time.Duration)(nil))
			same(t, f.AHT(), (*time.Duration)(nil))
		}
	})
}

func TestOnlyThoseWhoGaveUpAtOnceGiveNoServiceLevel(t *testing.T) {
	f := Figures{Offered: 2, Abandoned: 2, AbandonedWithin: 2, AbandonedShort: 2}
	same(t, f.ServiceLevel(), (*float64)(nil))
}

func TestADayHasTheHoursOfItsClock(t *testing.T) {
	for date, want := range map[string]int{"2026-03-29": 23, "2026-10-25": 25, "2026-06-09": 24} {
		noon, err := time.ParseInLocation("2006-01-02 15", date+" 12", ivr.Warsaw())
		if err != nil {
			t.Fatal(err)
		}
		r := newReport(noon, limits)
		last := r.Hours[len(r.Hours)-1]
		if len(r.Hours) != want || !last.To.Equal(r.Day.To) || r.Day.To.Hour() != 0 {
			t.Errorf("%s: %d hours, the last until %v", date, len(r.Hours), last.To)
		}
		if got := r.at(r.Day.To.Add(-time.Nanosecond)); got[1] != &r.Hours[want-1] {
			t.Errorf("%s: the last moment is in %v", date, got[1].From)
		}
	}
}

func TestADayIsThatOfWarsaw(t *testing.T) {
	each(t, func(t *testing.T, r *Records, _ func() *Records) {
		l := &line{}
		for i, after := range []time.Duration{-time.Millisecond, 0, 24*time.Hour - time.Millisecond, 24 * time.Hour} {
			l.queue(after, ivr.QueueEvent{Event: ivr.EnterQueue, Task: fmt.Sprint(i), Queue: "info"})
		}
		apply(t, r, l.events...)
		report, err := r.Day(t.Context(), at(0), at(48*time.Hour), limits)
		if err != nil {
			t.Fatal(err)
		}
		same(t, report.Day.All.Offered, 2)
		same(t, []int{report.Hours[0].All.Offered, report.Hours[23].All.Offered}, []int{1, 1})
	})
}

func TestTheStateOfTheEveningBeforeCounts(t *testing.T) {
	each(t, func(t *testing.T, r *Records, _ func() *Records) {
		l := &line{}
		state := func(after time.Duration, agent, state string) {
			l.queue(after, ivr.QueueEvent{Event: ivr.AgentStateChange, Agent: agent, State: state})
		}
		state(-3*time.Hour, "night", "break")
		state(-2*time.Hour, "night", "available")
		state(time.Hour, "night", "on call")
		state(3*time.Hour, "night", "offline")
		state(-2*time.Hour, "gone", "offline")
		state(23*time.Hour, "late", "available")
		state(30*time.Hour, "late", "offline")
		apply(t, r, l.events...)
		report, err := r.Day(t.Context(), at(0), at(48*time.Hour), limits)
		if err != nil {
			t.Fatal(err)
		}
		same(t, report.Day.All, Figures{Busy: 2 * time.Hour, Free: 2 * time.Hour})
		same(t, report.Hours[23].All, Figures{Free: time.Hour})
	})
}

func TestEachWayOutOfAQueueIsCountedAsWhatItIs(t *testing.T) {
	each(t, func(t *testing.T, r *Records, _ func() *Records) {
		l := &line{}
		s := time.Second
		for i, event := range []string{ivr.ExitWithTimeout, ivr.ExitWithKey, ivr.ExitEmpty, ""} {
			task := fmt.Sprint(i)
			l.queue(0, ivr.QueueEvent{Event: ivr.EnterQueue, Task: task, Queue: "info"})
			if event != "" {
				l.queue(s, ivr.QueueEvent{Event: event, Task: task, Queue: "info", Wait: s})
			}
		}
		// A lost leg: the same caller is connected twice, and offered once.
		for i, why := range []string{"", "lost"} {
			t0 := time.Duration(i) * 30 * s
			l.queue(t0, ivr.QueueEvent{Event: ivr.EnterQueue, Task: "lost", Queue: "info", Reason: why})
			l.queue(t0+10*s, ivr.QueueEvent{Event: ivr.QueueConnect, Task: "lost", Queue: "info", Agent: "anna", Wait: 10 * s})
			l.queue(t0+30*s, ivr.QueueEvent{Event: ivr.CompleteAgent, Task: "lost", Queue: "info", Agent: "anna", Talk: 20 * s, Reason: "lost"})
		}
		// Sent to an agent of the same queue, then to another queue, whose caller he is too.
		l.queue(0, ivr.QueueEvent{Event: ivr.EnterQueue, Task: "sent", Queue: "info"})
		l.queue(s, ivr.QueueEvent{Event: ivr.QueueConnect, Task: "sent", Queue: "info", Agent: "anna", Wait: s})
		l.queue(9*s, ivr.QueueEvent{Event: ivr.BlindTransfer, Task: "sent", Queue: "info", Agent: "anna", Talk: 8 * s, To: "jan"})
		l.queue(9*s, ivr.QueueEvent{Event: ivr.EnterQueue, Task: "sent", Queue: "info", Reason: "transfer"})
		l.queue(9*s, ivr.QueueEvent{Event: ivr.QueueConnect, Task: "sent", Queue: "info", Agent: "jan", Reason: "transfer"})
		l.queue(9*s, ivr.QueueEvent{Event: ivr.BlindTransfer, Task: "sent", Queue: "info", Agent: "jan", To: "lekarz"})
		l.queue(9*s, ivr.QueueEvent{Event: ivr.EnterQueue, Task: "sent", Queue: "lekarz", Reason: "transfer"})
		l.queue(15*s, ivr.QueueEvent{Event: ivr.QueueAbandon, Task: "sent", Queue: "lekarz", Wait: 6 * s})
		// A call back is handled, and nobody waited for it.
		l.queue(0, ivr.QueueEvent{Event: ivr.CallbackAsked, Task: "back", Queue: "info"})
		l.queue(time.Hour, ivr.QueueEvent{Event: ivr.QueueConnect, Task: "back", Queue: "info", Agent: "anna", Wait: time.Hour})
		l.queue(time.Hour+5*s, ivr.QueueEvent{Event: ivr.CompleteAgent, Task: "back", Queue: "info", Agent: "anna", Talk: 5 * s})
		apply(t, r, l.events...)
		report, err := r.Day(t.Context(), at(0), at(48*time.Hour), limits)
		if err != nil {
			t.Fatal(err)
		}
		same(t, report.Day.Queues["info"], Figures{Offered: 6, Answered: 2, AnsweredWithin: 2, Left: 3, Waits: 11 * s, Handled: 5, Talk: 53 * s})
		same(t, report.Day.Queues["lekarz"], Figures{Offered: 1, Abandoned: 1, AbandonedWithin: 1})
	})
}

func TestWhoAskedForAnAgentIsNotContained(t *testing.T) {
	each(t, func(t *testing.T, r *Records, _ func() *Records) {
		l := &line{}
		for id, notes := range map[string][]ivr.Note{
			"answered": {{Event: "article", Article: "a"}, {Event: "end", Outcome: ivr.OutcomeContained}},
			"asked":    {{Event: "queue", Queue: "info"}, {Event: "end", Outcome: ivr.OutcomeContained}},
			"silent":   {{Event: "end", By: "caller", Outcome: ivr.OutcomeAbandoned}},
			"live":     {{Event: "article", Article: "a"}},
			"reopened": {{Event: "end", Reason: "lost", Outcome: ivr.OutcomeContained}, {Event: "reopened"}},
		} {
			l.note(time.Hour, id, ivr.Note{Event: "answer"})
			for _, n := range notes {
				l.note(time.Hour, id, n)
			}
		}
		apply(t, r, l.events...)
		report, err := r.Day(t.Context(), at(0), at(48*time.Hour), limits)
		if err != nil {
			t.Fatal(err)
		}
		same(t, []int{report.Day.All.Contained, report.Day.All.Calls}, []int{1, 3})
	})
}
