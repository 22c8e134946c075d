package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"infolinia/ivr"
	"infolinia/ivr/account"
	"infolinia/ivr/config"
	"infolinia/ivr/record"
)

// userTime is how long a command waits for the database and Redis.
const userTime = 20 * time.Second

func userCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "user",
		Short: "Who may log in to the desk: add, list, change and remove accounts",
	}
	cmd.AddCommand(userAdd(), userList(), userChange(), userPassword(),
		userSwitch("disable", "Keep an account from logging in, and end its log-ins", true),
		userSwitch("enable", "Let a disabled account log in again", false), userRemove())
	return cmd
}

// withAccounts runs a command over the accounts, which are in the database of the
// records. Redis holds the log-ins; most commands do without it.
func withAccounts(cmd *cobra.Command, do func(context.Context, *config.Config, *account.Accounts) error) error {
	settings, err := loadSettings(cmd)
	if err != nil {
		return err
	}
	c := &settings.Config
	if err := mayMakeRecords(c); err != nil {
		return err
	}
	records, err := openRecords(c)
	if err != nil {
		return err
	}
	defer records.Close()
	s, err := openStore(c)
	if err != nil {
		return err
	}
	defer s.Close()
	ctx, cancel := context.WithTimeout(cmd.Context(), userTime)
	defer cancel()
	err = do(ctx, c, newAccounts(c, records, s))
	if errors.Is(err, account.ErrStillIn) {
		_, err = fmt.Fprintf(cmd.ErrOrStderr(), "warning: Redis does not answer, so log-ins there may be end within a minute of its return, not at once (%v)\n", err)
	}
	return err
}

// mayMakeRecords keeps a command from making a database file that the daemon, another
// user, could not open.
func mayMakeRecords(c *config.Config) error {
	file := string(c.Records.DSN)
	if record.IsPostgres(file) {
		return nil
	}
	if _, err := os.Stat(file); err == nil {
		return nil
	}
	dir := filepath.Dir(file)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("records.dsn: %w", err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("records.dsn: %w", err)
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); ok && int(owner.Uid) != os.Geteuid() {
		return fmt.Errorf("%s is not there yet, and %s belongs to user %d: start the line first, or run this as that user (sudo -u '#%d' …)",
			file, dir, owner.Uid, owner.Uid)
	}
	return nil
}

// explainUser says what to do about a login that is nobody's.
func explainUser(ctx context.Context, a *account.Accounts, login string, err error) error {
	if !errors.Is(err, ivr.ErrNoAccount) {
		return err
	}
	list, listErr := a.Book.Accounts(ctx)
	if listErr != nil {
		return err
	}
	known := map[string]ivr.Account{}
	for _, n := range list {
		known[n.Login] = n
	}
	return unknown("account", login, known)
}

func userList() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List all accounts",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withAccounts(cmd, func(ctx context.Context, _ *config.Config, a *account.Accounts) error {
				list, err := a.Book.Accounts(ctx)
				if err != nil {
					return err
				}
				return printUsers(cmd.OutOrStdout(), list)
			})
		},
	}
}

func printUsers(w io.Writer, list []ivr.Account) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(w, "no accounts yet; make one: infolinia user add LOGIN --name \"Anna Nowak\" --role agent --queues NAME")
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "LOGIN\tNAME\tROLE\tQUEUES\tSKILLS\tTELEPHONE\tCHANGED\tSTATE")
	for _, n := range list {
		state := "may log in"
		if n.Disabled {
			state = "disabled"
		}
		telephone := n.Device
		if telephone == "" && n.Role.May(ivr.TakeCalls) {
			telephone = "browser"
		}
		queues := strings.Join(n.Queues, ",")
		if queues == "" && n.Role.May(ivr.TakeCalls) {
			queues = "all"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", n.Login, n.Name, n.Role, queues,
			strings.Join(n.Skills, ","), telephone, n.Changed.In(ivr.Warsaw()).Format(polishTime), state)
	}
	return table.Flush()
}

func userPassword() *cobra.Command {
	var from passwordSource
	cmd := &cobra.Command{
		Use:   "password LOGIN",
		Short: "Give an account a new password, and end its log-ins",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withAccounts(cmd, func(ctx context.Context, _ *config.Config, a *account.Accounts) error {
				n, err := a.Book.Account(ctx, strings.ToLower(args[0]))
				if err != nil {
					return explainUser(ctx, a, args[0], err)
				}
				password, err := from.read(cmd, func(p string) error { return account.CheckPassword(n, p) })
				if err != nil {
					return err
				}
				ctx, cancel := context.WithTimeout(cmd.Context(), userTime) // typing took its time
				defer cancel()
				err = a.SetPassword(ctx, n.Login, password)
				if err == nil || errors.Is(err, account.ErrStillIn) {
					fmt.Fprintf(cmd.OutOrStdout(), "%s has a new password\n", n.Login)
					from.show(cmd.OutOrStdout(), password)
				}
				return err
			})
		},
	}
	from.flags(cmd)
	return cmd
}

func userSwitch(use, short string, disabled bool) *cobra.Command {
	return &cobra.Command{
		Use:   use + " LOGIN",
		Short: short,
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withAccounts(cmd, func(ctx context.Context, _ *config.Config, a *account.Accounts) error {
				err := explainUser(ctx, a, args[0], a.SetDisabled(ctx, args[0], disabled))
				if err == nil || errors.Is(err, account.ErrStillIn) {
					fmt.Fprintf(cmd.OutOrStdout(), "%s is %sd\n", args[0], use)
				}
				return err
			})
		},
	}
}

func userRemove() *cobra.Command {
	return &cobra.Command{
		Use:   "remove LOGIN",
		Short: "Remove an account, and end its log-ins; what it did stays in the records",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withAccounts(cmd, func(ctx context.Context, _ *config.Config, a *account.Accounts) error {
				err := explainUser(ctx, a, args[0], a.Remove(ctx, args[0]))
				if err == nil || errors.Is(err, account.ErrStillIn) {
					fmt.Fprintf(cmd.OutOrStdout(), "%s is removed\n", args[0])
				}
				return err
			})
		},
	}
}
