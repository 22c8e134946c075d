package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"infolinia/ivr/sim"
)

func testCommand() *cobra.Command {
	var update bool
	cmd := &cobra.Command{
		Use:   "test [DIR]",
		Short: "Run the transcripts in callflows/tests",
		Long: `Run callflows/tests/*.txt: each a script, a line ----, and the transcript it
must give. Each is run a second time with the call saved and restored between
every two inputs, and must give the same.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runTests(cmd, dirOf(args), update)
		},
	}
	cmd.Flags().BoolVar(&update, "update", false, "rewrite the transcripts to what is heard now")
	return cmd
}

func runTests(cmd *cobra.Command, dir string, update bool) error {
	line, err := loadLine(dir, cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(dir, "callflows", "tests", "*.txt"))
	if err != nil {
		return err
	}
	slices.Sort(files)
	out, failed := cmd.OutOrStdout(), 0
	for _, file := range files {
		if err := runTest(cmd, line, file, update); err != nil {
			failed++
			fmt.Fprintf(out, "FAIL %s\n%v\n", file, err)
			continue
		}
		fmt.Fprintf(out, "ok   %s\n", file)
	}
	fmt.Fprintf(out, "%d passed, %d failed\n", len(files)-failed, failed)
	if failed > 0 {
		return fmt.Errorf("%d of %d transcripts differ: mend the flow, or accept what is heard now with --update", failed, len(files))
	}
	return nil
}

func runTest(cmd *cobra.Command, line sim.Line, file string, update bool) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	c, err := sim.ParseCase(string(text))
	if err != nil {
		return err
	}
	load := publisher(filepath.Dir(file), cmd.ErrOrStderr())
	play := func(restore bool) ([]string, error) {
		s := sim.New(line, time.Now())
		s.Restore = restore
		return c.Play(s, load)
	}
	got, err := play(false)
	if err != nil {
		return err
	}
	restored, err := play(true)
	if err != nil {
		return fmt.Errorf("restored between inputs: %w", err)
	}
	if d := sim.Difference(got, restored); d != "" {
		return fmt.Errorf("restored between inputs the call goes another way: %s", d)
	}
	if update {
		if slices.Equal(c.Want, got) {
			return nil
		}
		return os.WriteFile(file, []byte(c.Write(got)), 0o644)
	}
	if d := sim.Difference(c.Want, got); d != "" {
		return fmt.Errorf("%s", d)
	}
	return nil
}
