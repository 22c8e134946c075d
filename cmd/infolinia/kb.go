package main

import (
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"infolinia/ivr"
	"infolinia/ivr/flowfile"
	"infolinia/ivr/kb"
)

func kbCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "kb",
		Short: "Search the knowledge base; list what needs care in it",
	}
	cmd.AddCommand(kbSearch(), kbCheck())
	return cmd
}

func kbSearch() *cobra.Command {
	var lang string
	cmd := &cobra.Command{
		Use:   "search WORDS",
		Short: "Find articles by the words people use, in any form, with or without diacritics",
		Example: `  infolinia kb search dowod dla dziecka
  infolinia kb search --lang en driving licence`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			articles, err := loadArticles(cmd)
			if err != nil {
				return err
			}
			index, err := kb.New(articles)
			if err != nil {
				return err
			}
			defer index.Close()
			hits, err := index.Search(strings.Join(args, " "), lang, 10)
			if err != nil {
				return err
			}
			if len(hits) == 0 {
				return fmt.Errorf("no article fits %q", strings.Join(args, " "))
			}
			table := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(table, "CODE\tARTICLE\tSECTION\tTITLE")
			for _, h := range hits {
				fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", h.Code, h.ID, h.Section, h.Title)
			}
			return table.Flush()
		},
	}
	cmd.Flags().StringVar(&lang, "lang", kb.DefaultLang, "language of the words, beside Polish")
	return cmd
}

func kbCheck() *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "List articles that expire within 60 days, or lack sources, languages or sections",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			settings, err := loadSettings(cmd)
			if err != nil {
				return err
			}
			bundle, err := loadBundle(settings.Line, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			findings := kb.Check(bundle.Content.Articles, bundle.Program.Languages, time.Now())
			for _, f := range findings {
				fmt.Fprintln(cmd.OutOrStdout(), f)
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "%s, %s\n", plural(len(bundle.Content.Articles), "article"), plural(len(findings), "finding"))
			return nil
		},
	}
}

// loadArticles reads the articles; mistakes in the flows do not matter to them.
func loadArticles(cmd *cobra.Command) (map[string]ivr.Article, error) {
	settings, err := loadSettings(cmd)
	if err != nil {
		return nil, err
	}
	content, problems := flowfile.LoadContent(os.DirFS(settings.Line))
	for _, p := range problems {
		if !p.Warning {
			fmt.Fprintln(cmd.ErrOrStderr(), p)
		}
	}
	if n := flowfile.Errors(problems); n > 0 {
		return nil, fmt.Errorf("%s: %s to mend first (see `infolinia check`)", settings.Line, plural(n, "error"))
	}
	return content.Articles, nil
}
