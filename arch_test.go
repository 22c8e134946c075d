package infolinia_test

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "infolinia/"

// rooms says which of our own packages each room may import. What is missing
// here imports only ivr.
var rooms = map[string][]string{
	"ivr":          {},
	"ivr/config":   {},
	"ivr/flow":     {"ivr", "ivr/speech/spoken"},
	"ivr/flowfile": {"ivr", "ivr/flow"},
	"ivr/publish":  {"ivr", "ivr/flow", "ivr/flowfile", "ivr/hours"},
	"ivr/sim":      {"ivr", "ivr/flow", "ivr/hours"},
	"ivr/call":     {"ivr", "ivr/flow"},
	"ivr/speech":   {"ivr", "ivr/speech/spoken"},
}

// freeRooms wire things together.
var freeRooms = []string{"cmd/infolinia", "ivr/site"}

// owners are the only rooms that know a library.
var owners = map[string]string{
	"github.com/CyCoreSystems/ari": "ivr/pbx",
	"github.com/redis/go-redis":    "ivr/store",
	"github.com/knadh/koanf":       "ivr/config",
	"modernc.org/sqlite":           "ivr/record",
	"github.com/jackc/pgx":         "ivr/record",
	"github.com/pressly/goose":     "ivr/record",
}

// impure is what rules may not import: what reads a clock, blocks, or
// gives something else each time.
var impure = []string{"context", "net", "os", "sync", "math/rand", "log", "io/ioutil", "crypto/rand"}

type listed struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	Imports    []string
}

// room is the package's path below the module, of its uppermost room: a package
// inside a room belongs to it.
func (p listed) room() string {
	path := strings.TrimPrefix(p.ImportPath, module)
	if parts := strings.Split(path, "/"); len(parts) > 2 && path != "ivr/speech/spoken" {
		return strings.Join(parts[:2], "/")
	}
	return path
}

func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Dir,GoFiles,Imports", "./...").Output()
	if err != nil {
		var e *exec.ExitError
		if errors.As(err, &e) {
			t.Fatalf("go list: %v\n%s", err, e.Stderr)
		}
		t.Fatal(err)
	}
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func TestRoomsImportOnlyWhatTheyMay(t *testing.T) {
	for _, p := range packages(t) {
		room := p.room()
		if slices.Contains(freeRooms, room) || !strings.HasPrefix(room, "ivr") {
			continue
		}
		may, known := rooms[room]
		if !known {
			may = []string{"ivr"}
		}
		for _, path := range p.Imports {
			ours, isOurs := strings.CutPrefix(path, module)
			if !isOurs || slices.Contains(may, ours) || ours == room || strings.HasPrefix(ours, room+"/") {
				continue
			}
			t.Errorf("%s imports %s: %s may import of ours only %v. Declare a small interface where it is consumed, and join the two in cmd/infolinia",
				p.ImportPath, path, room, may)
		}
	}
}

func TestALibraryIsKnownToOneRoom(t *testing.T) {
	for _, p := range packages(t) {
		for _, path := range p.Imports {
			for library, owner := range owners {
				if strings.HasPrefix(path, library) && p.room() != owner {
					t.Errorf("%s imports %s: only %s knows %s. Give it what you need in words of ivr, and use that", p.ImportPath, path, owner, library)
				}
			}
		}
	}
}

// shell are the files of a room that live by its rules, in time and beside each
// other. All its other files are as pure as the engine.
var shell = map[string][]string{
	"ivr/flow":          {},
	"ivr/speech/spoken": {},
	"ivr/desk": {
		"away.go", "bring.go", "calls.go", "check.go", "commit.go", "desk.go", "dialling.go", "inbox.go", "metrics.go", "needs.go",
		"past.go", "slots.go", "stay.go", "work.go",
	},
}

func TestTheRulesArePure(t *testing.T) {
	for _, p := range packages(t) {
		excepted, pure := shell[p.room()]
		if !pure {
			continue
		}
		for file, tree := range sources(t, p) {
			if !slices.Contains(excepted, filepath.Base(file)) {
				assertPure(t, file, tree)
			}
		}
	}
}

func assertPure(t *testing.T, file string, tree *ast.File) {
	t.Helper()
	for _, spec := range tree.Imports {
		path := strings.Trim(spec.Path.Value, `"`)
		for _, bad := range impure {
			if path == bad || strings.HasPrefix(path, bad+"/") {
				t.Errorf("%s imports %s: the rules are pure. What they have to know comes in a World, what is to be done goes out", file, path)
			}
		}
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if isIdent(n.X, "time") && slices.Contains(clockReaders, n.Sel.Name) {
				t.Errorf("%s calls time.%s: rules never read a clock. The time is World.Now; a wait is a timer or a deadline", file, n.Sel.Name)
			}
		case *ast.GoStmt:
			t.Errorf("%s starts a goroutine: rules do one thing after the other", file)
		}
		return true
	})
}

var clockReaders = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "NewTimer", "NewTicker", "Tick"}

func isIdent(x ast.Expr, name string) bool {
	i, ok := x.(*ast.Ident)
	return ok && i.Name == name
}

func TestNothingHappensByImportingAndNoPackageKeepsState(t *testing.T) {
	for _, p := range packages(t) {
		trees := sources(t, p)
		variables := packageVariables(trees)
		for file, tree := range trees {
			ast.Inspect(tree, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.FuncDecl:
					if n.Recv == nil && n.Name.Name == "init" {
						t.Errorf("%s has a func init: what is to be set up is called by name from cmd/infolinia", file)
					}
				case *ast.AssignStmt:
					for _, left := range n.Lhs {
						reportWrite(t, file, variables, left)
					}
				case *ast.IncDecStmt:
					reportWrite(t, file, variables, n.X)
				}
				return true
			})
		}
	}
}

// mostMethods is how many methods an interface may ask for.
const mostMethods = 5

func TestInterfacesStaySmall(t *testing.T) {
	for _, p := range packages(t) {
		for file, tree := range sources(t, p) {
			ast.Inspect(tree, func(n ast.Node) bool {
				spec, ok := n.(*ast.TypeSpec)
				if !ok {
					return true
				}
				if i, ok := spec.Type.(*ast.InterfaceType); ok && i.Methods.NumFields() > mostMethods {
					t.Errorf("%s: the interface %s asks for %d methods: split it by who needs what", file, spec.Name.Name, i.Methods.NumFields())
				}
				return true
			})
		}
	}
}

// reportWrite complains when a package variable, or something inside it, is
// written to. A local variable of the same name has an object of its own.
func reportWrite(t *testing.T, file string, variables map[*ast.Object]bool, left ast.Expr) {
	t.Helper()
	for {
		switch x := left.(type) {
		case *ast.IndexExpr:
			left = x.X
		case *ast.SelectorExpr:
			left = x.X
		case *ast.StarExpr:
			left = x.X
		case *ast.ParenExpr:
			left = x.X
		case *ast.Ident:
			if x.Obj != nil && variables[x.Obj] {
				t.Errorf("%s writes to the package variable %s: put it into a struct that somebody owns", file, x.Name)
			}
			return
		default:
			return
		}
	}
}

// packageVariables are the objects of `var` at the top of the files. Another
// file of the package sees them through names the parser leaves open; those
// are resolved here.
func packageVariables(trees map[string]*ast.File) map[*ast.Object]bool {
	variables, byName := map[*ast.Object]bool{}, map[string]*ast.Object{}
	for _, tree := range trees {
		for name, object := range tree.Scope.Objects {
			if object.Kind == ast.Var {
				variables[object], byName[name] = true, object
			}
		}
	}
	for _, tree := range trees {
		for _, open := range tree.Unresolved {
			open.Obj = byName[open.Name]
		}
	}
	return variables
}

func sources(t *testing.T, p listed) map[string]*ast.File {
	t.Helper()
	trees := map[string]*ast.File{}
	for _, name := range p.GoFiles {
		path := filepath.Join(p.Dir, name)
		tree, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if errors.Is(err, fs.ErrNotExist) {
			continue // moved while we look
		}
		if err != nil {
			t.Fatal(err)
		}
		trees[path] = tree
	}
	return trees
}
