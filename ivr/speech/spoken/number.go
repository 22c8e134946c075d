package spoken

import (
	"fmt"
	"strconv"
	"strings"
)

// decimal is a number as it was written: figures, not a float, so that "0.10"
// keeps its zero and nothing is rounded behind our back.
type decimal struct {
	negative bool
	whole    string // without leading zeros, "0" for none
	fraction string // as written, may be empty
}

// parseDecimal reads an optional sign, figures and at most one decimal point
// or comma with figures on both sides.
func parseDecimal(s string) (decimal, error) {
	rest := strings.TrimSpace(s)
	var d decimal
	switch {
	case strings.HasPrefix(rest, "-"):
		d.negative, rest = true, rest[1:]
	case strings.HasPrefix(rest, "−"):
		d.negative, rest = true, strings.TrimPrefix(rest, "−")
	case strings.HasPrefix(rest, "+"):
		rest = rest[1:]
	}
	whole, fraction, pointed := rest, "", false
	if i := strings.IndexAny(rest, ".,"); i >= 0 {
		whole, fraction, pointed = rest[:i], rest[i+1:], true
	}
	if !figures(whole) || pointed && !figures(fraction) {
		return decimal{}, fmt.Errorf("%q is not a number", s)
	}
	d.whole = strings.TrimLeft(whole, "0")
	if d.whole == "" {
		d.whole = "0"
	}
	d.fraction = fraction
	return d, nil
}

// figures reports whether s is one or more ASCII digits.
func figures(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != ""
}

// maxCardinal is the first whole number that is no longer said in words:
// nobody takes in more than twelve figures by ear as one number.
const maxCardinal = 1_000_000_000_000

// Number says a whole number or a decimal ("-12", "2.5", "2,50") in words, in
// the nominative and masculine: "dwadzieścia jeden", "dwa przecinek pięć",
// "два кома п'ять", "two point five". A fraction of zeros alone is left out.
// From 10^12 on the figures are said one by one.
func Number(lang, s string) (string, error) {
	d, err := parseDecimal(s)
	if err != nil {
		return "", fmt.Errorf("number: %w", err)
	}
	g := grammarOf(lang)
	n, err := strconv.ParseUint(d.whole, 10, 64)
	words := strings.Join(strings.Split(d.whole, ""), " ")
	if err == nil && n < maxCardinal {
		words = g.cardinal(n)
	}
	if strings.Trim(d.fraction, "0") != "" {
		words = join(words, g.point, g.decimals(g, d.fraction))
	} else if d.whole == "0" {
		d.negative = false
	}
	if d.negative {
		words = join(g.minus, words)
	}
	return words, nil
}

// decimalsAsNumber says the figures behind the point as one number after its
// leading zeros ("2,05": "zero pięć", "2,25": "dwadzieścia pięć"); four and
// more figures one by one.
func decimalsAsNumber(g grammar, digits string) string {
	if len(digits) > 3 {
		return decimalsOneByOne(g, digits)
	}
	rest := strings.TrimLeft(digits, "0")
	var words []string
	for range len(digits) - len(rest) {
		words = append(words, g.cardinal(0))
	}
	if n, err := strconv.ParseUint(rest, 10, 64); err == nil {
		words = append(words, g.cardinal(n))
	}
	return strings.Join(words, " ")
}

// decimalsOneByOne says each figure by itself ("2.25": "two five").
func decimalsOneByOne(g grammar, digits string) string {
	words := make([]string, 0, len(digits))
	for _, r := range digits {
		words = append(words, g.cardinal(uint64(r-'0')))
	}
	return strings.Join(words, " ")
}

// Plural returns the one of three words that n asks for by the CLDR rules: one
// złoty, few złote, many złotych. The sign does not count. English knows only
// one and many. A decimal takes many in every language: spoken Polish and
// Ukrainian want a genitive singular there ("dwa i pół miesiąca"), which is
// none of the three; a flow that speaks decimals writes its sentence around it.
func Plural(lang, n, oneWord, fewWord, manyWord string) (string, error) {
	d, err := parseDecimal(n)
	if err != nil {
		return "", fmt.Errorf("plural: %w", err)
	}
	word := forms{oneWord, fewWord, manyWord}[grammarOf(lang).categoryOf(d)]
	if word == "" {
		return "", fmt.Errorf("plural: no word for %s", n)
	}
	return word, nil
}

// categoryOf needs only the last figures of a long number, and whether it is
// exactly one.
func (g grammar) categoryOf(d decimal) form {
	whole := d.whole
	if len(whole) > 9 {
		whole = "1" + whole[len(whole)-9:] // never exactly 1, the same last figures
	}
	n, err := strconv.ParseUint(whole, 10, 64)
	if err != nil {
		return many
	}
	return g.category(n, d.fraction != "")
}

// scaleOf says the groups of three figures of n, highest first. group says a
// group of 1..999 that counts thousands (1), millions (2) or milliards (3).
func scaleOf(n uint64, group func(n uint64, power int) string) string {
	var words []string
	for power, unit := 3, uint64(1_000_000_000); power >= 0; power, unit = power-1, unit/1000 {
		if part := n / unit % 1000; part > 0 {
			words = append(words, group(part, power))
		}
	}
	return strings.Join(words, " ")
}
