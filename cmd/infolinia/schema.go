package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"infolinia/ivr/flowfile"
)

func schemaCommand() *cobra.Command {
	var folder string
	cmd := &cobra.Command{
		Use:   "schema [KIND]",
		Short: "Print the JSON Schema of a kind of file, for editors",
		Long: `Print the JSON Schema of a kind of file, so that an editor completes its keys:
` + strings.Join(flowfile.Kinds[:], ", ") + ` (default: flow).`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if folder != "" {
				return writeSchemas(folder)
			}
			kind := "flow"
			if len(args) > 0 {
				kind = args[0]
			}
			schema, err := flowfile.Schema(kind)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s\n", schema)
			return err
		},
	}
	cmd.Flags().StringVar(&folder, "write", "", "write all kinds to this folder, each as KIND.json")
	return cmd
}

func writeSchemas(folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for _, kind := range flowfile.Kinds {
		schema, err := flowfile.Schema(kind)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, kind+".json"), append(schema, '\n'), 0o644); err != nil {
			return err
		}
	}
	return nil
}
