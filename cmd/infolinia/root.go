package main

import (
	"github.com/spf13/cobra"
)

// newRoot is the program with all its commands, each in the file of its name.
func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "infolinia",
		Short:         "The city's telephone information line",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.PersistentFlags().String("config", "", "settings file (default: infolinia.yaml, if there is one)")
	root.AddCommand(
		// Run the line.
		upCommand(),
		serveCommand(),
		renderCommand(),
		configCommand(),
		asteriskCommand(),
		// Write its flows.
		checkCommand(),
		tryCommand(),
		testCommand(),
		schemaCommand(),
		kbCommand(),
		sayCommand(),
		recordingsCommand(),
		publishCommand(),
		rollbackCommand(),
		// Look after it.
		rescueCommand(),
		auditCommand(),
		userCommand(),
		callsCommand(),
		reportCommand(),
		drainCommand(),
		noticeCommand(),
		closeCommand(),
		openCommand(),
		callCommand(),
		messagesCommand(),
		demoCasesCommand(),
	)
	return root
}
