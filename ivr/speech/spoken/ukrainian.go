package spoken

import (
	"strconv"
	"strings"
)

func ukrainian() grammar {
	return grammar{
		category: ukrainianCategory,
		cardinal: ukrainianCardinal,
		minus:    "мінус", point: "кома",
		decimals: decimalsAsNumber,
		months: [12]string{"січня", "лютого", "березня", "квітня", "травня", "червня",
			"липня", "серпня", "вересня", "жовтня", "листопада", "грудня"},
		day:   func(n int) string { return ukrainianOrdinal(n, "ого") },
		year:  ukrainianYear,
		place: func(n int) string { return ukrainianOrdinal(n, "ому") },
		date: func(day int, month string, year int) string {
			return join(strconv.Itoa(day), month, strconv.Itoa(year), "року")
		},
		clock: func(h, m int) string { return ukrainianClock(h, m, "а", "північ", false) },
		atClock: func(h, m int) string {
			return ukrainianClock(h, m, "ій", "опівночі", true)
		},
		today: "сьогодні", tomorrow: "завтра", unknown: "у час, якого ми ще не знаємо",
		// The phrase mostly opens a sentence or follows a consonant: always "у",
		// which is also right before "вівторок".
		onDay: [7]string{"у неділю", "у понеділок", "у вівторок", "у середу", "у четвер",
			"у п'ятницю", "у суботу"},
		zloty: forms{"злотий", "злоті", "злотих"},
		grosz: forms{"грош", "гроші", "грошів"},
		letter: func(r rune) string {
			return nameOf("а:а б:бе в:ве г:ге ґ:ґе д:де е:е є:є ж:же з:зе и:и і:і ї:ї й:йот к:ка л:ел м:ем "+
				"н:ен о:о п:пе р:ер с:ес т:те у:у ф:еф х:ха ц:це ч:че ш:ша щ:ща ь:м'який_знак ю:ю я:я "+
				"a:а b:бе c:це d:де e:е f:еф g:ґе h:аш i:і j:йот k:ка l:ель m:ем n:ен o:о p:пе q:ку r:ер "+
				"s:ес t:те u:у v:ве w:дубль-ве x:ікс y:ігрек z:зет", r)
		},
		signs: map[rune]string{'/': "коса риска", '-': "дефіс", '.': "крапка", '_': "підкреслення",
			'+': "плюс", '@': "равлик", '#': "решітка", '*': "зірочка"},
	}
}

// ukrainianCategory: CLDR uk. 1, 21, 101 are one but 11 is not, 2-4 few but
// not 12-14, the rest many.
func ukrainianCategory(n uint64, decimals bool) form {
	switch {
	case decimals:
		return many
	case n%10 == 1 && n%100 != 11:
		return one
	case n%10 >= 2 && n%10 <= 4 && (n%100 < 12 || n%100 > 14):
		return few
	}
	return many
}

func ukrainianCardinal(n uint64) string {
	if n == 0 {
		return "нуль"
	}
	scales := [4]forms{1: {"тисяча", "тисячі", "тисяч"}, 2: {"мільйон", "мільйони", "мільйонів"},
		3: {"мільярд", "мільярди", "мільярдів"}}
	return scaleOf(n, func(part uint64, power int) string {
		switch {
		case power == 0:
			return ukrainianBelow1000(part, false)
		case part == 1:
			return scales[power][one]
		}
		return join(ukrainianBelow1000(part, power == 1), scales[power][ukrainianCategory(part, false)])
	})
}

// ukrainianBelow1000 says 1..999; feminine for thousands and minutes: "одна,
// дві тисячі".
func ukrainianBelow1000(n uint64, feminine bool) string {
	small := [20]string{"", "один", "два", "три", "чотири", "п'ять", "шість", "сім", "вісім", "дев'ять",
		"десять", "одинадцять", "дванадцять", "тринадцять", "чотирнадцять", "п'ятнадцять",
		"шістнадцять", "сімнадцять", "вісімнадцять", "дев'ятнадцять"}
	if feminine {
		small[1], small[2] = "одна", "дві"
	}
	tens := [10]string{"", "", "двадцять", "тридцять", "сорок", "п'ятдесят", "шістдесят", "сімдесят",
		"вісімдесят", "дев'яносто"}
	hundreds := [10]string{"", "сто", "двісті", "триста", "чотириста", "п'ятсот", "шістсот", "сімсот",
		"вісімсот", "дев'ятсот"}
	if rest := n % 100; rest < 20 {
		return join(hundreds[n/100], small[rest])
	}
	return join(hundreds[n/100], tens[n/10%10], small[n%10])
}

// ukrainianOrdinal declines 1..99 with the ending given: "а" (feminine
// nominative), "ій" (feminine locative), "ого" (masculine genitive), "ому" (neuter
// locative). Only the last word is declined: "двадцять сьомого".
func ukrainianOrdinal(n int, ending string) string {
	stems := [20]string{"", "перш", "друг", "трет", "четверт", "п'ят", "шост", "сьом", "восьм", "дев'ят",
		"десят", "одинадцят", "дванадцят", "тринадцят", "чотирнадцят", "п'ятнадцят", "шістнадцят",
		"сімнадцят", "вісімнадцят", "дев'ятнадцят"}
	tens := [10]string{"", "", "двадцят", "тридцят", "сороков", "п'ятдесят", "шістдесят", "сімдесят",
		"вісімдесят", "дев'яност"}
	if n >= 20 && n%10 == 0 {
		return tens[n/10] + ending
	}
	before := ""
	if n > 20 {
		before = ukrainianBelow1000(uint64(n-n%10), false)
		n %= 10
	}
	if n == 3 { // the soft one: третя, третього
		ending = strings.NewReplacer("а", "я", "ого", "ього", "ому", "ьому").Replace(ending)
	}
	return join(before, stems[n]+ending)
}

// ukrainianYear: "дві тисячі двадцять сьомого", 2000 "двотисячного".
func ukrainianYear(n int) (string, bool) {
	switch {
	case n == 2000:
		return "двотисячного", true
	case n < 1001 || n > 2999 || n%100 == 0:
		return "", false
	}
	return join(ukrainianCardinal(uint64(n-n%100)), ukrainianOrdinal(n%100, "ого")), true
}

// ukrainianClock: "восьма", "восьма нуль п'ять", "об одинадцятій тридцять".
// Minutes agree with хвилини, feminine.
func ukrainianClock(hour, minute int, ending, midnight string, at bool) string {
	if hour == 0 && minute == 0 {
		return midnight
	}
	spoken, prefix := "нуль", ""
	if hour > 0 {
		spoken = ukrainianOrdinal(hour, ending)
	}
	if at {
		prefix = "о"
		if strings.HasPrefix(spoken, "о") { // "об" before a vowel
			prefix = "об"
		}
	}
	minutes := ukrainianBelow1000(uint64(minute), true)
	if minute > 0 && minute < 10 {
		minutes = "нуль " + minutes
	}
	return join(prefix, spoken, minutes)
}
