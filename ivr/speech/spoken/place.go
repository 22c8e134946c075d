package spoken

import (
	"fmt"
	"strconv"
)

// lastPlace is the last one that has an ordinal here; who is farther away counts
// no more.
const lastPlace = 99

// Place is where somebody stands in a queue, from 1 to 99, as it suits "na …
// miejscu w kolejce" ("trzecim"), "на … місці в черзі" ("третьому") and "… in the
// queue" ("third").
func Place(lang, s string) (string, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > lastPlace {
		return "", fmt.Errorf("%q is no place from 1 to %d", s, lastPlace)
	}
	return grammarOf(lang).place(n), nil
}
