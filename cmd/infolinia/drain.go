package main

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"infolinia/ivr/console"
)

func drainCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "drain [instance]",
		Short: "Hand all calls of an instance to the other one, before it is stopped or upgraded",
		Long: `Hand all calls of an instance (1 unless given) to another one of this machine, and
take no more. Callers notice nothing. The instance runs on idle until it is
stopped; started again it has its calls back. Without another instance nothing
changes.

To upgrade without losing anything: replace the program, then
  infolinia drain 1, restart instance 1, infolinia drain 2, restart instance 2.
Stopping an instance by its supervisor hands its calls over as well.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			settings, err := loadSettings(cmd)
			if err != nil {
				return err
			}
			c := &settings.Config
			if len(args) == 1 {
				if c.Instance, err = strconv.Atoi(args[0]); err != nil || c.Instance < 1 || c.Instance > len(c.ARI.Apps) {
					return fmt.Errorf("%q is no instance: give a number from 1 to %d", args[0], len(c.ARI.Apps))
				}
			}
			err = console.NewClient(controlSocket(c)).Drain(cmd.Context())
			if errors.Is(err, console.ErrAbsent) {
				return absent(c, err)
			}
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "instance %d is drained: another one has its calls\n", c.Instance)
			return nil
		},
	}
}
