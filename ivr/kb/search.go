package kb

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/char/asciifolding"
	"github.com/blevesearch/bleve/v2/analysis/lang/pl"
	"github.com/blevesearch/bleve/v2/search/query"
)

// maxWords is how many words of a question are looked for.
const maxWords = 12

// togetherShare is how much more words count that stand in one keyword.
const togetherShare = 0.5

// Hit is an article found. Higher scores are better; they compare only within
// one search.
type Hit struct {
	ID    string
	Code  string
	Title string // in the language asked for, else in DefaultLang
	Score float64
	// Section is the one that holds most of the words; empty when none stands
	// out.
	Section string
}

// Search finds articles by words in any of their forms, with or without
// diacritics, the last of them as far as it is typed, or by code; the best
// first. Words of DefaultLang are found whatever lang is. Nothing to look for
// finds nothing.
func (x *Index) Search(text, lang string, limit int) ([]Hit, error) {
	asked := x.ask(text)
	if len(asked) == 0 || limit < 1 {
		return nil, nil
	}
	scores := map[string]float64{}
	for i := range asked {
		if err := x.vote(&asked[i], lang, scores); err != nil {
			return nil, fmt.Errorf("search articles: %w", err)
		}
	}
	var hits []Hit
	for id, score := range scores {
		score += togetherShare * x.together(id, asked)
		hits = append(hits, Hit{ID: id, Code: x.articles[id].Code, Title: x.title(id, lang), Score: score})
	}
	slices.SortFunc(hits, func(a, b Hit) int { return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID)) })
	hits = hits[:min(limit, len(hits))]
	for i := range hits {
		hits[i].Section = x.section(hits[i].ID, lang, asked)
	}
	return hits, nil
}

// vote adds a word's scores: its best article gets all of the word's weight,
// the others their share, so that two words that fit make more than one that
// fits very well. A word that few articles have weighs more.
func (x *Index) vote(w *word, lang string, scores map[string]float64) error {
	result, err := x.bleve.Search(bleve.NewSearchRequestOptions(x.query(*w, lang), len(x.articles), 0, false))
	if err != nil {
		return err
	}
	if len(result.Hits) == 0 {
		w.weight = 0
		return nil
	}
	w.weight *= math.Log(1 + float64(len(x.articles))/float64(len(result.Hits)))
	for _, h := range result.Hits {
		scores[h.ID] += w.weight * math.Sqrt(h.Score/result.MaxScore)
	}
	return nil
}

// together is the weight of the words that stand in one keyword or title, if
// they are two or more.
func (x *Index) together(id string, asked []word) float64 {
	best := 0.0
	for _, phrase := range x.phrases[id] {
		n, weight := 0, 0.0
		for _, w := range asked {
			if holds(phrase, w) {
				n++
				weight += w.weight
			}
		}
		if n > 1 {
			best = max(best, weight)
		}
	}
	return best
}

func (x *Index) title(id, lang string) string {
	if t := x.articles[id].Title[lang]; t != "" {
		return t
	}
	return x.articles[id].Title[DefaultLang]
}

// word is a word of a question as it was typed and folded. Words that every
// text has ("jak", "ile", "dla") count for less.
type word struct {
	typed, plain string
	weight       float64
	common       bool
}

func (x *Index) ask(text string) []word {
	var list []word
	typed := split(strings.ToLower(text))
	for _, typed := range typed[:min(len(typed), maxWords)] {
		w := word{typed: typed, plain: fold(typed), weight: 1}
		if x.stop[w.plain] {
			w.weight, w.common = 0.15, true
		}
		list = append(list, w)
	}
	return list
}

// query looks for a word in all parts of an article, and among the codes.
func (x *Index) query(w word, lang string) query.Query {
	type share struct {
		lang string
		of   float64
	}
	langs := []share{{DefaultLang, 1}}
	if _, ok := analyzers()[lang]; ok && lang != DefaultLang {
		langs = []share{{lang, 1}, {DefaultLang, 0.4}}
	}
	q := bleve.NewDisjunctionQuery(boosted(bleve.NewTermQuery(w.typed), "code", 100))
	for _, l := range langs {
		for _, part := range []struct {
			name  string
			boost float64
		}{{"title", 4}, {"keywords", 5}, {"text", 0.5}} {
			q.AddQuery(forms(w, part.name+"."+l.lang, part.boost*l.of)...)
		}
	}
	return q
}

// forms are the ways a word may stand in a field: by its stem, exactly as it
// was typed but for diacritics, as a beginning, by what is left without its
// ending, and misspelt.
func forms(w word, field string, boost float64) []query.Query {
	plain := field + foldedSuffix
	list := []query.Query{
		boosted(bleve.NewMatchQuery(w.typed), field, boost),
		boosted(bleve.NewTermQuery(w.plain), plain, boost*0.6),
		boosted(bleve.NewPrefixQuery(w.plain), plain, boost*0.3),
		boosted(bleve.NewPrefixQuery(root(w.plain)), plain, boost*0.3),
	}
	if n := len([]rune(w.plain)); n >= 5 {
		fuzzy := bleve.NewFuzzyQuery(w.plain)
		fuzzy.SetFuzziness(1 + n/9) // two letters in a long word
		fuzzy.SetPrefix(1)
		list = append(list, boosted(fuzzy, plain, boost*0.2))
	}
	return list
}

type boostable interface {
	query.FieldableQuery
	query.BoostableQuery
}

func boosted(q boostable, field string, boost float64) query.Query {
	q.SetField(field)
	q.SetBoost(boost)
	return q
}

// section counts for each section how many of the words it has; those of the
// title say nothing about it.
func (x *Index) section(id, lang string, asked []word) string {
	if _, ok := x.sections[id][lang+"/short"]; !ok {
		lang = DefaultLang
	}
	title := words(x.title(id, lang))
	best, most, tie := "", 0, false
	for key, has := range x.sections[id] {
		name, ok := strings.CutPrefix(key, lang+"/")
		if !ok || name == "short" {
			continue
		}
		n := 0
		for _, w := range asked {
			if !w.common && holds(has, w) && !holds(title, w) {
				n++
			}
		}
		switch {
		case n > most:
			best, most, tie = name, n, false
		case n == most:
			tie = true
		}
	}
	if tie || most == 0 {
		return ""
	}
	return best
}

func holds(text []string, w word) bool {
	beginning := root(w.plain)
	return slices.ContainsFunc(text, func(t string) bool { return strings.HasPrefix(t, beginning) })
}

// root is a word without what its ending can be, by length alone: Polish and
// Ukrainian inflect at the end, and long words have long endings.
func root(w string) string {
	r := []rune(w)
	n := len(r)
	switch {
	case n >= 11:
		n -= 4
	case n >= 9:
		n -= 3
	case n >= 6:
		n -= 2
	case n >= 4:
		n--
	}
	return string(r[:n])
}

func split(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

func fold(s string) string { return string(asciifolding.New().Filter([]byte(s))) }

func words(text string) []string { return split(fold(strings.ToLower(text))) }

// stopWords are the analyzer's, folded, and those of questions.
func stopWords() map[string]bool {
	list := analysis.NewTokenMap()
	if err := list.LoadBytes(pl.PolishStopWords); err != nil {
		return nil // it reads from memory
	}
	stop := map[string]bool{}
	for w := range list {
		stop[fold(w)] = true
	}
	for _, w := range split("chcę chciałbym chciałabym proszę potrzebuję muszę mogę można trzeba załatwić sprawa i o w z u a na po") {
		stop[fold(w)] = true
	}
	return stop
}
