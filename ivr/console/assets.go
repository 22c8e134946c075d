package console

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"mime"
	"net/http"
	"path"
	"strings"
)

// The scripts are bundled before the program is built; without them the program
// builds as well, and the desk says what is missing.
//
//go:embed web/style.css web/desk.css all:dist
var built embed.FS

// assets are the style sheets and scripts of the pages, compressed once. Their
// addresses hold their sums, so a browser keeps them for good.
type assets map[string]asset

type asset struct {
	plain, gzipped []byte
	sum            string
	kind           string
}

func newAssets() assets {
	all := assets{}
	for _, file := range []string{"web/style.css", "web/desk.css", "dist/desk.js"} {
		content, err := built.ReadFile(file)
		if err != nil {
			continue // not bundled
		}
		all[path.Base(file)] = newAsset(file, content)
	}
	return all
}

func newAsset(file string, content []byte) asset {
	var out bytes.Buffer
	z, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // the level is a good one
	_, _ = z.Write(content)                                 // into memory
	_ = z.Close()
	sum := sha256.Sum256(content)
	return asset{content, out.Bytes(), hex.EncodeToString(sum[:8]), mime.TypeByExtension(path.Ext(file))}
}

// url is where a page finds an asset; "" when it was not bundled.
func (all assets) url(name string) string {
	a, ok := all[name]
	if !ok {
		return ""
	}
	return "/assets/" + name + "?v=" + a.sum
}

func (all assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, ok := all[path.Base(r.URL.Path)]
	if !ok {
		http.NotFound(w, r)
		return
	}
	header := w.Header()
	header.Set("Content-Type", a.kind)
	header.Set("ETag", `"`+a.sum+`"`)
	header.Set("Vary", "Accept-Encoding")
	header.Set("Cache-Control", "no-cache") // ask whether it is still the same
	if r.URL.Query().Get("v") == a.sum {
		header.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if strings.Contains(r.Header.Get("If-None-Match"), a.sum) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		_, _ = w.Write(a.plain)
		return
	}
	header.Set("Content-Encoding", "gzip")
	_, _ = w.Write(a.gzipped)
}
