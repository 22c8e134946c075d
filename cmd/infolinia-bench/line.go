package main

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"infolinia/ivr/speech"
)

//go:embed testbed
var testbed embed.FS

// prompt is one of the line's four nodes, in the order of the tones.
type prompt struct{ id, word string }

func prompts() [tones]prompt {
	return [tones]prompt{
		{"main.top.prompt", "Pierwszy."}, {"main.second.prompt", "Drugi."},
		{"main.third.prompt", "Trzeci."}, {"main.last.prompt", "Czwarty."},
	}
}

// text takes about so long to say: the line gives up a prompt that lasts much
// longer than its text.
func (p prompt) text(length time.Duration) string {
	const perSecond = 14 // code points
	times := int(length.Seconds()*perSecond)/utf8.RuneCountInString(p.word+" ") + 1
	return strings.TrimSpace(strings.Repeat(p.word+" ", times))
}

// writeLine writes a small line whose prompts are recordings of tones. Recordings
// that are there stay, because they have been rendered already.
func writeLine(dir string, lengths [tones]time.Duration) error {
	recordings := filepath.Join(dir, "callflows", "recordings", "pl")
	for _, d := range []string{recordings, filepath.Join(dir, "kb")} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			return err
		}
	}
	for _, name := range []string{"line.yaml", "main.yaml", "hours.yaml"} {
		data, err := testbed.ReadFile("testbed/callflows/" + name)
		if err != nil {
			return err
		}
		for i, p := range prompts() {
			data = bytes.ReplaceAll(data, []byte(p.word), []byte(p.text(lengths[i])))
		}
		if err := os.WriteFile(filepath.Join(dir, "callflows", name), data, 0o644); err != nil {
			return err
		}
	}
	for i, p := range prompts() {
		path, hash := filepath.Join(recordings, p.id), speech.TextHash(p.text(lengths[i]))
		if kept, err := os.ReadFile(path + ".sha256"); err == nil && string(kept) == hash {
			continue
		}
		if err := os.WriteFile(path+".wav", toneWAV(hertz()[i], lengths[i]), 0o644); err != nil {
			return err
		}
		if err := os.WriteFile(path+".sha256", []byte(hash), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// infolinia is the program with the line it runs.
type infolinia struct {
	binary string
	env    []string
	cache  string
}

// build makes the program in dir, and its line with rendered prompts in a folder
// that is kept for the next run.
func build(ctx context.Context, dir, kept string, lengths [tones]time.Duration) (*infolinia, error) {
	say("building infolinia and rendering its prompts …")
	in := &infolinia{binary: filepath.Join(dir, "infolinia"), cache: filepath.Join(filepath.Dir(kept), "prompts")}
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", in.binary, "./cmd/infolinia").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build infolinia: %w\n%s", err, out)
	}
	if err := writeLine(kept, lengths); err != nil {
		return nil, fmt.Errorf("write the line: %w", err)
	}
	in.env = append(os.Environ(), "INFOLINIA_LINE="+kept, "INFOLINIA_VAR="+filepath.Join(dir, "var"),
		"INFOLINIA_SPEECH_CACHE="+in.cache, "INFOLINIA_SPEECH_VOICES_PL_ENGINE=espeak-ng",
		"INFOLINIA_SPEECH_VOICES_PL_VOICE=pl", "INFOLINIA_LOG_FORMAT=json")
	cmd := exec.CommandContext(ctx, in.binary, "render")
	cmd.Env = in.env
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("render the prompts: %w\n%s", err, out)
	}
	return in, nil
}

// sounds are the files of the prompts, as the line plays them.
func (in *infolinia) sounds() ([]string, error) {
	list, err := os.ReadFile(filepath.Join(in.cache, "names.tsv"))
	if err != nil {
		return nil, err
	}
	var files []string
	for _, prompt := range prompts() {
		_, rest, found := bytes.Cut(list, []byte("pl/"+prompt.id+"\t"))
		if !found {
			return nil, fmt.Errorf("no prompt %s was rendered", prompt.id)
		}
		file, _, _ := strings.Cut(string(rest), "\n")
		files = append(files, strings.TrimSuffix(file, ".alaw"))
	}
	return files, nil
}
