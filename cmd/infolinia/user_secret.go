package main

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// passwordSource is where a new password comes from: typed twice at a terminal, the
// first line of standard input, or made up and shown once.
type passwordSource struct{ stdin, generate bool }

func (s *passwordSource) flags(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&s.stdin, "password-stdin", false, "read the password from the first line of standard input")
	cmd.Flags().BoolVar(&s.generate, "generate", false, "make up a password and print it, once")
	cmd.MarkFlagsMutuallyExclusive("password-stdin", "generate")
}

// read gets a password that the check lets pass.
func (s *passwordSource) read(cmd *cobra.Command, check func(string) error) (password string, err error) {
	in, isFile := cmd.InOrStdin().(*os.File)
	switch {
	case s.generate:
		password = madeUp()
	case s.stdin:
		password, err = bufio.NewReader(io.LimitReader(cmd.InOrStdin(), 4096)).ReadString('\n')
		if errors.Is(err, io.EOF) {
			err = nil // a last line without an end
		}
		password = strings.TrimRight(password, "\r\n")
	case isFile && term.IsTerminal(int(in.Fd())):
		password, err = typedTwice(in, cmd.ErrOrStderr(), check)
	default:
		return "", errors.New("no terminal to ask for the password at: give --password-stdin with the password on standard input, or --generate")
	}
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	return password, check(password)
}

// show prints a password that was made up.
func (s *passwordSource) show(w io.Writer, password string) {
	if s.generate {
		fmt.Fprintf(w, "password: %s\n(shown this once)\n", password)
	}
}

// typedTwice asks without an echo, until a password will do and is the same twice.
func typedTwice(in *os.File, out io.Writer, check func(string) error) (string, error) {
	ask := func(what string) ([]byte, error) {
		fmt.Fprint(out, what)
		typed, err := term.ReadPassword(int(in.Fd()))
		fmt.Fprintln(out)
		return typed, err
	}
	for {
		first, err := ask("New password: ")
		if err != nil {
			return "", err
		}
		if len(first) == 0 {
			return "", errors.New("none was typed")
		}
		if err := check(string(first)); err != nil {
			fmt.Fprintln(out, err)
			continue
		}
		again, err := ask("Once more: ")
		if err != nil {
			return "", err
		}
		if bytes.Equal(first, again) {
			return string(first), nil
		}
		fmt.Fprintln(out, "these are not the same")
	}
}

// madeUp is a password of 100 random bits that can be read out and typed: no letter
// is like another or like a digit.
func madeUp() string {
	const letters = "abcdefghijkmnpqrstuvwxyz23456789" // 32
	random := make([]byte, 20)
	_, _ = rand.Read(random) // never fails: the program ends instead
	var b strings.Builder
	for i, r := range random {
		if i > 0 && i%5 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(letters[r%32])
	}
	return b.String()
}
