package account_test

import (
	"strings"
	"testing"

	"infolinia/ivr"
	"infolinia/ivr/account"
	"infolinia/ivr/store"
)

func TestAPasswordIsKeptAsArgon2idInThePHCFormat(t *testing.T) {
	h := newHouse(t, store.NewMemory())
	n, err := h.Book.Account(t.Context(), "anna")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(n.Hash, "$argon2id$v=19$m=64,t=1,p=1$") || strings.Contains(n.Hash, good) {
		t.Error(n.Hash)
	}
	if again := cheap().Hash(good); again == n.Hash {
		t.Error("without a salt")
	}
	if got := account.UsualCost(); got.Memory < 19*1024 || got.Passes < 2 {
		t.Errorf("%+v is less than OWASP's least", got)
	}
}

func TestAHashMadeElsewhereIsUnderstood(t *testing.T) {
	// By the reference implementation: printf 'password' | argon2 somesalt -id -t 2 -m 16 -p 1
	const reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	h := newHouse(t, store.NewMemory())
	if err := h.Book.PutAccount(t.Context(), ivr.Account{Login: "old", Name: "Old", Role: ivr.RoleAgent, Hash: reference}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.LogIn(t.Context(), "old", "password", office); err != nil {
		t.Error(err)
	}
	n, err := h.Book.Account(t.Context(), "old")
	if err != nil || !strings.Contains(n.Hash, "$m=64,t=1,p=1$") {
		t.Error("not written anew with the usual parameters: ", n.Hash, err)
	}
	token, _, err := h.LogIn(t.Context(), "old", "password", office)
	if err != nil || !h.isIn(token) {
		t.Error("after that: ", err)
	}
}

func TestAHashThatIsDamagedLetsNobodyIn(t *testing.T) {
	h := newHouse(t, store.NewMemory())
	for _, hash := range []string{"", "x", "$argon2id$v=19$m=64,t=1,p=1$$", "$argon2id$v=19$m=4294967295,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "$argon2id$v=19$m=64,t=0,p=0$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"} {
		fresh := newHouse(t, store.NewMemory())
		fresh.Book = h.Book
		if err := h.Book.PutAccount(t.Context(), ivr.Account{Login: "broken", Name: "B", Role: ivr.RoleAgent, Hash: hash}); err != nil {
			t.Fatal(err)
		}
		for _, password := range []string{"", "password"} {
			fresh.refused("broken", password, office, ivr.WrongPassword)
		}
	}
}

func TestOnePasswordOfTwoKeyboardsIsTheSame(t *testing.T) {
	h := newHouse(t, store.NewMemory())
	if err := h.SetPassword(t.Context(), "anna", "pi\u0119\u0107 kr\u00f3w pod mostem"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.LogIn(t.Context(), "anna", "pie\u0328c\u0301 kro\u0301w pod mostem", office); err != nil {
		t.Error(err)
	}
}

func TestAPasswordIsLongAndNotWellKnown(t *testing.T) {
	anna := ivr.Account{Login: "anna.nowak", Name: "Anna Nowak"}
	for password, want := range map[string]string{
		"krótkie":                  "has 7 characters",
		"żółćżółćżół":              "has 11 characters",
		strings.Repeat("ab12", 40): "at most 128",
		"aaaaaaaaaaaaaaaa":         "different",
		"121212121212":             "different",
		"Password1234":             "tried first",
		"zaq12wsxcde3":             "tried first",
		"anna.nowak123":            "hardly more than the login",
		"cztery\x00konie na dachu": "no keyboard",
	} {
		if err := account.CheckPassword(anna, password); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", password, err, want)
		}
	}
	for _, password := range []string{good, another, "bezwielkichanicyfr", "żółć żółw ąę", "anna.nowak lubi cztery konie"} {
		if err := account.CheckPassword(anna, password); err != nil {
			t.Errorf("%q: %v", password, err)
		}
	}
}

func TestAnAccountThatCannotBeMeantIsRefusedInWords(t *testing.T) {
	h := newHouse(t, store.NewMemory())
	for want, n := range map[string]ivr.Account{
		"small letters":     {Login: "Łukasz", Name: "Ł", Role: ivr.RoleAgent},
		"has no name":       {Login: "b", Role: ivr.RoleAgent},
		"use one of agent":  {Login: "c", Name: "C", Role: "agnet"},
		"is no number":      {Login: "d", Name: "D", Role: ivr.RoleAgent, Device: "PJSIP/201"},
		"takes no calls":    {Login: "e", Name: "E", Role: ivr.RoleEditor, Queues: []string{"info"}},
		"there is an accou": {Login: "ANNA", Name: "Anna", Role: ivr.RoleAgent},
	} {
		if err := h.Add(t.Context(), n, good); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %s", n, err, want)
		}
	}
}

func TestARoleMayWhatItsWorkNeeds(t *testing.T) {
	rights := []ivr.Right{ivr.TakeCalls, ivr.Supervise, ivr.SeeLine, ivr.EditContent, ivr.ManageAccounts}
	for role, want := range map[ivr.Role]string{
		ivr.RoleAgent: "10000", ivr.RoleSupervisor: "11100", ivr.RoleEditor: "00110", ivr.RoleAdmin: "11111", "": "00000", "root": "00000",
	} {
		got := ""
		for _, right := range rights {
			if role.May(right) {
				got += "1"
			} else {
				got += "0"
			}
		}
		if got != want {
			t.Errorf("%s: %s, want %s", role, got, want)
		}
	}
}

func BenchmarkOneLogIn(b *testing.B) {
	for b.Loop() {
		account.UsualCost().Hash(good)
	}
}
