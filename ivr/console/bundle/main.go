// Command bundle makes ivr/console/dist/desk.js, the scripts of the desk, from
// ivr/console/web and what npm brings for it. It runs from the module's root,
// and is done in a moment when nothing has changed.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

const (
	web  = "ivr/console/web"
	dist = "ivr/console/dist"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}

func run() error {
	if _, err := os.Stat(web); err != nil {
		return fmt.Errorf("run it from the root of the module: %w", err)
	}
	if err := install(); err != nil {
		return err
	}
	script, err := build()
	if err != nil {
		return err
	}
	return replace(filepath.Join(dist, "desk.js"), script)
}

// install has npm bring exactly what package-lock.json says, when that is not
// there already. None of the packages' own scripts runs.
func install() error {
	lock, err := os.ReadFile(filepath.Join(web, "package-lock.json"))
	if err != nil {
		return err
	}
	sum := sha256.Sum256(lock)
	want := hex.EncodeToString(sum[:])
	stamp := filepath.Join(web, "node_modules", ".installed")
	if got, err := os.ReadFile(stamp); err == nil && string(got) == want {
		return nil
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	npm, err := exec.LookPath("npm")
	if err != nil {
		return errors.New("npm, which brings the desk's telephone, is missing: run asterisk/provide packages, or install Node.js")
	}
	fmt.Fprintln(os.Stderr, "bundle: npm brings what the desk's scripts are made of (once, 30 MB)")
	cmd := exec.Command(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error",
		"--fetch-retries=1", "--fetch-retry-mintimeout=2000") // without a network it is said soon
	cmd.Dir = web
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("npm could not bring what the desk's scripts are made of from registry.npmjs.org; is the network there? "+
			"Behind a proxy: npm config set proxy URL. npm ci in %s: %w\n%s", web, err, bytes.TrimSpace(out))
	}
	return os.WriteFile(stamp, []byte(want), 0o644)
}

func build() ([]byte, error) {
	result := api.Build(api.BuildOptions{
		EntryPoints: []string{filepath.Join(web, "main.ts")},
		Bundle:      true,
		Write:       false,
		Format:      api.FormatIIFE,
		// What an office PC had three years ago.
		Target:            api.ES2022,
		Charset:           api.CharsetUTF8,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		LegalComments:     api.LegalCommentsEndOfFile,
		Define:            map[string]string{"process.env.NODE_ENV": `"production"`},
	})
	if len(result.Errors) > 0 {
		lines := api.FormatMessages(result.Errors, api.FormatMessagesOptions{})
		return nil, errors.New(strings.TrimSpace(strings.Join(lines, "")))
	}
	return result.OutputFiles[0].Contents, nil
}

// replace writes a file whole or not at all, and only when it differs: Go builds
// again what embeds it.
func replace(path string, content []byte) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, content) {
		return nil
	}
	fresh := path + ".new"
	if err := os.WriteFile(fresh, content, 0o644); err != nil {
		return err
	}
	return os.Rename(fresh, path)
}
