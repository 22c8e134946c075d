package console

import (
	"cmp"
	"encoding/json"
	"html/template"
	"strings"
	"time"

	"infolinia/ivr"
)

// deskFuncs are what the templates of one language can say.
func deskFuncs(lang string, w words, all assets) template.FuncMap {
	return template.FuncMap{
		"t":     w.say,
		"count": w.count,
		"asset": all.url,
		// ms is a moment for the timers: ms since 1970, 0 for none.
		"ms": func(t time.Time) int64 {
			if t.IsZero() {
				return 0
			}
			return t.UnixMilli()
		},
		"wait": stopwatch,
		"date": func(t time.Time) string { return t.In(ivr.Warsaw()).Format("02.01.2006") },
		"when": shortMoment,
		"text": func(t ivr.Texts) string { return inLang(t, lang) },
		// title is what agents read instead of a name.
		"title": func(name string, t ivr.Texts) string { return cmp.Or(inLang(t, lang), name) },
		"queue": func(name string, all []DeskQueue) string {
			for _, q := range all {
				if q.Name == name {
					return cmp.Or(inLang(q.Title, lang), name)
				}
			}
			return name
		},
		"state": func(p Presence) string { return w.sayOr("state."+string(p), string(p)) },
		"dot":   dot,
		"reason": func(code string, all []Choice) string {
			for _, c := range all {
				if c.Code == code {
					return inLang(c.Text, lang)
				}
			}
			return w.sayOr("break."+code, code)
		},
		"section":  func(name string) string { return w.sayOr("section."+name, name) },
		"language": func(code string) string { return w.sayOr("language."+code, code) },
		"outcome":  func(o ivr.Outcome) string { return w.sayOr("outcome."+string(o), string(o)) },
		"list":     func(all ...string) []string { return all },
		"split":    strings.Fields,
		"json": func(v any) (template.JS, error) {
			out, err := json.Marshal(v)
			return template.JS(out), err // our own words, and < is escaped
		},
	}
}

// dot is the class of a state.
func dot(p Presence) string {
	switch p {
	case OnCall:
		return "talk"
	case WrapUp:
		return "wrap"
	}
	return string(p)
}

func inLang(t ivr.Texts, lang string) string {
	if text := t[lang]; text != "" {
		return text
	}
	return t[languages()[0]]
}

// stopwatch is a duration as a timer shows it: 0:07, 12:34, 1:02:03.
func stopwatch(d time.Duration) string {
	s := max(0, int(d.Seconds()))
	text := time.Time{}.Add(time.Duration(s) * time.Second).Format("04:05")
	switch {
	case s >= 3600:
		return time.Time{}.Add(time.Duration(s) * time.Second).Format("15:04:05")
	case text[0] == '0':
		return text[1:]
	}
	return text
}

// shortMoment is a time of today, or a date with it.
func shortMoment(t, now time.Time) string {
	t, now = t.In(ivr.Warsaw()), now.In(ivr.Warsaw())
	if t.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return t.Format("15:04")
	}
	return t.Format("02.01.2006, 15:04")
}
