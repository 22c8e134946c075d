package main

import (
	"encoding/csv"
	"io"
	"strconv"
	"time"

	"infolinia/ivr/record"
)

var reportColumns = []string{
	"from", "to", "queue", "within_s", "short_s",
	"offered", "answered", "answered_within", "abandoned", "abandoned_within", "abandoned_short", "left",
	"service_level_pct", "service_level_answered_pct", "service_level_all_pct", "asa_s",
	"handled", "talk_s", "hold_s", "wrap_up_s", "aht_s", "occupancy_pct", "calls", "contained", "containment_pct",
}

// writeReportCSV writes the day, then its hours; each of all queues together,
// with an empty name, then one by one.
func writeReportCSV(w io.Writer, r *record.Report) error {
	out := csv.NewWriter(w)
	rows := [][]string{reportColumns}
	for _, i := range append([]record.Interval{r.Day}, r.Hours...) {
		rows = append(rows, reportRow(r, i, "", i.All))
		for _, queue := range r.Queues {
			rows = append(rows, reportRow(r, i, queue, i.Queues[queue]))
		}
	}
	return out.WriteAll(rows)
}

func reportRow(r *record.Report, i record.Interval, queue string, f record.Figures) []string {
	row := []string{
		i.From.Format(time.RFC3339), i.To.Format(time.RFC3339), queue, inSeconds(r.Limits.Within), inSeconds(r.Limits.Short),
		strconv.Itoa(f.Offered), strconv.Itoa(f.Answered), strconv.Itoa(f.AnsweredWithin),
		strconv.Itoa(f.Abandoned), strconv.Itoa(f.AbandonedWithin), strconv.Itoa(f.AbandonedShort), strconv.Itoa(f.Left),
		inPercent(f.ServiceLevel()), inPercent(f.ServiceLevelAnswered()), inPercent(f.ServiceLevelAll()), inSecondsOrNot(f.ASA()),
		strconv.Itoa(f.Handled), inSeconds(f.Talk), inSeconds(f.Hold), inSeconds(f.WrapUp), inSecondsOrNot(f.AHT()),
		inPercent(f.Occupancy()), strconv.Itoa(f.Calls), strconv.Itoa(f.Contained), inPercent(f.Containment()),
	}
	if queue != "" { // a call is of no queue
		copy(row[len(row)-3:], []string{"", "", ""})
	}
	return row
}

func inPercent(share *float64) string {
	if share == nil {
		return ""
	}
	return strconv.FormatFloat(100**share, 'f', 2, 64)
}

func inSeconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) }

func inSecondsOrNot(d *time.Duration) string {
	if d == nil {
		return ""
	}
	return inSeconds(*d)
}
