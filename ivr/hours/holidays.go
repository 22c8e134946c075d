package hours

import (
	"sync"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/aa"
	"github.com/rickar/cal/v2/pl"

	"infolinia/ivr"
)

func (p *plan) holiday(d ivr.Day) bool {
	if p.h.Holidays != "pl" {
		return false
	}
	days, known := thisCentury()[d.Year]
	if !known {
		days = polish(d.Year)
	}
	return days[d]
}

// thisCentury are the holidays of its years, reckoned once: every step of every
// call asks for them.
var thisCentury = sync.OnceValue(func() map[int]map[ivr.Day]bool {
	years := map[int]map[ivr.Day]bool{}
	for year := 2000; year <= 2100; year++ {
		years[year] = polish(year)
	}
	return years
})

// polish are the public holidays of a year by the act of 18 January 1951 on
// days free from work. The library has those that can fall on a working day, but
// not Christmas Eve, which the act of 6 December 2024 added from 2025 on.
func polish(year int) map[ivr.Day]bool {
	days := map[ivr.Day]bool{}
	add := func(h *cal.Holiday) {
		if t, _ := h.Calc(year); !t.IsZero() {
			y, m, d := t.Date()
			days[ivr.Day{Year: y, Month: m, Day: d}] = true
		}
	}
	for _, h := range pl.Holidays {
		add(h)
	}
	add(aa.Easter)
	add(aa.Pentecost)
	add(&cal.Holiday{Month: time.December, Day: 24, StartYear: 2025, Func: cal.CalcDayOfMonth})
	return days
}
