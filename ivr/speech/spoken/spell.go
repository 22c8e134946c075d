package spoken

import (
	"errors"
	"strings"
	"unicode"
)

// Digits sets the characters of s apart with single blanks, so that each is
// said by itself: "0012" is "0 0 1 2". Blanks and dashes are only how people
// group figures and are dropped, control characters too. It is the same in
// every language.
func Digits(_, s string) (string, error) {
	var apart []string
	for _, r := range s {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || r == '−' || !unicode.IsPrint(r) {
			continue
		}
		apart = append(apart, string(r))
	}
	if len(apart) == 0 {
		return "", errors.New("digits: nothing to say")
	}
	return strings.Join(apart, " "), nil
}

// Spell says a code letter by letter, by the names the letters have in the
// language, with figures as figures and a comma as the pause between them:
// "AB12" is "a, be, 1, 2". The signs of a case number (/ - . _ + @ # *) are
// named, blanks and everything else is left out.
func Spell(lang, s string) (string, error) {
	g := grammarOf(lang)
	var names []string
	for _, r := range strings.ToLower(s) {
		switch {
		case r >= '0' && r <= '9':
			names = append(names, string(r))
		case g.signs[r] != "":
			names = append(names, g.signs[r])
		case unicode.IsLetter(r):
			name := g.letter(r)
			if name == "" {
				name = string(r)
			}
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return "", errors.New("spell: nothing to say")
	}
	return strings.Join(names, ", "), nil
}

// nameOf finds r in a list of "letter:name" pairs set apart by blanks; an
// underscore in a name stands for a blank.
func nameOf(list string, r rune) string {
	for _, pair := range strings.Fields(list) {
		letter, name, _ := strings.Cut(pair, ":")
		if letter == string(r) {
			return strings.ReplaceAll(name, "_", " ")
		}
	}
	return ""
}
