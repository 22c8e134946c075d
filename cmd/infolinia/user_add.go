package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"infolinia/ivr"
	"infolinia/ivr/account"
	"infolinia/ivr/config"
	"infolinia/ivr/flowfile"
)

// userFlags are what an account is and may do.
type userFlags struct {
	name, role, extension string
	queues, skills        []string
}

func (f *userFlags) add(cmd *cobra.Command) {
	var roles []string
	for _, r := range ivr.Roles() {
		roles = append(roles, string(r))
	}
	flags := cmd.Flags()
	flags.StringVar(&f.name, "name", "", "as colleagues read it, \"Anna Nowak\"")
	flags.StringVar(&f.role, "role", string(ivr.RoleAgent), strings.Join(roles, ", "))
	flags.StringSliceVar(&f.queues, "queues", nil, "queues whose calls it takes, by name; without it all of them")
	flags.StringSliceVar(&f.skills, "skills", nil, "languages and departments, as pl,uk,en")
	flags.StringVar(&f.extension, "extension", "", "the office telephone that rings, one of extensions; without it the browser is the telephone")
}

// apply changes an account by the flags that were given.
func (f *userFlags) apply(cmd *cobra.Command, n *ivr.Account) {
	for name, set := range map[string]func(){
		"name": func() { n.Name = f.name }, "role": func() { n.Role = ivr.Role(f.role) }, "extension": func() { n.Device = f.extension },
		"queues": func() { n.Queues = f.queues }, "skills": func() { n.Skills = f.skills },
	} {
		if cmd.Flags().Changed(name) {
			set()
		}
	}
}

// check looks for the queues and the extension in the files and settings.
func (f *userFlags) check(cmd *cobra.Command, c *config.Config) error {
	content, problems := flowfile.LoadContent(os.DirFS(c.Line))
	for _, q := range f.queues {
		if _, ok := content.Queues[q]; ok {
			continue
		}
		if flowfile.Errors(problems) > 0 {
			fmt.Fprintf(cmd.ErrOrStderr(), "warning: the line's files have errors (see `infolinia check`), so queue %q cannot be looked up; it is taken as it is\n", q)
			continue
		}
		return unknown("queue", q, content.Queues)
	}
	if flowfile.Errors(problems) == 0 {
		f.checkSkills(cmd, c, content)
	}
	if _, ok := c.Extensions[f.extension]; f.extension != "" && !ok {
		return fmt.Errorf("--extension: %w; a telephone is made in infolinia.yaml, as extensions: {%q: {password: …}}", unknown("extension", f.extension, c.Extensions), f.extension)
	}
	return nil
}

// checkSkills notes those that bring no call: they may be a slip, or a queue's of
// tomorrow.
func (f *userFlags) checkSkills(cmd *cobra.Command, c *config.Config, content ivr.Content) {
	known := map[string]bool{}
	for lang := range c.Speech.Voices {
		known[lang] = true
	}
	for _, q := range content.Queues {
		for skill := range q.Skills {
			known[skill] = true
		}
	}
	delete(known, ivr.LanguageSkill)
	for _, s := range f.skills {
		if !known[s] {
			fmt.Fprintf(cmd.ErrOrStderr(), "note: %v; it is neither a language nor asked for by a queue, so it brings no call\n", unknown("skill", s, known))
		}
	}
}

func userAdd() *cobra.Command {
	var f userFlags
	var from passwordSource
	cmd := &cobra.Command{
		Use:   "add LOGIN",
		Short: "Make an account; the password is asked for",
		Example: `  infolinia user add anna --name "Anna Nowak" --role agent --queues info --skills pl,uk
  infolinia user add admin --name "Jan Kowal" --role admin --generate`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withAccounts(cmd, func(ctx context.Context, c *config.Config, a *account.Accounts) error {
				n := ivr.Account{Login: strings.ToLower(args[0]), Role: ivr.Role(f.role)}
				f.apply(cmd, &n)
				if err := errors.Join(account.Check(n), f.check(cmd, c)); err != nil {
					return err
				}
				if _, err := a.Book.Account(ctx, n.Login); err == nil {
					return taken(n.Login)
				}
				password, err := from.read(cmd, func(p string) error { return account.CheckPassword(n, p) })
				if err != nil {
					return err
				}
				ctx, cancel := context.WithTimeout(cmd.Context(), userTime) // typing took its time
				defer cancel()
				if err := a.Add(ctx, n, password); errors.Is(err, account.ErrExists) {
					return taken(n.Login)
				} else if err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%s may log in as %s (%s) at %s\n", n.Name, n.Login, n.Role, logInURL(c))
				from.show(cmd.OutOrStdout(), password)
				if f.role == string(ivr.RoleAgent) && len(n.Queues) == 0 {
					fmt.Fprintf(cmd.ErrOrStderr(), "note: it takes the calls of all queues; of some only: infolinia user change %s --queues NAME\n", n.Login)
				}
				return nil
			})
		},
	}
	f.add(cmd)
	from.flags(cmd)
	return cmd
}

func taken(login string) error {
	return fmt.Errorf("there is an account %q already: infolinia user change %s changes it, infolinia user password %s gives it a new password", login, login, login)
}

// logInURL is where people log in, as far as the settings tell.
func logInURL(c *config.Config) string {
	if len(c.HTTP.Origins) > 0 {
		return c.HTTP.Origins[0] + "/login"
	}
	if all := origins(c); len(all) > 0 {
		return all[0] + "/login"
	}
	return "/login of this machine, http.listen " + c.HTTP.Listen
}

func userChange() *cobra.Command {
	var f userFlags
	cmd := &cobra.Command{
		Use:   "change LOGIN",
		Short: "Change what an account is and may do; log-ins follow within a minute",
		Example: `  infolinia user change anna --queues info,podatki --skills pl,en
  infolinia user change anna --role supervisor`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withAccounts(cmd, func(ctx context.Context, c *config.Config, a *account.Accounts) error {
				if !slices.ContainsFunc([]string{"name", "role", "queues", "skills", "extension"}, cmd.Flags().Changed) {
					return errors.New("nothing to change: give --name, --role, --queues, --skills or --extension")
				}
				if err := f.check(cmd, c); err != nil {
					return err
				}
				if err := a.Change(ctx, args[0], func(n *ivr.Account) { f.apply(cmd, n) }); err != nil {
					return explainUser(ctx, a, args[0], err)
				}
				_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s is changed\n", args[0])
				return err
			})
		},
	}
	f.add(cmd)
	return cmd
}
