package flowfile

import (
	"slices"
	"time"

	"infolinia/ivr"
)

// localZone is the zone of hours and articles that name none.
const localZone = "Europe/Warsaw"

// current builds what is never pinned to a version: hours, notices, queues and
// articles.
func (l *loader) current() {
	l.content = ivr.Content{
		Hours:    map[string]ivr.Hours{},
		Notices:  map[string]ivr.Notice{},
		Articles: map[string]ivr.Article{},
		Queues:   map[string]ivr.Queue{},
	}
	for _, n := range l.tree(hoursFile).items() {
		l.content.Hours[n.key.text] = l.hours(n)
	}
	for _, n := range l.tree(noticesFile).items() {
		l.content.Notices[n.key.text] = l.notice(n)
	}
	for _, n := range l.tree(queuesFile).items() {
		l.content.Queues[n.key.text] = l.queue(n)
	}
	for _, file := range l.kbFiles {
		l.article(l.trees[file])
	}
	l.currentTexts()
}

func (l *loader) hours(n *node) ivr.Hours {
	zone, err := parseZone(n.get("timezone").str())
	if err != nil {
		zone, _ = time.LoadLocation(localZone)
	}
	h := ivr.Hours{
		Name: n.key.text, Location: zone,
		Weekly:  l.weekly(n.get("weekly")),
		Monthly: l.monthly(n.get("monthly")),
		Special: l.special(n.get("special")),
	}
	if calendar := n.get("holidays").str(); calendar != "none" {
		h.Holidays = calendar
	}
	setBool(&h.Emergency, n.get("emergency").get("closed"))
	return h
}

func (l *loader) weekly(n *node) map[time.Weekday][]ivr.Window {
	out, written := map[time.Weekday][]ivr.Window{}, map[time.Weekday]string{}
	for _, e := range n.items() {
		days, err := parseWeekdays(e.key.text)
		if err != nil {
			continue
		}
		for _, d := range days {
			if before, twice := written[d]; twice {
				l.errorf(e.key.at, "weekly: %s stands in %q and again in %q; keep one", weekdays[d], before, e.key.text)
				continue
			}
			written[d] = e.key.text
			if w := l.windows(e); len(w) > 0 {
				out[d] = w
			}
		}
	}
	return out
}

// windows are the openings of one day, in order.
func (l *loader) windows(n *node) []ivr.Window {
	var out []ivr.Window
	for _, e := range n.items() {
		w, err := parseWindow(e.str())
		if err != nil {
			continue
		}
		if slices.Contains(out, w) {
			l.errorf(e.at, "%s: %q stands twice; remove one", n.name(), e.text)
			continue
		}
		out = append(out, w)
	}
	slices.SortFunc(out, func(a, b ivr.Window) int { return a.From - b.From })
	return out
}

func (l *loader) monthly(n *node) []ivr.MonthlyHours {
	var out []ivr.MonthlyHours
	for _, e := range n.items() {
		m := ivr.MonthlyHours{Windows: l.windows(e.get("hours"))}
		setInt(&m.Nth, e.get("nth"))
		day, err := parseWeekday(e.get("day").str())
		if err != nil || m.Nth < 1 || m.Nth > 5 {
			continue
		}
		m.Weekday = day
		out = append(out, m)
	}
	return out
}

func (l *loader) special(n *node) map[ivr.Day][]ivr.Window {
	out, first := map[ivr.Day][]ivr.Window{}, map[ivr.Day]position{}
	for _, e := range n.items() {
		date := e.get("date")
		day, err := parseDay(date.str())
		if err != nil {
			continue
		}
		if before, twice := first[day]; twice {
			l.errorf(date.at, "special: %s stands twice (first in line %d); put all its hours into one entry", date.text, before.line)
			continue
		}
		first[day] = date.at
		out[day] = l.windows(e.get("hours"))
	}
	return out
}

func (l *loader) notice(n *node) ivr.Notice {
	out := ivr.Notice{Name: n.key.text, Author: n.get("author").str(), Text: textsOf(n.get("text"))}
	setBool(&out.Active, n.get("active"))
	out.From, _ = parseMoment(n.get("from").str())
	out.Until, _ = parseMoment(n.get("until").str())
	if !out.From.IsZero() && !out.Until.IsZero() && !out.Until.After(out.From) {
		l.errorf(n.get("until").at, "until %q is not after from %q; exchange or correct them", n.get("until").text, n.get("from").text)
	}
	l.checkTexts(n.get("text"), true)
	return out
}
