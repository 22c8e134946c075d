package kb

import (
	"os"
	"slices"
	"testing"

	"infolinia/ivr"
	"infolinia/ivr/flowfile"
)

// articles are the real ones of the house.
func articles(t testing.TB) map[string]ivr.Article {
	t.Helper()
	content, problems := flowfile.LoadContent(os.DirFS("../.."))
	if len(content.Articles) == 0 {
		t.Fatalf("no articles: %v", problems)
	}
	return content.Articles
}

func index(t testing.TB, a map[string]ivr.Article) *Index {
	t.Helper()
	x, err := New(a)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	return x
}

func found(t testing.TB, x *Index, words, lang string) []string {
	t.Helper()
	hits, err := x.Search(words, lang, 10)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, h := range hits {
		ids = append(ids, h.ID)
	}
	return ids
}

// What people say and type, and the article they mean.
func TestTheArticleThatIsMeantComesFirst(t *testing.T) {
	x := index(t, articles(t))
	for _, tc := range []struct{ words, want string }{
		{"dowodu", "dowod-osobisty"},
		{"dowod dla dziecka", "dowod-osobisty"},
		{"dowód", "dowod-osobisty"},
		{"dowody osobiste", "dowod-osobisty"},
		{"skonczyl mi sie dowod", "dowod-osobisty"},
		{"zgubiłam dowód osobisty", "dowod-osobisty"},
		{"ukradli mi dowod", "dowod-osobisty"},
		{"zdjęcia do dowodu", "dowod-osobisty"},
		{"jak się zameldować", "zameldowanie"},
		{"meldunku", "zameldowanie"},
		{"zameldowac na pobyt czasowy", "zameldowanie"},
		{"zaswiadczenie o zameldowaniu", "zameldowanie"},
		{"wymeldować byłego męża", "wymeldowanie"},
		{"wymeldowac meza", "wymeldowanie"},
		{"pesel dla ukrainki", "pesel-ukr"},
		{"statusu ukr", "pesel-ukr"},
		{"profilu zaufanego", "profil-zaufany"},
		{"profil zaufany nie dziala", "profil-zaufany"},
		{"odpis aktu urodzenia", "odpisy-usc"},
		{"akty zgonu", "odpisy-usc"},
		{"odpisu aktu malzenstwa", "odpisy-usc"},
		{"urodziło się dziecko zgłoszenie", "rejestracja-urodzenia"},
		{"wziąć ślub w urzędzie", "slub-cywilny"},
		{"slubu koscielnego", "slub-cywilny"},
		{"przerejestrować samochód", "rejestracja-pojazdu"},
		{"rejestracja auta z niemiec", "rejestracja-pojazdu"},
		{"tablic rejestracyjnych", "rejestracja-pojazdu"},
		{"sprzedałam samochód", "zbycie-pojazdu"},
		{"zglosic sprzedaz auta", "zbycie-pojazdu"},
		{"wymienić prawo jazdy", "prawo-jazdy"},
		{"prawa jazdy", "prawo-jazdy"},
		{"zgubione prawko", "prawo-jazdy"},
		{"założenie firmy", "ceidg"},
		{"zawiesic dzialalnosc", "ceidg"},
		{"koncesji na alkohol", "zezwolenie-alkohol"},
		{"sprzedawać piwo na festynie zezwolenie", "zezwolenie-alkohol"},
		{"ile za śmieci", "odpady-deklaracja"},
		{"deklaracje smieciowa", "odpady-deklaracja"},
		{"podatku od nieruchomości", "podatek-od-nieruchomosci"},
		{"podatek za dom", "podatek-od-nieruchomosci"},
		{"rozlozyc podatek na raty", "ulgi-podatkowe"},
		{"umorzenia podatku", "ulgi-podatkowe"},
		{"zaswiadczenie ze nie zalegam", "zaswiadczenie-o-niezaleganiu"},
		{"opłaty skarbowej za pełnomocnictwo", "oplata-skarbowa-pelnomocnictwo"},
		{"pelnomocnika", "oplata-skarbowa-pelnomocnictwo"},
		{"wyciąć drzewa na działce", "wycinka-drzew"},
		{"wycinke drzewa", "wycinka-drzew"},
		{"pozwolenia na budowę domu", "pozwolenie-na-budowe"},
		{"postawic garaz", "pozwolenie-na-budowe"},
		{"wypisu z planu miejscowego", "wypis-wyrys-mpzp"},
		{"rewitalizacji", "zaswiadczenie-rewitalizacja"},
		{"zajac chodnik rusztowaniem", "zajecie-pasa-drogowego"},
		{"stypendia dla uczniów", "stypendium-szkolne"},
		{"dziury w jezdni", "interwencja-drogi"},
		{"dziura w drodze", "interwencja-drogi"},
		{"nie świecą lampy", "interwencja-oswietlenie"},
		{"latarni przed blokiem", "interwencja-oswietlenie"},
		{"nie odebrali smieci", "interwencja-czystosc"},
		{"odsniezyc chodnik", "interwencja-czystosc"},
		{"zgłoszenie usterki w aplikacji", "interwencja-localspot"},
		{"strażnika miejskiego", "straz-miejska"},
		{"halas u sasiada", "straz-miejska"},
		{"karty dużej rodziny", "karta-duzej-rodziny"},
		{"troje dzieci znizki", "karta-duzej-rodziny"},
		{"karte parkingowa dla niepelnosprawnego", "karta-parkingowa"},
		{"karty seniora", "plocka-karta-mieszkanca"},
		{"karte mieszkanca", "plocka-karta-mieszkanca"},
		{"o której otwieracie urząd", "godziny-i-kontakt"},
		{"godzin otwarcia", "godziny-i-kontakt"},
		{"umowic wizyte", "umowienie-wizyty"},
		{"czuję gaz", "numery-alarmowe"},
		{"nie ma prądu", "numery-alarmowe"},
		{"znalazłem portfel", "rzeczy-znalezione"},
		{"zgubione kluczyki", "rzeczy-znalezione"},
		{"dopłaty do czynszu", "dodatek-mieszkaniowy"},
		{"dodatku mieszkaniowego", "dodatek-mieszkaniowy"},
		{"mieszkania komunalnego", "mieszkanie-komunalne"},
		{"lista na mieszkanie z miasta", "mieszkanie-komunalne"},
		{"użytkowania wieczystego", "uzytkowanie-wieczyste"},
		{"przeksztalcic grunt pod blokiem", "uzytkowanie-wieczyste"},
		{"darmowego prawnika", "nieodplatna-pomoc-prawna"},
		{"porady prawnej", "nieodplatna-pomoc-prawna"},
		{"reklamację butów sklep odrzucił", "rzecznik-konsumentow"},
		{"sklep internetowy nie oddal pieniedzy", "rzecznik-konsumentow"},
		{"tłumacza migowego", "rzecznik-osob-niepelnosprawnych"},
		{"windy dla wozka", "rzecznik-osob-niepelnosprawnych"},
		{"budzetu obywatelskiego", "budzet-obywatelski"},
		{"zagłosować na projekt", "budzet-obywatelski"},
		{"becikowego", "becikowe"},
		{"pieniadze za urodzenie dziecka", "becikowe"},
		{"alimentów nie płaci ojciec", "fundusz-alimentacyjny"},
		{"101", "dowod-osobisty"},
		{"402", "podatek-od-nieruchomosci"},
	} {
		ids := found(t, x, tc.words, "pl")
		if place := slices.Index(ids, tc.want); place != 0 {
			t.Errorf("%q: %s is number %d in %v", tc.words, tc.want, place+1, ids[:min(len(ids), 4)])
		}
	}
}

func TestWordsOfSeveralMattersFindEachAmongTheFirstThree(t *testing.T) {
	x := index(t, articles(t))
	for _, tc := range []struct{ words, want string }{
		{"zarejestrowac noworodka", "rejestracja-urodzenia"}, // or the car
		{"ile płacę za śmieci", "odpady-deklaracja"},         // or nobody took them
		{"zgubiłem telefon", "rzeczy-znalezione"},
		{"ratusz telefon", "godziny-i-kontakt"},
		{"zaświadczenie do notariusza", "zaswiadczenie-rewitalizacja"},
		{"brak wody", "numery-alarmowe"},
	} {
		ids := found(t, x, tc.words, "pl")
		if place := slices.Index(ids, tc.want); place < 0 || place > 2 {
			t.Errorf("%q: %s is number %d in %v", tc.words, tc.want, place+1, ids[:min(len(ids), 4)])
		}
	}
}

func TestMisspeltAndHalfTypedWordsStillFind(t *testing.T) {
	x := index(t, articles(t))
	for _, tc := range []struct{ words, want string }{
		{"dowud osobisty", "dowod-osobisty"},
		{"dow", "dowod-osobisty"},
		{"zamelodwanie", "zameldowanie"},
		{"zamel", "zameldowanie"},
		{"rejstracja auta", "rejestracja-pojazdu"},
		{"becikwe", "becikowe"},
		{"alim", "fundusz-alimentacyjny"},
		{"wycin", "wycinka-drzew"},
		{"budżet obyw", "budzet-obywatelski"},
		{"prawo jaz", "prawo-jazdy"},
		{"podatek od nieruchomsci", "podatek-od-nieruchomosci"},
		{"pełnomocnictow", "oplata-skarbowa-pelnomocnictwo"},
	} {
		ids := found(t, x, tc.words, "pl")
		if place := slices.Index(ids, tc.want); place < 0 || place > 2 {
			t.Errorf("%q: %s is number %d in %v", tc.words, tc.want, place+1, ids[:min(len(ids), 4)])
		}
	}
}

func TestOtherLanguagesFindTooAndPolishWordsInThem(t *testing.T) {
	x := index(t, articles(t))
	for _, tc := range []struct{ lang, words, want string }{
		{"en", "identity cards", "dowod-osobisty"},
		{"en", "I lost my ID card", "dowod-osobisty"},
		{"en", "driving license exchange", "prawo-jazdy"},
		{"en", "register my car", "rejestracja-pojazdu"},
		{"en", "birth certificates", "odpisy-usc"},
		{"en", "rubbish", "odpady-deklaracja"},
		{"en", "property taxes", "podatek-od-nieruchomosci"},
		{"en", "opening hours", "godziny-i-kontakt"},
		{"en", "registering address", "zameldowanie"},
		{"en", "meldunek", "zameldowanie"},
		{"en", "dowod", "dowod-osobisty"},
		{"uk", "посвідчення", "dowod-osobisty"},
		{"uk", "сміття", "odpady-deklaracja"},
		{"uk", "песель укр", "pesel-ukr"},
		{"uk", "водійські права", "prawo-jazdy"},
		{"uk", "довіреного профілю", "profil-zaufany"},
		{"uk", "meldunek", "zameldowanie"},
	} {
		ids := found(t, x, tc.words, tc.lang)
		if place := slices.Index(ids, tc.want); place != 0 {
			t.Errorf("%s %q: %s is number %d in %v", tc.lang, tc.words, tc.want, place+1, ids[:min(len(ids), 4)])
		}
	}
}

func TestNothingMeaningfulFindsNothing(t *testing.T) {
	x := index(t, articles(t))
	for _, words := range []string{"", "  ", "?!", "xyzzyqwerty"} {
		if ids := found(t, x, words, "pl"); len(ids) != 0 {
			t.Errorf("%q finds %v", words, ids)
		}
	}
	if hits, err := x.Search("dowód", "pl", 0); err != nil || len(hits) != 0 {
		t.Errorf("no hits wanted: %v, %v", hits, err)
	}
}

func TestAHitHasItsCodeTitleAndSection(t *testing.T) {
	text := func(s string) ivr.Texts { return ivr.Texts{"pl": s} }
	x := index(t, map[string]ivr.Article{
		"paszport": {
			ID: "paszport", Code: "777",
			Title: ivr.Texts{"pl": "Paszport", "en": "Passport"},
			Say: map[string]ivr.Texts{
				"short": text("Paszport wydaje wojewoda."), "documents": text("Potrzebne jest zdjęcie."),
				"fees": text("Opłata za paszport zależy od wieku."), "where": text("W punkcie paszportowym."),
			},
		},
	})
	for words, section := range map[string]string{"oplaty za paszport": "fees", "paszport zdjęcia": "documents", "paszport": "", "777": ""} {
		hits, err := x.Search(words, "en", 3)
		if err != nil {
			t.Fatal(err)
		}
		if len(hits) != 1 || hits[0].ID != "paszport" || hits[0].Code != "777" || hits[0].Title != "Passport" || hits[0].Score <= 0 {
			t.Errorf("%q: %+v", words, hits)
			continue
		}
		if hits[0].Section != section {
			t.Errorf("%q: section %q, want %q", words, hits[0].Section, section)
		}
	}
}

func FuzzSearchTakesAnyWords(f *testing.F) {
	x := index(f, map[string]ivr.Article{"a": {ID: "a", Code: "101", Title: ivr.Texts{"pl": "Dowód"}}})
	for _, s := range []string{"dowód", "+a -b", "\"", "a*", "\xff", "\x00", "𐍈𐍈𐍈𐍈𐍈", "ǅǅǅǅǅ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if _, err := x.Search(s, "pl", 3); err != nil {
			t.Errorf("%q: %v", s, err)
		}
	})
}

func BenchmarkSearch(b *testing.B) {
	x := index(b, articles(b))
	for b.Loop() {
		if _, err := x.Search("zgubiłam dowód osobisty dziecka", "pl", 10); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNew(b *testing.B) {
	a := articles(b)
	for b.Loop() {
		index(b, a)
	}
}
