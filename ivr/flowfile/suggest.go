package flowfile

import (
	"slices"
	"strings"
)

// nearest is the known name that was probably meant, or empty.
func nearest(name string, known []string) string {
	best, least := "", max(1, min(3, len([]rune(name))/2))+1
	for _, k := range slices.Sorted(slices.Values(known)) {
		if strings.EqualFold(k, name) {
			return k
		}
		if d := editDistance(name, k); d < least {
			best, least = k, d
		}
	}
	return best
}

// hint ends a message about an unknown name: with the probable one, or with
// all there are when they are few.
func hint(name string, known []string) string {
	if best := nearest(name, known); best != "" {
		return `; did you mean "` + best + `"?`
	}
	if len(known) == 0 || len(known) > 25 {
		return ""
	}
	return "; known are " + strings.Join(slices.Sorted(slices.Values(known)), ", ")
}

// editDistance counts insertions, deletions, changes and swaps of neighbours
// that make a into b (optimal string alignment).
func editDistance(a, b string) int {
	x, y := []rune(a), []rune(b)
	if len(x) > 64 || len(y) > 64 {
		return 64
	}
	rows := make([][]int, len(x)+1)
	for i := range rows {
		rows[i] = make([]int, len(y)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			change := 1
			if x[i-1] == y[j-1] {
				change = 0
			}
			d := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+change)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				d = min(d, rows[i-2][j-2]+1)
			}
			rows[i][j] = d
		}
	}
	return rows[len(x)][len(y)]
}
