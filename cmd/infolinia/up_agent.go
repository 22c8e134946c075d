package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/config"
)

// firstLogin is the account that the local profile makes, so that somebody can take
// calls at once.
const firstLogin = "agent"

// firstAgent makes the first account of the local profile where there is none, and
// gives its password as long as nobody has changed it; empty: there is no such
// account, or only its owner knows the password.
func firstAgent(ctx context.Context, c *config.Config) (password string, err error) {
	if c.Profile != config.Local {
		return "", nil
	}
	records, err := openRecords(c)
	if err != nil {
		return "", err
	}
	defer records.Close()
	ctx, cancel := context.WithTimeout(ctx, userTime)
	defer cancel()
	all, err := records.Accounts(ctx)
	if err != nil {
		return "", err
	}
	file := filepath.Join(c.Var, "secrets", "desk."+firstLogin+".password")
	if len(all) > 0 {
		return keptPassword(all, file)
	}
	password = madeUp()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return "", err
	}
	if err := os.WriteFile(file, []byte(password+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("keep the first log-in: %w", err)
	}
	first := ivr.Account{Login: firstLogin, Name: "Anna Próbna", Role: ivr.RoleAgent, Skills: []string{"pl", "uk", "en"}, Device: firstExtension(c)}
	return password, newAccounts(c, records, nil).Add(ctx, first, password)
}

// firstExtension is the office telephone the first agent may work with instead of
// the browser; empty: there is none.
func firstExtension(c *config.Config) string {
	if _, ok := c.Extensions["200"]; ok {
		return "200"
	}
	return ""
}

// keptPassword is the one in the file, unless the account was changed later.
func keptPassword(all []ivr.Account, file string) (string, error) {
	for _, a := range all {
		if a.Login != firstLogin {
			continue
		}
		info, err := os.Stat(file)
		if errors.Is(err, fs.ErrNotExist) || err == nil && a.Changed.After(info.ModTime().Add(time.Minute)) {
			return "", nil
		}
		data, err := os.ReadFile(file)
		return strings.TrimSpace(string(data)), err
	}
	return "", nil
}
