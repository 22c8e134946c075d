package spoken

import (
	"strconv"
	"strings"
	"unicode"
)

// Aloud writes out what a speech engine would misread: the day and year of a
// date, which engines read as plain numbers ("cztery stycznia"), and an English
// time of day. "w poniedziałek, 4 stycznia, o ósmej" becomes "w poniedziałek,
// czwartego stycznia, o ósmej". All else stays; runs of blanks become one.
func Aloud(lang, text string) string {
	g := grammarOf(lang)
	words := strings.Fields(text)
	for i := range words {
		if i+1 >= len(words) {
			break
		}
		if month, _ := unpoint(words[i+1]); monthIn(g.months, month) > 0 {
			aloudDate(g, words, i)
		}
		if half, after := unpoint(words[i+1]); half == "a.m" || half == "p.m" {
			words[i] = aloudClock(g, words[i])
			if i+2 < len(words) { // an engine would hear a sentence end here
				after = strings.TrimPrefix(after, ".")
			}
			words[i+1] = strings.ToUpper(half[:1]) + " M" + after
		}
	}
	return strings.Join(words, " ")
}

// aloudDate writes out the day in words[i], whose month follows, and the year
// behind the month when nothing stands between them.
func aloudDate(g grammar, words []string, i int) {
	n, err := strconv.Atoi(words[i])
	if err != nil || n < 1 || n > 31 {
		return
	}
	words[i] = g.day(n)
	month, after := unpoint(words[i+1])
	if after != "" || i+2 >= len(words) {
		return
	}
	figure, after := unpoint(words[i+2])
	if year, err := strconv.Atoi(figure); err == nil {
		if spoken, ok := g.year(year); ok {
			words[i+1], words[i+2] = month, spoken+after
		}
	}
}

// aloudClock turns the "2:30" of "2:30 p.m." into "two thirty".
func aloudClock(g grammar, word string) string {
	hour, minute, ok := strings.Cut(word, ":")
	h, errHour := strconv.ParseUint(hour, 10, 8)
	m, errMinute := strconv.ParseUint(minute, 10, 8)
	if !ok || errHour != nil || errMinute != nil || len(minute) != 2 {
		return word
	}
	if m < 10 {
		return join(g.cardinal(h), "oh", g.cardinal(m))
	}
	return join(g.cardinal(h), g.cardinal(m))
}

// unpoint splits the punctuation off the end of a word.
func unpoint(word string) (bare, after string) {
	bare = strings.TrimRightFunc(word, unicode.IsPunct)
	return bare, word[len(bare):]
}
