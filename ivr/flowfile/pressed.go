package flowfile

import (
	"regexp"
	"slices"
	"strings"

	"infolinia/ivr/flow"
)

// numerals are words for keys, in the forms that follow "press".
var numerals = map[string]string{
	"zero": "0", "jeden": "1", "jedynkę": "1", "dwa": "2", "dwójkę": "2", "trzy": "3", "trójkę": "3",
	"cztery": "4", "czwórkę": "4", "pięć": "5", "piątkę": "5", "sześć": "6", "szóstkę": "6",
	"siedem": "7", "siódemkę": "7", "osiem": "8", "ósemkę": "8", "dziewięć": "9", "dziewiątkę": "9",
	"gwiazdkę": "*", "krzyżyk": "#", "kratkę": "#",
	"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
	"eight": "8", "nine": "9", "star": "*", "asterisk": "*", "hash": "#", "pound": "#",
	"нуль": "0", "один": "1", "одиницю": "1", "два": "2", "двійку": "2", "три": "3", "трійку": "3",
	"чотири": "4", "четвірку": "4", "п'ять": "5", "п'ятірку": "5", "шість": "6", "шістку": "6",
	"сім": "7", "сімку": "7", "вісім": "8", "вісімку": "8", "дев'ять": "9", "дев'ятку": "9",
	"зірочку": "*", "решітку": "#", "*": "*", "#": "#",
}

// pressing finds "press" with what follows it: filler, a word or digits, and
// the word after it.
var pressing = regexp.MustCompile(`(?i)(?:^|[^\pL])(?:naciśnij|naciśnijcie|nacisnąć|press|натисніть|натиснути)` +
	`(?:\s+(?:klawisz|przycisk|cyfrę|numer|key|the|number|клавішу|кнопку|цифру))*` +
	`\s+["„”»«]?([0-9]+|[*#]|[\pL'’ʼ]+)["„”»«]?(?:\s+key)?(?:\s+([\pL]+))?`)

// counted words make a number something else than a key ("press two times").
var counted = []string{"razy", "raz", "times", "time", "рази", "раз", "of", "z", "ze", "із", "з"}

// keyNamed is a key that a text tells the caller to press, and how it says so.
type keyNamed struct{ key, word string }

func keysNamed(text string) []keyNamed {
	var out []keyNamed
	for _, m := range pressing.FindAllStringSubmatch(text, -1) {
		word := strings.ToLower(strings.NewReplacer("’", "'", "ʼ", "'").Replace(m[1]))
		if slices.Contains(counted, strings.ToLower(m[2])) {
			continue
		}
		if key, ok := numerals[word]; ok {
			out = append(out, keyNamed{key, m[1]})
		} else if word[0] >= '0' && word[0] <= '9' {
			out = append(out, keyNamed{word, word})
		}
	}
	return out
}

// pressed reports prompts that name a key which does nothing.
func (l *loader) pressed() {
	for _, s := range l.graph.all() {
		n := l.program.Nodes[s.id]
		if n == nil {
			continue
		}
		switch k := n.Kind.(type) {
		case *flow.Menu:
			prompts := slices.Clone([]string(k.Prompt))
			for _, o := range k.Options {
				prompts = append(prompts, o.Prompt)
			}
			l.pressedIn(s, append(prompts, errorPrompts(n)...), s.keys)
		case *flow.Confirm:
			l.pressedIn(s, append(errorPrompts(n), k.Prompt...), s.keys)
		case *flow.Play:
			if keys, ok := l.keysAhead(s); ok {
				l.pressedIn(s, k.Prompt, keys)
			}
		}
	}
}

func errorPrompts(n *flow.Node) []string {
	var out []string
	for _, e := range slices.Concat(n.Manners.NoInput, n.Manners.NoMatch) {
		out = append(out, e.Prompt...)
	}
	return out
}

func (l *loader) pressedIn(s *station, prompts, keys []string) {
	for _, id := range prompts {
		t, there := l.spoken[id]
		if !there {
			continue
		}
		for lang, text := range t.template {
			for _, named := range keysNamed(text.Source) {
				if !slices.Contains(keys, named.key) {
					l.errorf(t.at(lang), "the text tells the caller of %s to press %q, but %s is neither an option nor a link there; correct the text or add the option", s.id, named.word, named.key)
				}
			}
		}
	}
}

// keysAhead are the keys that the first nodes to listen after a station know;
// not ok when one of them takes any digits.
func (l *loader) keysAhead(from *station) ([]string, bool) {
	var keys []string
	seen := map[string]bool{from.id: true}
	found := false
	for queue := []*station{from}; len(queue) > 0; queue = queue[1:] {
		for _, e := range queue[0].exits {
			for _, s := range l.graph.successors(l.program, queue[0], e) {
				switch {
				case seen[s.id] || s.ends || s.flow == "":
				case s.menu || s.typ == "confirm":
					keys, found = append(keys, s.keys...), true
				case s.listens || s.person || s.opaque:
					return nil, false
				default:
					queue = append(queue, s)
				}
				seen[s.id] = true
			}
		}
	}
	return keys, found
}
