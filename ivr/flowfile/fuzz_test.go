package flowfile

import (
	"strings"
	"testing"
	"testing/fstest"
)

// FuzzLoad keeps the promise that whatever staff save, the checker neither
// panics nor hangs, gives every problem a place, and gives a program exactly
// when there is no error.
func FuzzLoad(f *testing.F) {
	files := example(f)
	for _, name := range []string{main, line, hours, lookups, idCard, vehicles} {
		f.Add(name, string(files[name].Data))
	}
	f.Add(main, "flow: main\nstart: a\nnodes: {a: {type: menu, prompt: {enumerate: true}, options: [{dtmf: #, goto: *}]}}")
	f.Add(main, "a: &x [*x]\n<<: *x\n? {}\n: - -\n")
	f.Fuzz(func(t *testing.T, name, text string) {
		files := example(t)
		if files[name] == nil {
			name = main
		}
		files[name] = &fstest.MapFile{Data: []byte(text)}
		b, problems := LoadFS(files)
		if (b.Program == nil) != (Errors(problems) > 0) {
			t.Fatalf("program: %v, problems: %v", b.Program != nil, problems)
		}
		for _, p := range problems {
			if p.Line < 1 || p.Column < 1 || p.File == "" || p.Message == "" || p.Line > strings.Count(text, "\n")+200 {
				t.Errorf("no place: %v", p)
			}
		}
	})
}
