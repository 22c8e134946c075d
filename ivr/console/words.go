package console

import (
	"embed"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

//go:embed words/*.json
var wordFiles embed.FS

// languages of the pages, the first one unless somebody chooses.
func languages() []string { return []string{"pl", "en"} }

// words are all texts of the pages in one language, by key.
type words map[string]string

func readWords(lang string) words {
	content, err := wordFiles.ReadFile("words/" + lang + ".json")
	if err != nil {
		panic(err) // it is embedded
	}
	w := words{}
	if err := json.Unmarshal(content, &w); err != nil {
		panic(fmt.Errorf("words/%s.json: %w", lang, err))
	}
	return w
}

// say is a text, its %s and %d filled in. A key without a text is an error,
// which a template passes on.
func (w words) say(key string, args ...any) (string, error) {
	text, ok := w[key]
	if !ok {
		return "", fmt.Errorf("no words for %q", key)
	}
	if len(args) == 0 {
		return text, nil
	}
	return fmt.Sprintf(text, args...), nil
}

// sayOr is a text, or what stands in for it when there is none.
func (w words) sayOr(key, other string) string {
	if text, ok := w[key]; ok {
		return text
	}
	return other
}

// count is a number with its noun. The text holds its forms, in Polish one, few
// and many: "rozmowa|rozmowy|rozmów".
func (w words) count(n int, key string) (string, error) {
	text, err := w.say(key)
	if err != nil {
		return "", err
	}
	forms := strings.Split(text, "|")
	return count(n, forms[0], forms[len(forms)/2], forms[len(forms)-1]), nil
}

// langOf is the language of a page: chosen here, or by the account, or the first.
func langOf(r *http.Request) string {
	chosen := who(r.Context()).Lang
	if c, err := r.Cookie("lang"); err == nil {
		chosen = c.Value
	}
	for _, lang := range languages() {
		if lang == chosen {
			return lang
		}
	}
	return languages()[0]
}

// themeOf is "light" or "dark", when one was chosen.
func themeOf(r *http.Request) string {
	if c, err := r.Cookie("theme"); err == nil && (c.Value == "light" || c.Value == "dark") {
		return c.Value
	}
	return ""
}
