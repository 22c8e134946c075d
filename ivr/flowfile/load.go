package flowfile

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"infolinia/ivr"
	"infolinia/ivr/flow"
)

// Bundle is all content that staff write, checked and compiled.
type Bundle struct {
	Program *flow.Program
	Content ivr.Content
	// Sources are the files read, by path below the directory.
	Sources map[string][]byte
}

// Load reads callflows/ and kb/ below dir. Without errors among the problems
// the bundle's program is ready to run; with errors it is nil, and so is its
// content.
func Load(dir string) (*Bundle, []Problem) {
	return LoadFS(os.DirFS(dir))
}

// LoadFS is Load for any file system.
func LoadFS(fsys fs.FS) (*Bundle, []Problem) {
	l := newLoader(fsys)
	l.read()
	l.checkForms()
	l.current()
	l.flows()
	problems := l.sorted()
	if Errors(problems) > 0 {
		return &Bundle{Sources: l.sources}, problems
	}
	l.program.Version = Version(l.sources)
	return &Bundle{Program: l.program, Content: l.content, Sources: l.sources}, problems
}

// LoadContent reads only what is always current: hours, notices, queues and
// articles. Mistakes in the flows do not matter to it, so a notice goes live
// while somebody else is in the middle of changing a flow. With errors the
// content is empty.
func LoadContent(fsys fs.FS) (ivr.Content, []Problem) {
	l := newLoader(fsys)
	l.read()
	l.checkForms()
	l.current()
	l.problems = slices.DeleteFunc(l.problems, func(p Problem) bool { return pinned(p.File) })
	problems := l.sorted()
	if Errors(problems) > 0 {
		return ivr.Content{}, problems
	}
	return l.content, problems
}

// Version is the SHA-256 of the sources that a call keeps from its start: the
// line with its prompts and phrases, the flows and the look-ups.
func Version(sources map[string][]byte) string {
	h := sha256.New()
	names := make([]string, 0, len(sources))
	for name := range sources {
		if pinned(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(h, "%s\x00%d\x00", name, len(sources[name]))
		h.Write(sources[name])
	}
	return hex.EncodeToString(h.Sum(nil))
}

// pinned tells whether a file belongs to the version of the flows.
func pinned(name string) bool {
	switch path.Base(name) {
	case hoursFile, noticesFile, queuesFile:
		return path.Dir(name) != callflows
	}
	return strings.HasPrefix(name, callflows+"/")
}

const (
	callflows   = "callflows"
	kb          = "kb"
	lineFile    = "line.yaml"
	hoursFile   = "hours.yaml"
	noticesFile = "notices.yaml"
	lookupsFile = "lookups.yaml"
	queuesFile  = "queues.yaml"
)

// loader is one reading of all files.
type loader struct {
	sink
	fsys    fs.FS
	sources map[string][]byte
	trees   map[string]*node // by path; nil: not readable
	files   []string         // paths of flow files, sorted
	kbFiles []string         // paths of articles, sorted

	languages         []string // supported ones
	program           *flow.Program
	content           ivr.Content
	flowTrees         map[string]*node // by flow name
	flowNames         []string         // in the order of their files
	nodeTrees         map[string]*node // by "flow.node"
	types             map[string]flow.Type
	sensitive         map[string]position
	named             map[string]namedPrompt
	graph             *graph
	nodeTypes         map[string]nodeType
	spoken            map[string]spokenText // by prompt id
	lineManners       flow.Manners
	linkReads         []use            // of the spoken links
	waiting           map[string][]use // reads of the waiting prompts, by look-up
	articleAt, codeAt map[string]position
}

func newLoader(fsys fs.FS) *loader {
	return &loader{
		fsys: fsys, sources: map[string][]byte{}, trees: map[string]*node{},
		articleAt: map[string]position{}, codeAt: map[string]position{},
	}
}

// read reads every file there is.
func (l *loader) read() {
	top := position{callflows + "/" + lineFile, 1, 1}
	entries, err := fs.ReadDir(l.fsys, callflows)
	if err != nil {
		l.errorf(top, "the folder callflows cannot be read (%v); name the folder that holds callflows/ and kb/", cause(err))
		return
	}
	for _, e := range entries {
		name := path.Join(callflows, e.Name())
		if e.IsDir() || !l.isYAML(name) {
			continue
		}
		switch e.Name() {
		case lineFile, hoursFile, noticesFile, lookupsFile, queuesFile:
		default:
			l.files = append(l.files, name)
		}
		l.readFile(name)
	}
	if l.sources[top.file] == nil {
		l.errorf(top, "the file is missing; write the number, the entry flow and the languages of the line into it")
	}
	l.readArticles()
}

func (l *loader) readArticles() {
	err := fs.WalkDir(l.fsys, kb, func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() || !l.isYAML(name) {
			return nil
		}
		if strings.Count(name, "/") != 2 {
			l.errorf(position{name, 1, 1}, "an article lies in the folder of its department; move it to kb/<department>/%s", path.Base(name))
		}
		l.kbFiles = append(l.kbFiles, name)
		l.readFile(name)
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		l.errorf(position{kb, 1, 1}, "the folder kb cannot be read: %v", cause(err))
	}
	slices.Sort(l.files)
	slices.Sort(l.kbFiles)
}

// isYAML tells whether a file is to be read; .yml is a slip.
func (l *loader) isYAML(name string) bool {
	if ext := path.Ext(name); ext == ".yml" || strings.EqualFold(ext, ".yaml") && ext != ".yaml" {
		l.errorf(position{name, 1, 1}, "only files that end in .yaml are read; rename it to %s.yaml", strings.TrimSuffix(path.Base(name), ext))
	}
	return path.Ext(name) == ".yaml" && !strings.HasPrefix(path.Base(name), ".")
}

func (l *loader) readFile(name string) {
	source, err := fs.ReadFile(l.fsys, name)
	if err != nil {
		l.errorf(position{name, 1, 1}, "the file cannot be read: %v", cause(err))
		l.sources[name] = []byte{}
		return
	}
	l.sources[name] = source
	l.trees[name] = parse(&l.sink, name, source)
}

func cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// checkForms holds every file against its table.
func (l *loader) checkForms() {
	line, flows := lineForm(), flowForm()
	for _, name := range slices.Sorted(maps.Keys(l.trees)) {
		tree := l.trees[name]
		if tree == nil {
			continue
		}
		var f form
		switch {
		case strings.HasPrefix(name, kb+"/"):
			f = articleForm
		case slices.Contains(l.files, name):
			f = flows
		default:
			f = map[string]form{
				lineFile: line, hoursFile: hoursForm, noticesFile: noticesForm,
				lookupsFile: lookupsForm, queuesFile: queuesForm,
			}[path.Base(name)]
		}
		f.check(&l.sink, tree)
	}
	l.readLanguages()
}

func (l *loader) tree(file string) *node { return l.trees[callflows+"/"+file] }

// broken tells whether a file is there but cannot be read, so that nothing can
// be said about names it may define.
func (l *loader) broken(name string) bool {
	return len(bytes.TrimSpace(l.sources[name])) > 0 && l.trees[name] == nil
}

func (l *loader) noLine() bool { return l.tree(lineFile) == nil }

func (l *loader) brokenFlows() bool {
	return slices.ContainsFunc(l.files, l.broken) || l.noLine()
}
