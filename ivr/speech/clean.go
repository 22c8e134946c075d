package speech

import (
	"strings"
	"unicode"

	"infolinia/ivr/speech/spoken"
)

// clean is the text an engine gets: nothing in it can be an order to the
// engine. Brackets (espeak-ng speaks [[…]] as phonemes), the signs of markup
// and control characters become blanks, invisible ones vanish, and figures an
// engine would misread are written out. It is done to every text, because any
// may hold words from outside.
func clean(lang, text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(`[]{}<>&|\^~`+"`", r), unicode.IsControl(r), r == unicode.ReplacementChar:
			return ' '
		case r == '’' || r == 'ʼ': // one apostrophe, the one that engines know
			return '\''
		case unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, " "))
	return spoken.Aloud(lang, text)
}

// speakable tells whether there is anything to say in a text.
func speakable(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
}
