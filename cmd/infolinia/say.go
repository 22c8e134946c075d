package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

func sayCommand() *cobra.Command {
	var lang string
	var play bool
	cmd := &cobra.Command{
		Use:   "say ID",
		Short: "Make the sound of one prompt and print where it is, or play it",
		Long: `Make the sound of one prompt, as callers would hear it, and print the path of its
file. ID is a named prompt, FLOW.NODE.prompt, FLOW.NODE.option.KEY,
article.ID.SECTION, notice.NAME or phrase.NAME. A recording by a person is used
as on the line.`,
		Example: `  infolinia say main.top.prompt --play
  infolinia say article.dowod-osobisty.short --lang uk --play`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return say(cmd, args[0], lang, play) },
	}
	cmd.Flags().StringVar(&lang, "lang", "pl", "language")
	cmd.Flags().BoolVar(&play, "play", false, "play it with sox")
	return cmd
}

func say(cmd *cobra.Command, id, lang string, play bool) error {
	settings, err := loadSettings(cmd)
	if err != nil {
		return err
	}
	bundle, err := loadBundle(settings.Line, cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	parts, err := promptTexts(bundle, id, lang)
	if err != nil {
		return err
	}
	speaker, err := newSpeaker(&settings.Config)
	if err != nil {
		return err
	}
	defer speaker.Close()
	for _, u := range utterances(parts) {
		clip, err := speaker.File(cmd.Context(), u)
		if err != nil {
			return err
		}
		file := clip.Path + ".alaw"
		fmt.Fprintln(cmd.OutOrStdout(), file)
		if !play {
			continue
		}
		fmt.Fprintf(cmd.ErrOrStderr(), "%s (%s, %s): %s\n", u.ID, clip.Source, clip.Duration, u.Text)
		if err := playSound(cmd.Context(), file, cmd.ErrOrStderr()); err != nil {
			return err
		}
	}
	return nil
}
