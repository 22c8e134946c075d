package console

import (
	"fmt"
	"html/template"
	"strings"
	"time"

	"infolinia/ivr"
)

// polish are the words of the page for staff.
func polish() template.FuncMap {
	return template.FuncMap{
		"number":   number,
		"clock":    func(t time.Time) string { return t.In(ivr.Warsaw()).Format("15:04:05") },
		"moment":   moment,
		"day":      day,
		"length":   length,
		"outcome":  outcome,
		"language": language,
		"hours":    hours,
		"count":    count,
		"text":     func(t ivr.Texts) string { return t["pl"] },
		"join":     strings.Join,
	}
}

// number groups a city number as people read it: 24 364 55 55.
func number(s string) string {
	if len(s) != 9 {
		return s
	}
	return s[:2] + " " + s[2:5] + " " + s[5:7] + " " + s[7:]
}

func month(t time.Time) string {
	return [...]string{"stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca",
		"sierpnia", "września", "października", "listopada", "grudnia"}[t.Month()-1]
}

func day(t time.Time) string {
	t = t.In(ivr.Warsaw())
	return fmt.Sprintf("%d %s %d", t.Day(), month(t), t.Year())
}

// moment is a day and time as short as it can be told apart.
func moment(t, now time.Time) string {
	t, now = t.In(ivr.Warsaw()), now.In(ivr.Warsaw())
	at := t.Format("15:04")
	switch t.Format(time.DateOnly) {
	case now.Format(time.DateOnly):
		return "dzisiaj o " + at
	case now.AddDate(0, 0, 1).Format(time.DateOnly):
		return "jutro o " + at
	}
	if t.Year() == now.Year() {
		return fmt.Sprintf("%d %s o %s", t.Day(), month(t), at)
	}
	return day(t) + " o " + at
}

func length(d time.Duration) string {
	s := int(d.Round(time.Second).Seconds())
	if s < 60 {
		return fmt.Sprintf("%d s", s)
	}
	return fmt.Sprintf("%d min %02d s", s/60, s%60)
}

func outcome(o ivr.Outcome) string {
	switch o {
	case ivr.OutcomeContained:
		return "załatwiona na linii"
	case ivr.OutcomeAgent:
		return "rozmowa z pracownikiem"
	case ivr.OutcomeMessage:
		return "zostawiona wiadomość"
	case ivr.OutcomeCallback:
		return "prośba o oddzwonienie"
	case ivr.OutcomeTransferred:
		return "przełączona"
	case ivr.OutcomeClosed:
		return "poza godzinami"
	case ivr.OutcomeAbandoned:
		return "rozłączona przez dzwoniącego"
	case ivr.OutcomeError:
		return "błąd: przekazana awaryjnie"
	}
	return string(o)
}

func language(code string) string {
	switch code {
	case "pl":
		return "polski"
	case "uk":
		return "ukraiński"
	case "en":
		return "angielski"
	}
	return code
}

func hours(s ivr.HoursState, now time.Time) string {
	next := ""
	if !s.Case.Open() && !s.NextOpen.IsZero() {
		next = "; otwarcie " + moment(s.NextOpen, now)
	}
	switch s.Case {
	case ivr.HoursOpen:
		return "otwarte"
	case ivr.HoursSpecial:
		return "otwarte (dzień szczególny)"
	case ivr.HoursHoliday:
		return "zamknięte, święto" + next
	case ivr.HoursEmergency:
		return "zamknięte awaryjnie"
	}
	return "zamknięte" + next
}

// count is a number with a noun in the right form: 1 rozmowa, 2 rozmowy, 5 rozmów.
func count(n int, one, few, many string) string {
	form := many
	switch {
	case n == 1:
		form = one
	case n%10 >= 2 && n%10 <= 4 && (n%100 < 12 || n%100 > 14):
		form = few
	}
	return fmt.Sprintf("%d %s", n, form)
}
