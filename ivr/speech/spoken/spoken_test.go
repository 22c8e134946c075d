package spoken

import (
	"testing"
	"time"
)

// says is one line of the tables: what is given, and what a native hears.
type says struct{ lang, in, want string }

func hear(t *testing.T, say func(lang, in string) (string, error), lines []says) {
	t.Helper()
	for _, line := range lines {
		got, err := say(line.lang, line.in)
		if err != nil || got != line.want {
			t.Errorf("%s %q: got %q, %v; want %q", line.lang, line.in, got, err, line.want)
		}
	}
}

func TestDigitsAreSaidOneByOne(t *testing.T) {
	hear(t, Digits, []says{
		{"pl", "0012", "0 0 1 2"},
		{"pl", "24 364-55–55", "2 4 3 6 4 5 5 5 5"},
		{"uk", "AB12", "A B 1 2"},
		{"en", "+48\u0000600", "+ 4 8 6 0 0"},
		{"xx", "7", "7"},
	})
}

func TestNumbersAreSaidInWords(t *testing.T) {
	hear(t, Number, []says{
		{"pl", "0", "zero"}, {"pl", "-0", "zero"}, {"pl", "+1", "jeden"}, {"pl", "007", "siedem"},
		{"pl", "21", "dwadzieścia jeden"}, {"pl", "14", "czternaście"}, {"pl", "100", "sto"},
		{"pl", "219", "dwieście dziewiętnaście"}, {"pl", "1000", "tysiąc"}, {"pl", "1001", "tysiąc jeden"},
		{"pl", "2000", "dwa tysiące"}, {"pl", "5012", "pięć tysięcy dwanaście"},
		{"pl", "12000", "dwanaście tysięcy"}, {"pl", "21000", "dwadzieścia jeden tysięcy"},
		{"pl", "22000", "dwadzieścia dwa tysiące"}, {"pl", "1000000", "milion"},
		{"pl", "999999999", "dziewięćset dziewięćdziesiąt dziewięć milionów dziewięćset dziewięćdziesiąt " +
			"dziewięć tysięcy dziewięćset dziewięćdziesiąt dziewięć"},
		{"pl", "2000000000", "dwa miliardy"}, {"pl", "1000000000000", "1 0 0 0 0 0 0 0 0 0 0 0 0"},
		{"pl", "-12", "minus dwanaście"}, {"pl", "2.5", "dwa przecinek pięć"},
		{"pl", "2,05", "dwa przecinek zero pięć"}, {"pl", "0.25", "zero przecinek dwadzieścia pięć"},
		{"pl", "2.00", "dwa"}, {"pl", "-0.5", "minus zero przecinek pięć"},
		{"pl", "3.1415", "trzy przecinek jeden cztery jeden pięć"},
		{"uk", "21", "двадцять один"}, {"uk", "1000", "тисяча"}, {"uk", "2000", "дві тисячі"},
		{"uk", "21000", "двадцять одна тисяча"}, {"uk", "11000", "одинадцять тисяч"},
		{"uk", "2000000", "два мільйони"}, {"uk", "346", "триста сорок шість"},
		{"uk", "2.5", "два кома п'ять"}, {"uk-UA", "-90", "мінус дев'яносто"},
		{"en", "21", "twenty-one"}, {"en", "105", "one hundred and five"},
		{"en", "1005", "one thousand and five"}, {"en", "1000", "one thousand"},
		{"en", "1234567", "one million two hundred and thirty-four thousand five hundred and sixty-seven"},
		{"en", "2.50", "two point five zero"}, {"de", "3", "three"},
	})
}

func TestAPlaceInAQueueIsSaidAsAnOrdinalThatSuitsItsSentence(t *testing.T) {
	hear(t, Place, []says{
		{"pl", "1", "pierwszym"}, {"pl", "2", "drugim"}, {"pl", "3", "trzecim"}, {"pl", "4", "czwartym"},
		{"pl", "10", "dziesiątym"}, {"pl", "12", "dwunastym"}, {"pl", "22", "dwudziestym drugim"}, {"pl", "40", "czterdziestym"},
		{"uk", "1", "першому"}, {"uk", "2", "другому"}, {"uk", "3", "третьому"}, {"uk", "23", "двадцять третьому"}, {"uk", "40", "сороковому"},
		{"en", "2", "second"}, {"en", "12", "twelfth"}, {"en", "23", "twenty-third"}, {"en", "40", "fortieth"}, {"en", "99", "ninety-ninth"},
	})
	for _, s := range []string{"0", "-1", "100", "", "x"} {
		if said, err := Place("pl", s); err == nil {
			t.Errorf("%q is said as %q", s, said)
		}
	}
}

func TestAnAmountIsSaidInZloteAndGrosze(t *testing.T) {
	hear(t, Money, []says{
		{"pl", "12.50", "12 złotych 50 groszy"}, {"pl", "1", "1 złoty"}, {"pl", "2", "2 złote"},
		{"pl", "22,01", "22 złote 1 grosz"}, {"pl", "12.00", "12 złotych"}, {"pl", "0", "0 złotych"},
		{"pl", "0.02", "2 grosze"}, {"pl", "-5.5", "minus 5 złotych 50 groszy"}, {"pl", "-0.001", "0 złotych"},
		{"pl", "1.999", "2 złote"}, {"pl", "17", "17 złotych"}, {"pl", "1250", "1250 złotych"},
		{"uk", "12.50", "12 злотих 50 грошів"}, {"uk", "21.01", "21 злотий 1 грош"}, {"uk", "3", "3 злоті"},
		{"en", "12.50", "12 zlotys and 50 groszy"}, {"en", "1", "1 zloty"}, {"en", "0.01", "1 grosz"},
	})
}

func TestADateHasItsMonthInTheGenitive(t *testing.T) {
	hear(t, Date, []says{
		{"pl", "2027-01-04", "4 stycznia 2027"}, {"pl", "2026-11-30T23:30:00+01:00", "30 listopada 2026"},
		{"uk", "2027-01-04", "4 січня 2027 року"}, {"en", "2027-01-04", "4 January 2027"},
		{"en", "2028-02-29 10:00", "29 February 2028"},
	})
}

func TestATimeOfDayIsSaidInTheNominative(t *testing.T) {
	hear(t, Time, []says{
		{"pl", "14:30", "czternasta trzydzieści"}, {"pl", "08:00", "ósma"}, {"pl", "8:05", "ósma zero pięć"},
		{"pl", "02:00", "druga"}, {"pl", "23:22", "dwudziesta trzecia dwadzieścia dwie"},
		{"pl", "20:00", "dwudziesta"}, {"pl", "00:00", "północ"}, {"pl", "00:30", "zero trzydzieści"},
		{"pl", "24:00", "dwudziesta czwarta"}, {"pl", "2026-06-09T10:15:30+02:00", "dziesiąta piętnaście"},
		{"uk", "08:05", "восьма нуль п'ять"}, {"uk", "14:30", "чотирнадцята тридцять"},
		{"uk", "03:02", "третя нуль дві"}, {"uk", "21:21", "двадцять перша двадцять одна"},
		{"uk", "23:00", "двадцять третя"}, {"uk", "00:00", "північ"},
		{"en", "14:30", "2:30 p.m."}, {"en", "08:00", "8 a.m."}, {"en", "12:00", "noon"},
		{"en", "00:05", "12:05 a.m."}, {"en", "00:00", "midnight"},
	})
}

func TestACodeIsSpelledByTheNamesOfItsLetters(t *testing.T) {
	hear(t, Spell, []says{
		{"pl", "AB12", "a, be, 1, 2"}, {"pl", "GK.6/26", "gie, ka, kropka, 6, ukośnik, 2, 6"},
		{"pl", "ż ł", "żet, eł"}, {"uk", "AB12", "а, бе, 1, 2"}, {"uk", "щь", "ща, м'який знак"},
		{"en", "ab-z", "A, B, dash, zed"}, {"en", "ł", "Ł"}, {"pl", "ж", "ж"},
	})
}

func TestThePluralFollowsTheCLDRRules(t *testing.T) {
	for _, line := range []struct {
		lang, n, want string
	}{
		{"pl", "1", "one"}, {"pl", "-1", "one"}, {"pl", "2", "few"}, {"pl", "12", "many"}, {"pl", "14", "many"},
		{"pl", "21", "many"}, {"pl", "22", "few"}, {"pl", "112", "many"}, {"pl", "0", "many"}, {"pl", "1.5", "many"},
		{"pl", "1.0", "many"}, {"pl", "10000000000001", "many"}, {"pl", "10000000000002", "few"},
		{"uk", "1", "one"}, {"uk", "21", "one"}, {"uk", "11", "many"}, {"uk", "111", "many"}, {"uk", "34", "few"},
		{"uk", "2.5", "many"}, {"en", "1", "one"}, {"en", "2", "many"}, {"en", "0", "many"}, {"en", "1.0", "many"},
	} {
		got, err := Plural(line.lang, line.n, "one", "few", "many")
		if err != nil || got != line.want {
			t.Errorf("%s %s: got %q, %v; want %q", line.lang, line.n, got, err, line.want)
		}
	}
}

func TestAMomentIsSaidAsSeenFromNow(t *testing.T) {
	for _, line := range []struct{ lang, now, at, want string }{
		{"pl", "2026-11-22 09:00", "2026-11-22 14:00", "dzisiaj o czternastej"},
		{"pl", "2026-11-22 23:59", "2026-11-23 08:00", "jutro o ósmej"},
		{"pl", "2026-12-31 16:00", "2027-01-04 08:00", "w poniedziałek, 4 stycznia, o ósmej"},
		{"pl", "2026-12-31 16:00", "2027-01-05 08:30", "we wtorek, 5 stycznia, o ósmej trzydzieści"},
		{"pl", "2026-03-28 12:00", "2026-03-29 02:05", "jutro o drugiej zero pięć"},
		{"pl", "2026-03-28 12:00", "2026-03-28 00:00", "dzisiaj o północy"},
		{"uk", "2026-11-22 09:00", "2026-11-22 14:00", "сьогодні о чотирнадцятій"},
		{"uk", "2026-11-22 09:00", "2026-11-23 08:00", "завтра о восьмій"},
		{"uk", "2026-12-31 16:00", "2027-01-04 08:00", "у понеділок, 4 січня, о восьмій"},
		{"uk", "2026-11-22 09:00", "2026-11-22 11:30", "сьогодні об одинадцятій тридцять"},
		{"en", "2026-11-22 09:00", "2026-11-22 14:00", "today at 2 p.m."},
		{"en", "2026-11-22 09:00", "2026-11-23 08:00", "tomorrow at 8 a.m."},
		{"en", "2026-12-31 16:00", "2027-01-04 08:00", "on Monday, 4 January, at 8 a.m."},
		{"en", "2026-11-22 09:00", "2026-11-21 12:00", "on Saturday, 21 November, at noon"},
	} {
		got, err := When(line.lang, moment(t, line.at), moment(t, line.now))
		if err != nil || got != line.want {
			t.Errorf("%s %s from %s: got %q, %v; want %q", line.lang, line.at, line.now, got, err, line.want)
		}
	}
}

func TestAMomentNobodyKnowsIsSaidToBeUnknown(t *testing.T) {
	got, err := When("pl", time.Time{}, moment(t, "2026-11-22 09:00"))
	if want := "w terminie, którego jeszcze nie znamy"; got != want || err != nil {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}

func moment(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestAnEngineGetsDatesInWords(t *testing.T) {
	for _, line := range []says{
		{"pl", "w poniedziałek, 4 stycznia, o ósmej", "w poniedziałek, czwartego stycznia, o ósmej"},
		{"pl", "do 31 marca 2027.", "do trzydziestego pierwszego marca dwa tysiące dwudziestego siódmego."},
		{"pl", "4 złote, 40 maja, maja 5", "4 złote, 40 maja, maja 5"},
		{"pl", "22 lutego 1999 roku", "dwudziestego drugiego lutego tysiąc dziewięćset dziewięćdziesiątego dziewiątego roku"},
		{"pl", "2 maja 2000", "drugiego maja dwutysięcznego"}, {"pl", "4", "4"}, {"pl", "", ""},
		{"uk", "4 січня 2027 року", "четвертого січня дві тисячі двадцять сьомого року"},
		{"uk", "23 травня", "двадцять третього травня"},
		{"en", "on Monday, 4 January, at 8 a.m.", "on Monday, the fourth of January, at 8 A M."},
		{"en", "from 8 a.m. to 3:30 p.m., daily", "from 8 A M to three thirty P M, daily"},
		{"en", "22 May 2027 at 2:05 p.m.", "the twenty-second of May twenty twenty-seven at two oh five P M."},
		{"en", "12 June 2005", "the twelfth of June two thousand and five"},
	} {
		if got := Aloud(line.lang, line.in); got != line.want {
			t.Errorf("%s %q: got %q, want %q", line.lang, line.in, got, line.want)
		}
	}
}

func TestWhatCannotBeReadIsAnError(t *testing.T) {
	for name, say := range map[string]func(lang, in string) (string, error){
		"digits": Digits, "number": Number, "money": Money, "date": Date, "time": Time, "spell": Spell,
		"plural": func(lang, in string) (string, error) { return Plural(lang, in, "a", "b", "c") },
	} {
		inputs := []string{"", " ", "-"}
		if name != "digits" && name != "spell" {
			inputs = append(inputs, "abc", "1e5", "1.", ".5", "25:00", "2027-02-30", "१२")
		}
		if name == "spell" {
			inputs = inputs[:2]
		}
		for _, in := range inputs {
			if got, err := say("pl", in); err == nil {
				t.Errorf("%s(%q) = %q, want an error", name, in, got)
			}
		}
	}
}
