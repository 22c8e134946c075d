package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"infolinia/ivr/record"
)

// weekday is its Polish name.
func weekday(d time.Weekday) string {
	return []string{"niedziela", "poniedziałek", "wtorek", "środa", "czwartek", "piątek", "sobota"}[d]
}

// writeReport writes the figures of a day for people, in Polish.
func writeReport(w io.Writer, r *record.Report) error {
	day := r.Day.From
	fmt.Fprintf(w, "Raport dnia %s (%s)\n\n", day.Format("02.01.2006"), weekday(day.Weekday()))
	table := [][]string{reportHead("Kolejka", r.Limits)}
	for _, queue := range r.Queues {
		table = append(table, reportCells(queue, r.Day.Queues[queue]))
	}
	writeColumns(w, append(table, reportCells("razem", r.Day.All)))
	fmt.Fprintln(w)
	if hours := busyHours(r.Hours); len(hours) > 0 {
		table := [][]string{reportHead("Godziny", r.Limits)}
		for _, h := range hours {
			table = append(table, reportCells(hourName(h, len(r.Hours) > 24), h.All))
		}
		writeColumns(w, table)
		fmt.Fprintln(w)
	}
	all := r.Day.All
	_, err := fmt.Fprintf(w, `Rozmowy zakończone: %d, w tym załatwione bez pracownika: %d (%s)
Zajętość pracowników: %s

Poziom obsługi: odebrane do %[5]s / (odebrane + porzucone - porzucone do %[6]s).
Według wzorów Asteriska: odebrane do %[5]s / odebrane: %[7]s,
  odebrane i porzucone do %[5]s / (odebrane + porzucone): %[8]s.
Obsługa: rozmowa, zawieszenie i praca po rozmowie.
Inne: wyjście klawiszem, po najdłuższym czasie albo z braku pracowników.
Kreska: brak danych.
`, all.Calls, all.Contained, percentWords(all.Containment()), percentWords(all.Occupancy()),
		limitWords(r.Limits.Within), limitWords(r.Limits.Short),
		percentWords(all.ServiceLevelAnswered()), percentWords(all.ServiceLevelAll()))
	return err
}

func reportHead(first string, l record.Limits) []string {
	return []string{first, "Zgłoszone", "Odebrane", "do " + limitWords(l.Within), "Porzucone", "do " + limitWords(l.Short), "Inne",
		"Poziom obsługi", "Śr. oczekiwanie", "Śr. obsługa"}
}

func reportCells(first string, f record.Figures) []string {
	return []string{
		first, strconv.Itoa(f.Offered), strconv.Itoa(f.Answered), strconv.Itoa(f.AnsweredWithin),
		strconv.Itoa(f.Abandoned), strconv.Itoa(f.AbandonedShort), strconv.Itoa(f.Left),
		percentWords(f.ServiceLevel()), clockWords(f.ASA()), clockWords(f.AHT()),
	}
}

// busyHours are those from the first to the last in which somebody was in a queue.
func busyHours(hours []record.Interval) []record.Interval {
	first, last := -1, -1
	for n, h := range hours {
		if h.All.Offered+h.All.Handled > 0 {
			if first < 0 {
				first = n
			}
			last = n
		}
	}
	if first < 0 {
		return nil
	}
	return hours[first : last+1]
}

// hourName tells the two hours from two to three apart, on the day that has both.
func hourName(i record.Interval, twice bool) string {
	name := i.From.Format("15:04") + "–" + i.To.Format("15:04")
	if twice {
		name += i.From.Format(" MST")
	}
	return name
}

const noFigure = "–"

func percentWords(share *float64) string {
	if share == nil {
		return noFigure
	}
	return strings.Replace(inPercent(share), ".", ",", 1) + " %"
}

// clockWords is a length in minutes and seconds, 1:05.
func clockWords(d *time.Duration) string {
	if d == nil {
		return noFigure
	}
	s := int(d.Round(time.Second).Seconds())
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

func limitWords(d time.Duration) string {
	return strings.Replace(strconv.FormatFloat(d.Seconds(), 'f', -1, 64), ".", ",", 1) + " s"
}

// writeColumns aligns the first column to the left and the others to the right.
func writeColumns(w io.Writer, table [][]string) {
	widths := make([]int, len(table[0]))
	for _, row := range table {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range table {
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i == 0 {
				fmt.Fprint(w, cell, pad)
			} else {
				fmt.Fprint(w, "  ", pad, cell)
			}
		}
		fmt.Fprintln(w)
	}
}
