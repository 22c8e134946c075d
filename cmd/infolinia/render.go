package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"infolinia/ivr/config"
	"infolinia/ivr/speech"
)

func renderCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "render",
		Short: "Make the sound of all prompts that are known ahead, as far as it is not there yet",
		Long: `Make the sound of all prompts and articles that are known before a call. What is
there already is kept, so only changed texts take time. A list of the prompts
with their files, names.tsv, is written beside them.

The exit code is 1 only when something cannot be said at all.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			settings, err := loadSettings(cmd)
			if err != nil {
				return err
			}
			return renderLine(cmd.Context(), &settings.Config, cmd.ErrOrStderr())
		},
	}
}

func renderLine(ctx context.Context, c *config.Config, out io.Writer) error {
	bundle, err := loadBundle(c.Line, out)
	if err != nil {
		return err
	}
	speaker, err := newSpeaker(c)
	if err != nil {
		return err
	}
	defer speaker.Close()
	missing := speaker.Missing()
	for _, lang := range slices.Sorted(maps.Keys(missing)) {
		fmt.Fprintf(out, "warning: no voice for %s: %v; espeak-ng speaks instead (asterisk/provide packages installs the voices)\n", lang, missing[lang])
	}
	prepared := speaker.Prepare(ctx, apologies(bundle.Program))
	all := append(utterances(textsAhead(bundle)), trialSounds(c)...)
	bar := newProgress(out, len(all))
	report, err := speaker.Render(ctx, all, bar.done)
	bar.close()
	if err != nil {
		return err
	}
	reportRendering(out, report)
	if err := listPrompts(ctx, speaker, c.Speech.Cache, all, report.Failed); err != nil {
		return err
	}
	if prepared != nil {
		return fmt.Errorf("an apology, the last thing a caller may hear, cannot be said: %w", prepared)
	}
	if n := len(report.Failed); n > 0 {
		return fmt.Errorf("%s cannot be said: mend the engine named above, then run `infolinia render` again", plural(n, "prompt"))
	}
	return nil
}

func reportRendering(out io.Writer, r speech.Report) {
	fmt.Fprintf(out, "%s: %d new, %d kept, %d recorded by people; %s of speech, in %s\n", plural(r.Total, "prompt"),
		r.Rendered, r.Kept, r.Recorded, r.Speech.Round(time.Second), r.Took.Round(10*time.Millisecond))
	if len(r.Fallback) > 0 {
		ids := slices.Compact(slices.Sorted(slices.Values(r.Fallback)))
		fmt.Fprintf(out, "warning: espeak-ng spoke %s in place of the voice that is set: %s\n",
			plural(len(r.Fallback), "prompt"), strings.Join(ids, ", "))
	}
	for _, f := range r.Failed {
		fmt.Fprintf(out, "error: %s (%s): %v\n", f.ID, f.Lang, f.Err)
	}
}

// listPrompts writes names.tsv: for each prompt <lang>/<id>, a tab and its file.
// `infolinia call` knows by it what it hears.
func listPrompts(ctx context.Context, s *speech.Speaker, folder string, all []speech.Utterance, failed []speech.Failure) error {
	lost := map[string]bool{}
	for _, f := range failed {
		lost[f.Lang+"/"+f.ID] = true
	}
	var list strings.Builder
	for _, u := range all {
		name := u.Lang + "/" + u.ID
		if lost[name] {
			continue
		}
		clip, err := s.File(ctx, u)
		if err != nil {
			return fmt.Errorf("list prompts: %s: %w", name, err)
		}
		fmt.Fprintf(&list, "%s\t%s.alaw\n", name, clip.Path)
	}
	path := filepath.Join(folder, "names.tsv")
	if err := os.WriteFile(path+".new", []byte(list.String()), 0o640); err != nil {
		return fmt.Errorf("list prompts: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("list prompts: %w", err)
	}
	return nil
}
