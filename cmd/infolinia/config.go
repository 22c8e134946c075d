package main

import (
	"os"

	"github.com/spf13/cobra"

	"infolinia/ivr/config"
)

func configCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "config",
		Short: "Print the effective settings and where each comes from; secrets are masked",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			settings, err := loadSettings(cmd)
			if err != nil {
				return err
			}
			return settings.Print(cmd.OutOrStdout())
		},
	}
}

// loadSettings reads the settings as --config and the environment say.
func loadSettings(cmd *cobra.Command) (*config.Loaded, error) {
	return config.Load(config.Source{File: settingsFile(cmd), Environ: os.Environ()})
}

func settingsFile(cmd *cobra.Command) string {
	file, _ := cmd.Flags().GetString("config") // defined on the root command
	return file
}
