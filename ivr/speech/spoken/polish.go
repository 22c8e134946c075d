package spoken

import (
	"strconv"
	"strings"
)

func polish() grammar {
	months := [12]string{"stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca",
		"lipca", "sierpnia", "września", "października", "listopada", "grudnia"}
	return grammar{
		category: polishCategory,
		cardinal: polishCardinal,
		minus:    "minus", point: "przecinek",
		decimals: decimalsAsNumber,
		months:   months,
		day:      func(n int) string { return polishOrdinal(n, "ego") },
		year:     polishYear,
		place:    func(n int) string { return polishOrdinal(n, "ym") },
		date: func(day int, month string, year int) string {
			return join(strconv.Itoa(day), month, strconv.Itoa(year))
		},
		clock: func(h, m int) string { return polishClock(h, m, "a", "północ", "") },
		atClock: func(h, m int) string {
			return polishClock(h, m, "ej", "o północy", "o ")
		},
		today: "dzisiaj", tomorrow: "jutro", unknown: "w terminie, którego jeszcze nie znamy",
		onDay: [7]string{"w niedzielę", "w poniedziałek", "we wtorek", "w środę",
			"w czwartek", "w piątek", "w sobotę"},
		zloty: forms{"złoty", "złote", "złotych"},
		grosz: forms{"grosz", "grosze", "groszy"},
		letter: func(r rune) string {
			return nameOf("a:a ą:a_z_ogonkiem b:be c:ce ć:cie d:de e:e ę:e_z_ogonkiem f:ef g:gie h:ha "+
				"i:i j:jot k:ka l:el ł:eł m:em n:en ń:eń o:o ó:o_kreskowane p:pe q:ku r:er s:es ś:eś "+
				"t:te u:u v:fał w:wu x:iks y:igrek z:zet ź:ziet ż:żet", r)
		},
		signs: map[rune]string{'/': "ukośnik", '-': "myślnik", '.': "kropka", '_': "podkreślnik",
			'+': "plus", '@': "małpa", '#': "krzyżyk", '*': "gwiazdka"},
	}
}

// polishCategory: CLDR pl. 1 is one, 2-4 few but not 12-14, the rest many.
func polishCategory(n uint64, decimals bool) form {
	switch {
	case decimals:
		return many
	case n == 1:
		return one
	case n%10 >= 2 && n%10 <= 4 && (n%100 < 12 || n%100 > 14):
		return few
	}
	return many
}

func polishCardinal(n uint64) string {
	if n == 0 {
		return "zero"
	}
	scales := [4]forms{1: {"tysiąc", "tysiące", "tysięcy"}, 2: {"milion", "miliony", "milionów"},
		3: {"miliard", "miliardy", "miliardów"}}
	return scaleOf(n, func(part uint64, power int) string {
		switch {
		case power == 0:
			return polishBelow1000(part)
		case part == 1:
			return scales[power][one]
		}
		return join(polishBelow1000(part), scales[power][polishCategory(part, false)])
	})
}

func polishBelow1000(n uint64) string {
	small := [20]string{"", "jeden", "dwa", "trzy", "cztery", "pięć", "sześć", "siedem", "osiem",
		"dziewięć", "dziesięć", "jedenaście", "dwanaście", "trzynaście", "czternaście", "piętnaście",
		"szesnaście", "siedemnaście", "osiemnaście", "dziewiętnaście"}
	tens := [10]string{"", "", "dwadzieścia", "trzydzieści", "czterdzieści", "pięćdziesiąt",
		"sześćdziesiąt", "siedemdziesiąt", "osiemdziesiąt", "dziewięćdziesiąt"}
	hundreds := [10]string{"", "sto", "dwieście", "trzysta", "czterysta", "pięćset", "sześćset",
		"siedemset", "osiemset", "dziewięćset"}
	if rest := n % 100; rest < 20 {
		return join(hundreds[n/100], small[rest])
	}
	return join(hundreds[n/100], tens[n/10%10], small[n%10])
}

// polishOrdinal declines 1..99 with the ending given: "a" (feminine
// nominative), "ej" (feminine locative), "ego" (masculine genitive), "ym" (neuter
// locative). Tens and units are both declined: "dwudziestego siódmego".
func polishOrdinal(n int, ending string) string {
	stems := [20]string{"", "pierwsz", "drugi", "trzeci", "czwart", "piąt", "szóst", "siódm", "ósm",
		"dziewiąt", "dziesiąt", "jedenast", "dwunast", "trzynast", "czternast", "piętnast",
		"szesnast", "siedemnast", "osiemnast", "dziewiętnast"}
	tens := [10]string{"", "", "dwudziest", "trzydziest", "czterdziest", "pięćdziesiąt",
		"sześćdziesiąt", "siedemdziesiąt", "osiemdziesiąt", "dziewięćdziesiąt"}
	decline := func(stem string) string {
		switch {
		case stem == "":
			return ""
		case stem == "drugi" && ending == "a":
			return "druga"
		case ending == "ym" && strings.HasSuffix(stem, "i"): // drugim, trzecim
			return stem + "m"
		}
		return stem + ending
	}
	if n < 20 {
		return decline(stems[n])
	}
	return join(decline(tens[n/10]), decline(stems[n%10]))
}

// polishYear: "dwa tysiące dwudziestego siódmego", 2000 "dwutysięcznego".
func polishYear(n int) (string, bool) {
	switch {
	case n == 2000:
		return "dwutysięcznego", true
	case n < 1001 || n > 2999 || n%100 == 0:
		return "", false
	}
	return join(polishCardinal(uint64(n-n%100)), polishOrdinal(n%100, "ego")), true
}

// polishClock: "ósma", "ósma zero pięć", "o ósmej dwadzieścia dwie". Minutes
// agree with minuty, feminine: "dwie". Past midnight a Pole names the zero.
func polishClock(hour, minute int, ending, midnight, at string) string {
	if hour == 0 && minute == 0 {
		return midnight
	}
	spoken := "zero"
	if hour > 0 {
		spoken = polishOrdinal(hour, ending)
	}
	minutes := polishBelow1000(uint64(minute))
	if strings.HasSuffix(minutes, "dwa") {
		minutes = strings.TrimSuffix(minutes, "dwa") + "dwie"
	}
	if minute > 0 && minute < 10 {
		minutes = "zero " + minutes
	}
	return at + join(spoken, minutes)
}
