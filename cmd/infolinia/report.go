package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/cobra"

	"infolinia/ivr"
	"infolinia/ivr/config"
	"infolinia/ivr/record"
)

// reportLimit is how long a report waits for the database.
const reportLimit = 30 * time.Second

func reportCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "report",
		Short: "Reports on what was recorded",
	}
	cmd.AddCommand(reportDayCommand())
	return cmd
}

func reportDayCommand() *cobra.Command {
	var date string
	var asCSV bool
	limits := record.Limits{}
	cmd := &cobra.Command{
		Use:   "day",
		Short: "Show the figures of a day, by queue and by hour, in Polish",
		Long: `Show the figures of a day in Warsaw, by queue and by hour. What belongs to a day is
what began in it.

  service level  answered within T / (answered + abandoned - abandoned as short)
  ASA            sum of the waits of those answered / answered
  AHT            (talk + hold + wrap-up) / handled
  occupancy      (on calls + in wrap-up) / (the same + available), of all agents
  containment    calls that got their answer and asked for no agent / calls that ended

Where there is nothing to divide by there is no figure: a dash, and an empty field in
CSV. CSV has times with their zone, seconds and percents with a point.`,
		Example: "  infolinia report day --date 2026-11-29 --csv > day.csv",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			now := time.Now()
			day, err := reportDate(date, now)
			if err != nil {
				return err
			}
			if limits.Within < 0 || limits.Short < 0 {
				return errors.New("--within and --short are waits, as 20s: neither can be negative")
			}
			return withRecords(cmd, func(ctx context.Context, r *record.Records) error {
				report, err := r.Day(ctx, day, now, limits)
				if err != nil {
					return err
				}
				if asCSV {
					return writeReportCSV(cmd.OutOrStdout(), report)
				}
				return writeReport(cmd.OutOrStdout(), report)
			})
		},
	}
	cmd.Flags().StringVar(&date, "date", "", "the day, as 2026-11-29 (default: today)")
	cmd.Flags().BoolVar(&asCSV, "csv", false, "for machines: a header, then a line for each interval and queue")
	cmd.Flags().DurationVar(&limits.Within, "within", 20*time.Second, "T: who was answered after at most this wait was answered in time")
	cmd.Flags().DurationVar(&limits.Short, "short", 5*time.Second, "who gave up after at most this wait never really waited")
	return cmd
}

func reportDate(s string, now time.Time) (time.Time, error) {
	if s == "" {
		return now, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, s, ivr.Warsaw())
	if err != nil {
		return day, fmt.Errorf("--date %q is no day: write 2026-11-29", s)
	}
	return day, nil
}

// withRecords runs a command over the line's database, which must be there.
func withRecords(cmd *cobra.Command, do func(context.Context, *record.Records) error) error {
	settings, err := loadSettings(cmd)
	if err != nil {
		return err
	}
	if err := recordsThere(&settings.Config); err != nil {
		return err
	}
	records, err := openRecords(&settings.Config)
	if err != nil {
		return err
	}
	defer records.Close()
	ctx, cancel := context.WithTimeout(cmd.Context(), reportLimit)
	defer cancel()
	return do(ctx, records)
}

func recordsThere(c *config.Config) error {
	file := string(c.Records.DSN)
	if record.IsPostgres(file) {
		return nil
	}
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there are no records in %s: the daemon makes them; start the line with `make run`, or see records.dsn in `infolinia config`", file)
	} else if err != nil {
		return err
	}
	return nil
}
