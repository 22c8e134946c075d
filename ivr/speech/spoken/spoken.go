// Package spoken says numbers, dates, times, amounts and digit strings the way
// a Pole, a Ukrainian and an English speaker say them on the telephone.
//
// It is pure: the same arguments give the same words on every machine, so a
// flow that speaks through it can be replayed. Languages are "pl", "uk" and
// "en" (a region as in "uk-UA" is ignored); any other language is spoken in
// English. Every function returns either a non-empty text or an error that
// tells what it could not read.
//
// Dates and amounts keep their figures ("4 stycznia 2027", "12 złotych 50
// groszy"), because staff read them in transcripts. [Aloud] turns the figures a
// speech engine would misread into words before the engine gets them.
package spoken

import "strings"

// grammar is what one language brings to the common rules. Values are built
// anew for each use, so nobody can change a language for somebody else.
type grammar struct {
	category func(whole uint64, decimals bool) form

	cardinal func(n uint64) string // masculine nominative, below 10^12
	minus    string
	point    string
	decimals func(g grammar, digits string) string

	months [12]string                 // genitive: "stycznia"
	day    func(n int) string         // 1..31, ordinal as in a date: "czwartego"
	year   func(n int) (string, bool) // genitive ordinal; false: leave the figure
	date   func(day int, month string, year int) string

	place func(n int) string // 1..99, ordinal as in "na trzecim miejscu"

	clock    func(hour, minute int) string // "czternasta trzydzieści"
	atClock  func(hour, minute int) string // "o czternastej trzydzieści"
	today    string
	tomorrow string
	unknown  string    // in place of a moment nobody knows
	onDay    [7]string // from Sunday: "w niedzielę"

	zloty, grosz forms
	and          string // between złote and grosze

	letter func(r rune) string // lower case in, its name out, "" for none
	signs  map[rune]string
}

// form is a CLDR plural category as far as our three languages need it.
type form int

const (
	one form = iota
	few
	many
)

// forms are the words for one, few and many things.
type forms [3]string

func grammarOf(lang string) grammar {
	base, _, _ := strings.Cut(strings.ToLower(lang), "-")
	switch base {
	case "pl":
		return polish()
	case "uk":
		return ukrainian()
	}
	return english()
}

// join sets single blanks between the non-empty parts.
func join(parts ...string) string {
	kept := make([]string, 0, len(parts))
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, " ")
}
