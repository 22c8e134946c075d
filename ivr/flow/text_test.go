package flow

import (
	"errors"
	"strings"
	"testing"
	"time"

	"infolinia/ivr"
)

func TestWhatAnExpressionGaveIsNeverReadAgain(t *testing.T) {
	text, err := ParseText("Sprawa {{ x }}, {key}.", map[string]Type{"x": TypeText})
	if err != nil {
		t.Fatal(err)
	}
	env := helpers{lang: "pl", world: &ivr.World{}}.functions()
	env["x"] = "{{ y }} {key}"
	got, err := text.speak(env, map[string]string{"key": "jeden"})
	if want := "Sprawa {{ y }} {key}, jeden."; got != want || err != nil {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}

// Whatever stands in a text, it compiles or says where it does not, and what
// compiles is spoken or gives an error: nothing panics, nothing reads the clock.
func FuzzText(f *testing.F) {
	for _, seed := range []string{
		"Dzień dobry.", "{{ digits(x) }} {{ n + 1 }}", `{{ when(next_open("hotline")) }}`,
		`{{ plural(n, "sprawa", "sprawy", "spraw") }}`, "{{ x ? 1 : }}", "{{", "}}", "{{ now() }}", `{{ x matches "(a+)+$" }}`,
		"{{ money(n) }}{{ date(t) }}{{ time(t) }}{{ spell(x) }}", "{{ [1,2,3][n] }}", "{{ 1/0 }}",
	} {
		f.Add(seed)
	}
	vars := map[string]Type{"x": TypeText, "n": TypeInt, "t": TypeTime, "b": TypeBool, "l": TypeList}
	world := &ivr.World{Now: time.Date(2026, 6, 9, 10, 0, 0, 0, ivr.Warsaw()), Location: ivr.Warsaw()}
	f.Fuzz(func(t *testing.T, source string) {
		if len(source) > 500 {
			return
		}
		text, err := ParseText(source, vars)
		if err != nil {
			var at *TextError
			if !errors.As(err, &at) || at.Offset < 0 || at.Offset > len(source) {
				t.Fatalf("%q: %v has no place", source, err)
			}
			return
		}
		env := helpers{lang: "pl", world: world}.functions()
		env["x"], env["n"], env["t"], env["b"], env["l"] = "0012", 3, world.Now, true, []any{"a", 1}
		said, err := text.speak(env, nil)
		again, againErr := text.speak(env, nil)
		if said != again || (err == nil) != (againErr == nil) {
			t.Errorf("%q is spoken as %q and as %q", source, said, again)
		}
		if text.Static() && strings.Contains(source, "{{") {
			t.Errorf("%q counts as the same for every call", source)
		}
	})
}
