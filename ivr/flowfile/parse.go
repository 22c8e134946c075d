package flowfile

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// maxFile is the size in bytes above which a file cannot be meant.
const maxFile = 256 << 10

// maxDepth is how deep values may lie in each other; the parser's time and
// stack grow with the square of it.
const maxDepth = 64

// parse reads one file. It returns nil when nothing of it can be used; why is
// then among the problems.
func parse(s *sink, file string, source []byte) *node {
	start := position{file, 1, 1}
	switch {
	case len(source) > maxFile:
		s.errorf(start, "the file has %d bytes; more than %d cannot be meant", len(source), maxFile)
		return nil
	case !utf8.Valid(source):
		s.errorf(start, "the file is not UTF-8; save it as UTF-8")
		return nil
	}
	src := strings.TrimPrefix(string(source), "\ufeff")
	src = strings.ReplaceAll(src, "\r\n", "\n")
	if line := tooDeep(src); line > 0 {
		s.errorf(position{file, line, 1}, "values lie more than %d deep in each other here; that cannot be meant", maxDepth)
		return nil
	}
	f, err := parseYAML(src)
	if err != nil {
		// The likeliest slip, a bare # or *, hides all that follows it.
		if fixed, found := quoteKeys(s, file, src); found {
			f, err = parseYAML(fixed)
		}
	}
	if err != nil {
		s.syntax(start, err)
		return nil
	}
	return document(s, start, f, strings.Split(src, "\n"))
}

// tooDeep finds the line in which brackets, or the dashes of lists in lists,
// are nested too deep; 0 if there is none.
func tooDeep(src string) int {
	open, line := 0, 0
	for text := range strings.Lines(src) {
		line++
		dashes := 0
		for _, word := range strings.Fields(text) {
			if word != "-" && word != "?" {
				break
			}
			dashes++
		}
		for _, r := range text {
			switch r {
			case '[', '{':
				open++
			case ']', '}':
				open = max(open-1, 0)
			}
		}
		if open > maxDepth || dashes > maxDepth {
			return line
		}
	}
	return 0
}

func document(s *sink, start position, f *ast.File, lines []string) *node {
	var docs []*ast.DocumentNode
	for _, d := range f.Docs {
		if _, directive := d.Body.(*ast.DirectiveNode); !directive {
			docs = append(docs, d)
		}
	}
	if len(docs) == 0 || docs[0].Body == nil || docs[0].Body.Type() == ast.NullType {
		s.errorf(start, "the file is empty; write what belongs into it or delete it")
		return nil
	}
	if len(docs) > 1 {
		at := start
		if tk := docs[1].Start; tk != nil && tk.Position != nil {
			at.line, at.column = tk.Position.Line, tk.Position.Column
		} else if docs[1].Body != nil {
			at = place(start.file, docs[1].Body)
		}
		s.errorf(at, "a second document begins here with ---; each file holds one")
	}
	c := converter{s, start.file, lines}
	root := c.convert(docs[0].Body, nil)
	if root.kind != mapping {
		s.errorf(root.at, "the file holds %s; it must hold a map of keys and values", root.kind)
		return nil
	}
	return root
}

// parseYAML calls the parser; a panic of it is an error like any other.
func parseYAML(src string) (f *ast.File, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("this cannot be read as YAML")
		}
	}()
	return parser.ParseBytes([]byte(src), 0, parser.AllowDuplicateMapKey())
}

func (s *sink) syntax(at position, err error) {
	var e yaml.Error
	if !errors.As(err, &e) || e.GetToken() == nil || e.GetToken().Position == nil {
		s.errorf(at, "this is no YAML: %v", err)
		return
	}
	at.line, at.column = e.GetToken().Position.Line, e.GetToken().Position.Column
	message := e.GetMessage()
	remedy := "check the indentation, brackets and quotes"
	switch {
	case strings.Contains(message, "found character '\t'"):
		message, remedy = "a tab cannot indent", "use spaces"
	case strings.Contains(message, "could not find flow map content"):
		remedy = "quote a text that begins with {{"
	case strings.Contains(message, "reserved character"):
		remedy = "quote the value"
	case strings.Contains(message, "value is not allowed in this context. map"):
		message, remedy = "text goes on after the closing quote", `inside "…" write \" for a quote, or put the text in '…'`
	case strings.Contains(message, "mapping value is not allowed"):
		remedy = `quote a text that holds ": "`
	}
	s.errorf(at, "this is no YAML: %s; %s", message, remedy)
}

// bareKey finds a key of the telephone that YAML takes for a comment or alias.
// Group 3 is that key.
var bareKey = regexp.MustCompile(`(?m)(["']?\b(dtmf|term_char)["']?:[ \t]+)([#*])([ \t]*(?:[,}\n]|$))`)

func quoteKeys(s *sink, file, src string) (string, bool) {
	var b strings.Builder
	done := 0
	for _, m := range bareKey.FindAllStringSubmatchIndex(src, -1) {
		before := src[:m[6]]
		line := strings.Count(before, "\n") + 1
		column := utf8.RuneCountInString(before[strings.LastIndex(before, "\n")+1:]) + 1
		s.errorf(position{file, line, column}, `%s: an unquoted %s is not text; quote it: "%s"`, src[m[4]:m[5]], src[m[6]:m[7]], src[m[6]:m[7]])
		b.WriteString(src[done:m[6]])
		b.WriteString(standIn)
		done = m[7]
	}
	b.WriteString(src[done:])
	return b.String(), done > 0
}

// standIn takes the place of a key that was complained about already.
const standIn = "\ue000"
