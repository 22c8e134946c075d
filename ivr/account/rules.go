package account

import (
	_ "embed" // the worst passwords
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"infolinia/ivr"
)

// Bounds of a password, in characters.
const (
	ShortestPassword = 12
	LongestPassword  = 128
)

// leastDifferent is how many different characters a password has.
const leastDifferent = 5

//go:embed worst.txt
var worstPasswords string

// CheckPassword says what is wrong with a new password of an account.
func CheckPassword(a ivr.Account, password string) error {
	if !utf8.ValidString(password) || strings.ContainsFunc(password, func(r rune) bool { return r < ' ' }) {
		return errors.New("the password holds characters that no keyboard has: leave them out")
	}
	n := utf8.RuneCountInString(password)
	if n < ShortestPassword {
		return fmt.Errorf("the password has %d characters: take at least %d, for example four words", n, ShortestPassword)
	}
	if n > LongestPassword {
		return fmt.Errorf("the password has %d characters: take at most %d", n, LongestPassword)
	}
	small := strings.ToLower(password)
	different := map[rune]bool{}
	for _, r := range small {
		different[r] = true
	}
	if len(different) < leastDifferent {
		return fmt.Errorf("the password has only %d different characters: take at least %d", len(different), leastDifferent)
	}
	if slices.Contains(strings.Fields(worstPasswords), small) {
		return errors.New("the password is one of those that are tried first: choose another one")
	}
	if strings.Contains(small, a.Login) && utf8.RuneCountInString(small)-utf8.RuneCountInString(a.Login) < ShortestPassword {
		return errors.New("the password is hardly more than the login: choose another one")
	}
	return nil
}

var (
	loginForm  = regexp.MustCompile(`^[a-z][a-z0-9]*([._-][a-z0-9]+)*$`)
	deviceForm = regexp.MustCompile(`^[0-9]{1,15}$`)
)

const longestLogin = 40

// Check says what is wrong with an account.
func Check(a ivr.Account) error {
	switch {
	case !loginForm.MatchString(a.Login) || len(a.Login) > longestLogin:
		return fmt.Errorf("login %q: take small letters without accents and digits, as anna or anna.nowak, at most %d", a.Login, longestLogin)
	case strings.TrimSpace(a.Name) == "":
		return fmt.Errorf("account %s has no name: give the one colleagues know, as \"Anna Nowak\"", a.Login)
	case !a.Role.Valid():
		var roles []string
		for _, r := range ivr.Roles() {
			roles = append(roles, string(r))
		}
		return fmt.Errorf("role %q: use one of %s", a.Role, strings.Join(roles, ", "))
	case a.Device != "" && !deviceForm.MatchString(a.Device):
		return fmt.Errorf("extension %q is no number", a.Device)
	case !a.Role.May(ivr.TakeCalls) && len(a.Queues)+len(a.Skills)+len(a.Device) > 0:
		return fmt.Errorf("the role %s takes no calls: leave out queues, skills and extension (or empty them: --queues \"\" --skills \"\" --extension \"\"), or choose another role", a.Role)
	}
	return nil
}

// normal is a login as it is kept, however it was typed.
func normal(login string) string { return strings.ToLower(strings.TrimSpace(login)) }
