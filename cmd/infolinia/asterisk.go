package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"infolinia/asterisk"
	"infolinia/ivr/site"
)

func asteriskCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "asterisk",
		Short: "Look at Asterisk's configuration",
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "render DIR",
		Short: "Write the configuration that the settings give, passwords included, to read or to install",
		Args:  cobra.ExactArgs(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return renderAsterisk(cmd, args[0]) },
	})
	return cmd
}

func renderAsterisk(cmd *cobra.Command, dir string) error {
	settings, err := loadSettings(cmd)
	if err != nil {
		return err
	}
	in, err := site.Installation(cmd.Context(), &settings.Config)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("render asterisk configuration: %w", err)
	}
	return asterisk.RenderTo(dir, site.AsteriskSettings(&settings.Config, in, trialClerk(cmd.Context(), &settings.Config)))
}
