package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"infolinia/ivr/flowfile"
)

func checkCommand() *cobra.Command {
	var strict bool
	cmd := &cobra.Command{
		Use:   "check [DIR]",
		Short: "Say everything that is wrong with the flows and articles",
		Long: `Say everything that is wrong with callflows/ and kb/ in DIR, each with its file,
line and column. Errors keep the files from going live; warnings do not.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return check(cmd, dirOf(args), strict)
		},
	}
	cmd.Flags().BoolVar(&strict, "strict", false, "take warnings for errors")
	return cmd
}

func check(cmd *cobra.Command, dir string, strict bool) error {
	_, problems := flowfile.Load(dir)
	for _, p := range problems {
		p.File = filepath.Join(dir, p.File)
		p.Warning = p.Warning && !strict
		fmt.Fprintln(cmd.OutOrStdout(), p)
	}
	errors := flowfile.Errors(problems)
	warnings := len(problems) - errors
	if strict {
		errors, warnings = len(problems), 0
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "%s, %s\n", plural(errors, "error"), plural(warnings, "warning"))
	if errors > 0 {
		return exitCode(1)
	}
	return nil
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
