package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"infolinia/ivr/caller"
)

//go:embed testbed
var testbed embed.FS

// infolinia is the program with the line it runs.
type infolinia struct {
	binary, cache string
	root          string // of the repository
	index         *caller.Index
}

// question is what a caller asks the clerk, and knows again.
const question = "question"

// build makes the program in dir and renders the line's prompts into a folder
// that is kept for the next run.
func (p *plan) build(ctx context.Context, dir string) (*infolinia, error) {
	in := &infolinia{
		binary: p.binary, root: p.root,
		cache: filepath.Join(p.root, "var", "chaos", "prompts"), index: caller.NewIndex(),
	}
	if in.binary == "" {
		in.binary = filepath.Join(dir, "infolinia")
		p.say("building infolinia and rendering its prompts …")
		cmd := exec.CommandContext(ctx, "go", "build", "-o", in.binary, "./cmd/infolinia")
		cmd.Dir = p.root
		if out, err := cmd.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("build infolinia: %w\n%s", err, out)
		}
	}
	files := filepath.Join(dir, "line")
	if err := writeLine(files, "lookup.test"); err != nil {
		return nil, err
	}
	render := exec.CommandContext(ctx, in.binary, "render")
	render.Env = append(os.Environ(), voice(in.cache)...)
	render.Env = append(render.Env, "INFOLINIA_LINE="+files, "INFOLINIA_VAR="+filepath.Join(dir, "render"))
	if out, err := render.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("render the prompts: %w\n%s", err, out)
	}
	return in, in.learn()
}

// learn lets callers recognise what they hear.
func (in *infolinia) learn() error {
	if _, err := in.index.AddList(filepath.Join(in.cache, "names.tsv")); err != nil {
		return err
	}
	if _, err := in.index.AddFolder(filepath.Join(in.cache, "kept")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func voice(cache string) []string {
	return []string{
		"INFOLINIA_SPEECH_CACHE=" + cache,
		"INFOLINIA_SPEECH_VOICES_PL_ENGINE=espeak-ng", "INFOLINIA_SPEECH_VOICES_PL_VOICE=pl",
	}
}

// prompt is the file of a prompt, without extension.
func (in *infolinia) prompt(name string) (string, error) {
	list, err := os.ReadFile(filepath.Join(in.cache, "names.tsv"))
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(list)) {
		id, file, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if id == "pl/"+name {
			return strings.TrimSuffix(file, ".alaw"), nil
		}
	}
	return "", fmt.Errorf("no prompt %s was rendered", name)
}

// writeLine writes the line's files, with look-ups at an address.
func writeLine(dir, lookups string) error {
	flows, err := fs.Sub(testbed, "testbed")
	if err != nil {
		return err
	}
	if err := os.CopyFS(dir, flows); err != nil {
		return fmt.Errorf("write the line: %w", err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "kb"), 0o755); err != nil {
		return err
	}
	path := filepath.Join(dir, "callflows", "lookups.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	// Embedded files are read-only, and so are their copies.
	if err := errors.Join(os.Remove(path),
		os.WriteFile(path, []byte(strings.ReplaceAll(string(text), "lookup.test", lookups)), 0o644)); err != nil {
		return fmt.Errorf("write the line: %w", err)
	}
	return nil
}
