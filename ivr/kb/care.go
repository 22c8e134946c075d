package kb

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"infolinia/ivr"
)

// Expiry is an article, or one of its sections, that is not good for ever.
type Expiry struct {
	ID      string
	Section string // empty: the article
	// Until is the first moment at which it is no longer good.
	Until time.Time
}

// Expiring are the articles and sections that are no longer good at now plus
// within, the soonest first. A section is named only where it ages before its
// article.
func Expiring(articles map[string]ivr.Article, within time.Duration, now time.Time) []Expiry {
	limit := now.Add(within)
	var list []Expiry
	add := func(id, section string, until time.Time) {
		if !until.After(limit) {
			list = append(list, Expiry{ID: id, Section: section, Until: until})
		}
	}
	for id, a := range articles {
		add(id, "", a.ValidUntil)
		for section, until := range a.ValidSections {
			if until.Before(a.ValidUntil) {
				add(id, section, until)
			}
		}
	}
	slices.SortFunc(list, func(a, b Expiry) int {
		return cmp.Or(a.Until.Compare(b.Until), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Section, b.Section))
	})
	return list
}

// CareWithin is how far ahead Check looks for articles that expire.
const CareWithin = 60 * 24 * time.Hour

// Finding is something an article lacks or will lack soon.
type Finding struct {
	ID      string
	Kind    FindingKind
	Section string
	Lang    string
	Until   time.Time // with Expires and Expired
}

// FindingKind says what is the matter.
type FindingKind string

// What Check finds.
const (
	Expired    FindingKind = "expired"
	Expires    FindingKind = "expires"
	NoSources  FindingKind = "no sources"
	NoDate     FindingKind = "a source without a date"
	NoLanguage FindingKind = "no language"
	NoSection  FindingKind = "no section"
)

// String is the finding as one line for staff.
func (f Finding) String() string {
	s := f.ID
	if f.Section != "" && f.Kind != NoSection {
		s += " (" + f.Section + ")"
	}
	s += ": " + string(f.Kind)
	switch f.Kind {
	case Expired, Expires:
		lastGood := f.Until.In(ivr.Warsaw()).Add(-time.Nanosecond)
		s += " after " + lastGood.Format(time.DateOnly)
	case NoLanguage:
		s += " " + f.Lang
	case NoSection:
		s += fmt.Sprintf(" %s in %s", f.Section, f.Lang)
	}
	return s
}

// Check lists, article by article, what expires within CareWithin, and which
// sources, languages (of those given) and sections are missing. A language the
// article does not have at all is one finding; its sections are not listed.
func Check(articles map[string]ivr.Article, languages []string, now time.Time) []Finding {
	expiring := map[string][]Expiry{}
	for _, e := range Expiring(articles, CareWithin, now) {
		expiring[e.ID] = append(expiring[e.ID], e)
	}
	var list []Finding
	for _, id := range slices.Sorted(maps.Keys(articles)) {
		for _, e := range expiring[id] {
			kind := Expires
			if !now.Before(e.Until) {
				kind = Expired
			}
			list = append(list, Finding{ID: id, Kind: kind, Section: e.Section, Until: e.Until})
		}
		list = append(list, missing(articles[id], languages)...)
	}
	return list
}

func missing(a ivr.Article, languages []string) []Finding {
	var list []Finding
	if len(a.Sources) == 0 {
		list = append(list, Finding{ID: a.ID, Kind: NoSources})
	}
	if slices.ContainsFunc(a.Sources, func(s ivr.Source) bool { return s.Date == "" }) {
		list = append(list, Finding{ID: a.ID, Kind: NoDate})
	}
	for _, lang := range languages {
		if a.Say["short"][lang] == "" {
			list = append(list, Finding{ID: a.ID, Kind: NoLanguage, Lang: lang})
			continue
		}
		for _, section := range []string{"documents", "fees", "where", "time"} {
			if a.Say[section][lang] == "" {
				list = append(list, Finding{ID: a.ID, Kind: NoSection, Section: section, Lang: lang})
			}
		}
		if a.SMS[lang] == "" {
			list = append(list, Finding{ID: a.ID, Kind: NoSection, Section: "sms", Lang: lang})
		}
	}
	return list
}
