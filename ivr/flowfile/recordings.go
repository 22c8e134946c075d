package flowfile

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// recordings warns of human recordings that are not used: their text has
// changed since it was recorded, or nobody has said which text they say.
// Beside <id>.wav lies <id>.sha256, the accepted hash.
func (l *loader) recordings() {
	files, err := fs.Glob(l.fsys, callflows+"/recordings/*/*.wav")
	if err != nil {
		return
	}
	for _, file := range files {
		lang, id := path.Base(path.Dir(file)), strings.TrimSuffix(path.Base(file), ".wav")
		at := position{file, 1, 1}
		text, there := l.textOf(id, lang)
		accepted, err := fs.ReadFile(l.fsys, strings.TrimSuffix(file, ".wav")+".sha256")
		switch {
		case !slices.Contains(l.languages, lang):
			l.warnf(at, "the recording is not used: %q is no supported language; move it to the folder of its language", lang)
		case !there:
			l.warnf(at, "the recording is not used: there is no prompt %q with text in %s; rename it to the prompt's id or remove it", id, lang)
		case strings.Contains(text, "{{"):
			l.warnf(at, "the recording is not used: the text of %q has parts that change from call to call; remove it", id)
		case err != nil:
			l.warnf(at, "the recording is not used: nobody has said that it says the text of %q; run infolinia recordings accept %s", id, file)
		case strings.TrimSpace(string(accepted)) != textHash(text):
			l.warnf(at, "the recording is not used: the text of %q has changed since it was recorded; record it again, then run infolinia recordings accept %s", id, file)
		}
	}
}

// textOf is the text behind a prompt id.
func (l *loader) textOf(id, lang string) (string, bool) {
	if t, ok := l.program.Prompts[id][lang]; ok {
		return t.Source, true
	}
	kind, rest, _ := strings.Cut(id, ".")
	switch kind {
	case "notice":
		t, ok := l.content.Notices[rest].Text[lang]
		return t, ok
	case "article":
		name, section, _ := strings.Cut(rest, ".")
		t, ok := l.content.Articles[name].Say[section][lang]
		return t, ok
	}
	return "", false
}

// textHash names a text; blanks do not count. The same hash is written when a
// recording is accepted.
func textHash(text string) string {
	sum := sha256.Sum256([]byte(strings.Join(strings.Fields(text), " ")))
	return hex.EncodeToString(sum[:])
}
