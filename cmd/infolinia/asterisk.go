package main

import (
	"fmt"
	"os"
	"syscall"

	"github.com/spf13/cobra"

	"infolinia/asterisk"
	"infolinia/ivr/site"
)

func asteriskCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "asterisk",
		Short: "Asterisk by itself: write its configuration, or run it",
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "render DIR",
		Short: "Write the configuration that the settings give, passwords included, to be read",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			settings, err := asteriskSettings(cmd)
			if err != nil {
				return err
			}
			if err := os.MkdirAll(args[0], 0o700); err != nil {
				return fmt.Errorf("render asterisk configuration: %w", err)
			}
			return asterisk.RenderTo(args[0], settings)
		},
	}, &cobra.Command{
		Use:   "run",
		Short: "Write the configuration and become Asterisk, for systemd and containers",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return becomeAsterisk(cmd) },
	})
	return cmd
}

func asteriskSettings(cmd *cobra.Command) (asterisk.Settings, error) {
	settings, err := settingsWithSecrets(cmd)
	if err != nil {
		return asterisk.Settings{}, err
	}
	in, err := site.Installation(cmd.Context(), &settings.Config)
	if err != nil {
		return asterisk.Settings{}, err
	}
	return site.AsteriskSettings(&settings.Config, in, trialClerk(cmd.Context(), &settings.Config)), nil
}

// becomeAsterisk replaces this process, so that signals and systemd's
// notifications are Asterisk's own.
func becomeAsterisk(cmd *cobra.Command) error {
	settings, err := asteriskSettings(cmd)
	if err != nil {
		return err
	}
	syscall.Umask(0o027)
	if settings.Production {
		syscall.Umask(0o007) // the daemon, of the same group, removes what was recorded
	}
	if err := asterisk.Render(settings); err != nil {
		return err
	}
	run := asterisk.Command(settings)
	if err := os.Chdir(run.Dir); err != nil {
		return err
	}
	return fmt.Errorf("become %s: %w", run.Path, syscall.Exec(run.Path, run.Args, os.Environ()))
}
