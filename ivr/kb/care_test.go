package kb

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"infolinia/ivr"
)

func day(s string) time.Time {
	d, err := time.ParseInLocation(time.DateOnly, s, ivr.Warsaw())
	if err != nil {
		panic(err)
	}
	return d
}

func lacking() map[string]ivr.Article {
	pl := func(s string) ivr.Texts { return ivr.Texts{"pl": s} }
	full := map[string]ivr.Texts{"short": pl("a"), "documents": pl("b"), "fees": pl("c"), "where": pl("d"), "time": pl("e")}
	source := []ivr.Source{{Title: "BIP", Date: "2026-01-01"}}
	return map[string]ivr.Article{
		"good": {ID: "good", Say: full, SMS: pl("f"), Sources: source, ValidUntil: day("2027-12-01")},
		"old":  {ID: "old", Say: full, SMS: pl("f"), Sources: source, ValidUntil: day("2026-11-01")},
		"soon": {
			ID: "soon", Say: full, SMS: pl("f"), ValidUntil: day("2027-06-01"), Sources: []ivr.Source{{Title: "prasa"}},
			ValidSections: map[string]time.Time{"fees": day("2027-01-01"), "time": day("2027-07-01"), "where": day("2027-05-01")},
		},
		"thin": {ID: "thin", Say: map[string]ivr.Texts{"short": pl("a"), "where": pl("d")}, ValidUntil: day("2027-12-01")},
	}
}

func TestArticlesAndSectionsExpireSoonestFirst(t *testing.T) {
	now := day("2026-11-22")
	got := Expiring(lacking(), 200*24*time.Hour, now)
	want := []Expiry{
		{ID: "old", Until: day("2026-11-01")},
		{ID: "soon", Section: "fees", Until: day("2027-01-01")},
		{ID: "soon", Section: "where", Until: day("2027-05-01")},
		{ID: "soon", Until: day("2027-06-01")},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := Expiring(lacking(), 39*24*time.Hour, now); len(got) != 1 {
		t.Errorf("within 39 days: %v", got)
	}
	if got := Expiring(lacking(), 40*24*time.Hour, now); len(got) != 2 {
		t.Errorf("within 40 days: %v", got)
	}
}

func TestCheckNamesWhatAnArticleLacks(t *testing.T) {
	var got []string
	for _, f := range Check(lacking(), []string{"pl", "en"}, day("2026-11-22")) {
		got = append(got, f.String())
	}
	want := []string{
		"good: no language en",
		"old: expired after 2026-10-31",
		"old: no language en",
		"soon (fees): expires after 2026-12-31",
		"soon: a source without a date",
		"soon: no language en",
		"thin: no sources",
		"thin: no section documents in pl",
		"thin: no section fees in pl",
		"thin: no section time in pl",
		"thin: no section sms in pl",
		"thin: no language en",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
