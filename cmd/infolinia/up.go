package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"infolinia/ivr/config"
	"infolinia/ivr/site"
)

func upCommand() *cobra.Command {
	var instances int
	cmd := &cobra.Command{
		Use:   "up",
		Short: "Run the whole line here: Redis, Asterisk and the daemon, until Ctrl-C",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			settings, err := settingsWithSecrets(cmd)
			if err != nil {
				return err
			}
			if most := len(settings.Config.ARI.Apps); instances < 1 || instances > most {
				return fmt.Errorf("--instances %d: ari.apps names %d, so give a number from 1 to %d", instances, most, most)
			}
			password, err := firstAgent(cmd.Context(), &settings.Config)
			if err != nil {
				return fmt.Errorf("make the first log-in: %w", err)
			}
			self, err := os.Executable()
			if err != nil {
				return fmt.Errorf("find this program: %w", err)
			}
			run := func(command string) []string {
				argv := []string{self, command}
				if file := settingsFile(cmd); file != "" {
					argv = append(argv, "--config", file)
				}
				return argv
			}
			gentle, stop := untilSecondSignal(cmd.Context())
			defer stop()
			return site.Site{
				Config:     &settings.Config,
				Number:     lineNumber(settings.Line),
				TrialClerk: trialClerk(cmd.Context(), &settings.Config),
				Instances:  instances,
				Daemon:     run("serve"),
				Render:     run("render"),
				Rescue:     run("rescue"),
				Cases:      trialCases(&settings.Config, run("demo-cases")),
				Login:      firstLogin,
				Password:   password,
				Out:        cmd.ErrOrStderr(),
			}.Run(cmd.Context(), gentle)
		},
	}
	cmd.Flags().IntVar(&instances, "instances", 1, "daemons that run, each standing in for the others")
	return cmd
}

// settingsWithSecrets makes the local profile's secrets on the first run.
func settingsWithSecrets(cmd *cobra.Command) (*config.Loaded, error) {
	settings, err := loadSettings(cmd)
	if err != nil || len(settings.Missing()) == 0 {
		return settings, err
	}
	if err := settings.Generate(); err != nil {
		return nil, err
	}
	return loadSettings(cmd)
}

// untilSecondSignal is a context that outlives ctx, which ends with the first
// Ctrl-C, until the next one.
func untilSecondSignal(ctx context.Context) (context.Context, context.CancelFunc) {
	gentle, cancel := context.WithCancel(context.WithoutCancel(ctx))
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 2 {
			select {
			case <-signals:
			case <-gentle.Done():
				return
			}
		}
		cancel()
	}()
	return gentle, func() {
		signal.Stop(signals)
		cancel()
		<-done
	}
}
