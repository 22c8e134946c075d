package spoken

import (
	"fmt"
	"strconv"
	"strings"
)

// Money says an amount of złote given as decimal text: "12.50" is "12 złotych
// 50 groszy", "12 злотих 50 грошів", "12 zlotys and 50 groszy". No grosze are
// left out, an amount below one złoty is grosze alone, more than two decimals
// are rounded to the grosz, half away from zero.
func Money(lang, s string) (string, error) {
	d, err := parseDecimal(s)
	if err != nil {
		return "", fmt.Errorf("money: %w", err)
	}
	zloty, err := strconv.ParseUint(d.whole, 10, 63)
	if err != nil {
		return "", fmt.Errorf("money: %q is too much", s)
	}
	cents := d.fraction + "000"
	grosz := uint64(cents[0]-'0')*10 + uint64(cents[1]-'0')
	if cents[2] >= '5' {
		grosz++
	}
	zloty, grosz = zloty+grosz/100, grosz%100

	g := grammarOf(lang)
	var parts []string
	if zloty > 0 || grosz == 0 {
		parts = append(parts, counted(g, zloty, g.zloty))
	}
	if grosz > 0 {
		parts = append(parts, counted(g, grosz, g.grosz))
	}
	words := strings.Join(parts, " "+g.and)
	if d.negative && zloty+grosz > 0 {
		words = join(g.minus, words)
	}
	return words, nil
}

func counted(g grammar, n uint64, words forms) string {
	return strconv.FormatUint(n, 10) + " " + words[g.category(n, false)]
}
