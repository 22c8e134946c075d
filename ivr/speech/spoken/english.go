package spoken

import (
	"fmt"
	"strconv"
	"strings"
)

func english() grammar {
	return grammar{
		category: func(n uint64, decimals bool) form {
			if n == 1 && !decimals {
				return one
			}
			return many
		},
		cardinal: englishCardinal,
		minus:    "minus", point: "point",
		decimals: decimalsOneByOne,
		months: [12]string{"January", "February", "March", "April", "May", "June", "July",
			"August", "September", "October", "November", "December"},
		day:   func(n int) string { return "the " + englishOrdinal(n) + " of" },
		year:  englishYear,
		place: englishOrdinal,
		date: func(day int, month string, year int) string {
			return join(strconv.Itoa(day), month, strconv.Itoa(year))
		},
		clock:   englishClock,
		atClock: func(h, m int) string { return "at " + englishClock(h, m) },
		today:   "today", tomorrow: "tomorrow", unknown: "at a time we do not know yet",
		onDay: [7]string{"on Sunday", "on Monday", "on Tuesday", "on Wednesday", "on Thursday",
			"on Friday", "on Saturday"},
		zloty: forms{"zloty", "zlotys", "zlotys"},
		grosz: forms{"grosz", "groszy", "groszy"},
		and:   "and ",
		letter: func(r rune) string {
			if r == 'z' {
				return "zed"
			}
			return strings.ToUpper(string(r))
		},
		signs: map[rune]string{'/': "slash", '-': "dash", '.': "dot", '_': "underscore",
			'+': "plus", '@': "at", '#': "hash", '*': "star"},
	}
}

func englishCardinal(n uint64) string {
	if n == 0 {
		return "zero"
	}
	scales := [4]string{"", "thousand", "million", "billion"}
	total := n
	return scaleOf(n, func(part uint64, power int) string {
		words := join(englishBelow1000(part), scales[power])
		if power == 0 && part < 100 && total > 1000 {
			return "and " + words // "one thousand and five"
		}
		return words
	})
}

func englishBelow1000(n uint64) string {
	small := [20]string{"", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
		"ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
		"eighteen", "nineteen"}
	tens := [10]string{"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}
	rest := n % 100
	words := ""
	switch {
	case rest < 20:
		words = small[rest]
	case rest%10 == 0:
		words = tens[rest/10]
	default:
		words = tens[rest/10] + "-" + small[rest%10]
	}
	if n < 100 {
		return words
	}
	hundred := small[n/100] + " hundred"
	if words == "" {
		return hundred
	}
	return hundred + " and " + words
}

// englishOrdinal says 1..99.
func englishOrdinal(n int) string {
	irregular := map[int]string{1: "first", 2: "second", 3: "third", 5: "fifth", 8: "eighth", 9: "ninth",
		12: "twelfth"}
	if word, ok := irregular[n]; ok {
		return word
	}
	tens := englishBelow1000(uint64(n - n%10))
	switch {
	case n >= 20 && n%10 == 0:
		return strings.TrimSuffix(tens, "y") + "ieth"
	case n > 20:
		return tens + "-" + englishOrdinal(n%10)
	}
	return englishBelow1000(uint64(n)) + "th"
}

// englishYear: "nineteen ninety-nine", "two thousand and five", "twenty
// twenty-seven".
func englishYear(n int) (string, bool) {
	switch {
	case n < 1001 || n > 2999 || n%100 == 0 && n != 2000:
		return "", false
	case n/10 == 200:
		return englishCardinal(uint64(n)), true
	case n%100 < 10:
		return join(englishBelow1000(uint64(n/100)), "oh", englishBelow1000(uint64(n%10))), true
	}
	return join(englishBelow1000(uint64(n/100)), englishBelow1000(uint64(n%100))), true
}

// englishClock: "8 a.m.", "2:30 p.m.", "noon", "midnight".
func englishClock(hour, minute int) string {
	half := "a.m."
	if hour%24 >= 12 {
		half = "p.m."
	}
	twelve := (hour+11)%12 + 1
	switch {
	case minute > 0:
		return fmt.Sprintf("%d:%02d %s", twelve, minute, half)
	case hour%24 == 0:
		return "midnight"
	case hour == 12:
		return "noon"
	}
	return fmt.Sprintf("%d %s", twelve, half)
}
