package flowfile

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"
)

// slip is one mistake made in the good example. The mark ‸ in put shows where
// it must be reported; of is what stood there before, put is what stands there
// then. An empty of appends.
type slip struct {
	name, file, of, put, says string
	warning                   bool
	more                      bool // other errors follow from it
}

func testSlips(t *testing.T, slips []slip) {
	for _, s := range slips {
		t.Run(s.name, func(t *testing.T) {
			files := example(t)
			want := s.make(t, files)
			bundle, problems := LoadFS(files)
			found := false
			for _, p := range problems {
				here := p.File == want.file && p.Line == want.line && p.Column == want.column
				switch {
				case here && p.Warning == s.warning && strings.Contains(p.Message, s.says):
					found = true
				case !p.Warning && !s.more:
					t.Errorf("also reported: %v", p)
				}
			}
			if !found {
				t.Errorf("not reported at %s:%d:%d with %q; reported:\n%s", want.file, want.line, want.column, s.says, listed(problems))
			}
			if (bundle.Program == nil) == s.warning {
				t.Errorf("a program was made: %v", bundle.Program != nil)
			}
		})
	}
}

func (s slip) make(t *testing.T, files fstest.MapFS) position {
	t.Helper()
	before := ""
	if f := files[s.file]; f != nil {
		before = string(f.Data)
	}
	after := before + s.put
	if s.of != "" {
		if n := strings.Count(before, s.of); n != 1 {
			t.Fatalf("%q stands %d times in %s", s.of, n, s.file)
		}
		after = strings.Replace(before, s.of, s.put, 1)
	}
	at := strings.Index(after, "‸")
	if at < 0 {
		t.Fatalf("no mark in %q", s.put)
	}
	files[s.file] = &fstest.MapFile{Data: []byte(strings.Replace(after, "‸", "", 1))}
	head := after[:at]
	return position{s.file, strings.Count(head, "\n") + 1, utf8.RuneCountInString(head[strings.LastIndex(head, "\n")+1:]) + 1}
}

func listed(problems []Problem) string {
	var b strings.Builder
	for _, p := range problems {
		if !strings.Contains(p.Message, "has no text in") {
			b.WriteString(p.String() + "\n")
		}
	}
	return b.String()
}

// example is the good bundle as files that can be changed.
func example(t testing.TB) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	root := os.DirFS("testdata/example")
	err := fs.WalkDir(root, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, name)
		files[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

const (
	main     = "callflows/main.yaml"
	vehicles = "callflows/vehicles.yaml"
	line     = "callflows/line.yaml"
	hours    = "callflows/hours.yaml"
	notices  = "callflows/notices.yaml"
	lookups  = "callflows/lookups.yaml"
	queues   = "callflows/queues.yaml"
	idCard   = "kb/obywatelskie/dowod-osobisty.yaml"
)
