package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"infolinia/ivr"
	"infolinia/ivr/account"
	"infolinia/ivr/store/redistest"
)

const typed = "cztery konie na dachu"

// newUserLine has a queue, an office telephone, and a Redis.
func newUserLine(t *testing.T) (staffLine, *redistest.Server) {
	t.Helper()
	l := newStaffLine(t)
	l.write("callflows/queues.yaml", "info: {}\n")
	l.edit("infolinia.yaml", "speech:", "extensions: {\"201\": {password: 0123456789abcdef}}\nspeech:")
	return l, l.withRedis()
}

// runWith runs a command with standard input and tells what was printed to
// standard output.
func (l staffLine) runWith(in io.Reader, args ...string) (string, error) {
	var out, errs strings.Builder
	root := newRoot()
	root.SetIn(in)
	root.SetOut(&out)
	root.SetErr(&errs)
	root.SetArgs(append(args, "--config", l.file))
	err := root.ExecuteContext(l.t.Context())
	return out.String(), err
}

func (l staffLine) add(login string) {
	l.t.Helper()
	out, err := l.runWith(strings.NewReader(typed+"\nmore"), "user", "add", login, "--name", "Anna Nowak", "--queues", "info", "--skills", "pl,uk", "--password-stdin")
	if err != nil || !strings.Contains(out, "Anna Nowak may log in as "+strings.ToLower(login)+" (agent) at http") || strings.Contains(out, typed) {
		l.t.Fatal(out, err)
	}
}

// people are the accounts as the daemon has them.
func (l staffLine) people() *account.Accounts {
	l.t.Helper()
	c := l.config()
	s, err := openStore(c)
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { s.Close() })
	records, err := openRecords(c)
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { records.Close() })
	return newAccounts(c, records, s)
}

func TestAnAccountIsMadeAndMayLogIn(t *testing.T) {
	l, _ := newUserLine(t)
	l.says("user list", "no accounts yet", "infolinia user add")
	l.add("Anna")
	l.says("user list", "anna", "Anna Nowak", "agent", "info", "pl,uk", "browser", "may log in")
	_, s, err := l.people().LogIn(t.Context(), "anna", typed, "127.0.0.1")
	if err != nil || len(s.Account.Skills) != 2 {
		t.Error(s, err)
	}
}

func TestAMadeUpPasswordIsPrintedAndOpens(t *testing.T) {
	l, _ := newUserLine(t)
	out, err := l.runWith(nil, "user", "add", "jan", "--name", "Jan", "--role", "admin", "--generate")
	found := regexp.MustCompile(`password: ([a-z2-9-]{23})\n`).FindStringSubmatch(out)
	if err != nil || found == nil {
		t.Fatal(out, err)
	}
	if _, _, err := l.people().LogIn(t.Context(), "jan", found[1], "127.0.0.1"); err != nil {
		t.Error(err)
	}
}

func TestWhatIsWrongWithAnAccountIsSaidWithTheRemedy(t *testing.T) {
	l, _ := newUserLine(t)
	l.add("anna")
	for command, words := range map[string][]string{
		"user add anna --name A --generate":               {`"anna" already`, "infolinia user change anna"},
		"user add b --name B":                             {"--password-stdin", "--generate"},
		"user add b --generate":                           {"has no name"},
		"user add b --name B --generate --role boss":      {`"boss"`, "supervisor"},
		"user add b --name B --generate --queues inof":    {`no queue named "inof"`, "did you mean info?"},
		"user add b --name B --generate --extension 202":  {`no extension named "202"`, "or 201?", "infolinia.yaml"},
		"user add Ó --name B --generate":                  {"small letters"},
		"user add b --name B --generate --password-stdin": {"generate", "password-stdin"},
		"user password ana --generate":                    {`no account named "ana"`, "did you mean anna?"},
		"user disable nobody":                             {`no account named "nobody"`, "anna"},
		"user remove nobody":                              {`no account named "nobody"`},
		"user change nobody --role agent":                 {`no account named "nobody"`},
		"user change anna":                                {"nothing to change"},
		"user change anna --role editor":                  {"takes no calls"},
	} {
		l.refuses(command, words...)
	}
	if _, err := l.runWith(strings.NewReader("krótkie\n"), "user", "password", "anna", "--password-stdin"); err == nil || !strings.Contains(err.Error(), "at least 12") {
		t.Error(err)
	}
}

func TestAChangeIsSeenAndWhatTakesRightsAwayEndsLogIns(t *testing.T) {
	l, _ := newUserLine(t)
	l.add("anna")
	people := l.people()
	for command, answer := range map[string]string{
		"user password anna --generate": "anna has a new password", "user disable anna": "anna is disabled", "user remove anna": "anna is removed",
	} {
		if _, err := l.run("user", "remove", "anna"); err != nil {
			t.Fatal(err)
		}
		l.add("anna")
		token, _, err := people.LogIn(t.Context(), "anna", typed, "127.0.0.1")
		if err != nil {
			t.Fatal(err)
		}
		l.says(command, answer)
		if _, err := people.Session(t.Context(), token); err == nil {
			t.Errorf("%s: still in", command)
		}
		if command == "user remove anna" {
			l.add("anna")
		}
	}
	l.says("user enable anna", "anna is enabled")
	l.says("user change ANNA --role supervisor --extension 201 --skills=")
	l.says("user list", "supervisor", "201")
	n, err := people.Book.Account(context.Background(), "anna")
	if err != nil || n.Role != ivr.RoleSupervisor || len(n.Skills) != 0 || len(n.Queues) != 1 {
		t.Errorf("%+v, %v", n, err)
	}
}

func TestAccountsAreChangedWithoutRedisToo(t *testing.T) {
	l, server := newUserLine(t)
	server.Kill()
	l.add("anna")
	l.says("user disable anna", "anna is disabled", "warning: Redis does not answer")
	l.says("user list", "disabled")
}

func TestAPasswordIsAskedForUntilItWillDoAndIsTheSameTwice(t *testing.T) {
	l, _ := newUserLine(t)
	l.add("anna")
	keyboard, terminal := openTerminal(t)
	done := make(chan error, 1)
	go func() {
		_, err := l.runWith(terminal, "user", "password", "anna")
		done <- err
	}()
	// The terminal keeps what is typed ahead.
	if _, err := io.WriteString(keyboard, "krótkie\npięć krów pod mostem\npięć krów pod domem\npięć krów pod mostem\npięć krów pod mostem\n"); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if _, _, err := l.people().LogIn(t.Context(), "anna", "pięć krów pod mostem", "127.0.0.1"); err != nil {
		t.Error(err)
	}
}

// openTerminal is a terminal and the keyboard at it.
func openTerminal(t *testing.T) (keyboard, terminal *os.File) {
	t.Helper()
	keyboard, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { keyboard.Close() })
	if err := unix.IoctlSetPointerInt(int(keyboard.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(keyboard.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	terminal, err = os.OpenFile(filepath.Join("/dev/pts", fmt.Sprint(n)), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { terminal.Close() })
	return keyboard, terminal
}

func TestASkillThatBringsNoCallIsNoted(t *testing.T) {
	l, _ := newUserLine(t)
	l.write("callflows/queues.yaml", "info: {skills: {language: 2m, pojazdy: never}}\n")
	var errs strings.Builder
	root := newRoot()
	root.SetOut(io.Discard)
	root.SetErr(&errs)
	root.SetArgs([]string{"user", "add", "anna", "--name", "Anna", "--generate", "--skills", "ua,pojazdy,pl", "--config", l.file})
	if err := root.ExecuteContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`no skill named "ua"; did you mean `, "the calls of all queues"} {
		if !strings.Contains(errs.String(), want) {
			t.Errorf("no %q in %s", want, errs.String())
		}
	}
	l.says("user list", "agent  all")
	if strings.Contains(errs.String(), `named "pojazdy"`) || strings.Contains(errs.String(), `named "pl"`) {
		t.Error(errs.String())
	}
}
