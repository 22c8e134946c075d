package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
)

const (
	// auditPause is between the two looks: longer than a lease.
	auditPause = leaseTime + time.Second
	// auditTime is how long one look may take.
	auditTime = 20 * time.Second
)

func auditCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Find what is left over on the running line: channels, bridges, playbacks, timers, keys, files",
		Long: `Compare what Asterisk, Redis, the daemons and the files of this machine know of
calls, and name what does not fit together: channels, legs and bridges of no call,
calls without a caller or without a daemon, playbacks, recordings and timers that
nobody waits for, leases of processes that do not run, Redis keys that never go,
and temporary speech of calls that are over. At the desk: tasks without a call, calls
in a queue without a task, talks without their legs, offers that nobody takes back,
agents held by nothing or twice, telephones of agents who are not logged in, and
events that are not recorded.

What is in motion does not fit together for a moment, so what is found is looked
for again 7 s later, and only what is still there is told. It changes nothing.

The exit code is 0 when nothing is left over, 1 when something is, and 2 when that
cannot be told: Asterisk or Redis does not answer, or the settings are wrong.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			report, err := auditLine(cmd)
			if err != nil {
				fmt.Fprintln(cmd.ErrOrStderr(), "infolinia: audit:", err)
				return exitCode(2)
			}
			if err := report.write(cmd.OutOrStdout(), asJSON); err != nil {
				return err
			}
			if !report.Clean {
				return exitCode(1)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object")
	return cmd
}

// auditLine audits the line of the settings.
func auditLine(cmd *cobra.Command) (auditReport, error) {
	settings, err := loadSettings(cmd)
	if err != nil {
		return auditReport{}, err
	}
	s, err := openStore(&settings.Config)
	if err != nil {
		return auditReport{}, err
	}
	defer s.Close()
	return newAuditor(&settings.Config, s).audit(cmd.Context())
}

// auditReport is what an audit tells.
type auditReport struct {
	Clean    bool      `json:"clean"`
	Callers  int       `json:"callers"` // in Asterisk
	Calls    int       `json:"calls"`   // saved as live
	Daemons  int       `json:"daemons"` // that run
	Findings []finding `json:"findings"`
}

// audit looks and, when something does not fit together, looks again.
func (a *auditor) audit(ctx context.Context) (auditReport, error) {
	s, first, err := a.findings(ctx)
	if err == nil && len(first) > 0 {
		select {
		case <-ctx.Done():
			return auditReport{}, ctx.Err()
		case <-time.After(auditPause):
		}
		var second []finding
		s, second, err = a.findings(ctx)
		first = both(first, second)
	}
	r := auditReport{Clean: len(first) == 0, Callers: len(s.asterisk.Callers), Calls: len(s.live), Findings: append([]finding{}, first...)}
	for _, d := range s.daemons {
		if d.running {
			r.Daemons++
		}
	}
	return r, err
}

func (a *auditor) findings(ctx context.Context) (sighting, []finding, error) {
	ctx, cancel := context.WithTimeout(ctx, auditTime)
	defer cancel()
	s, err := a.look(ctx)
	return s, judge(s), err
}

func (r auditReport) write(w io.Writer, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		return enc.Encode(r)
	}
	if r.Clean {
		_, err := fmt.Fprintf(w, "nothing is left over (%s, %s, %s)\n",
			plural(r.Callers, "caller"), plural(r.Calls, "saved call"), plural(r.Daemons, "daemon"))
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, f := range r.Findings {
		fmt.Fprintf(table, "%s\t%s\t%s\n", f.Kind, f.What, f.Why)
	}
	return table.Flush()
}
