package flowfile

import (
	"cmp"
	"fmt"
	"slices"
)

// Problem is one thing that is wrong with the files.
type Problem struct {
	File         string // relative to the directory that was loaded
	Line, Column int    // from 1; the column counts characters
	Warning      bool   // does not keep the files from going live
	Message      string
}

func (p Problem) String() string {
	if p.Warning {
		return fmt.Sprintf("%s:%d:%d: warning: %s", p.File, p.Line, p.Column, p.Message)
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Message)
}

// Errors counts the problems that are no mere warnings.
func Errors(problems []Problem) int {
	n := 0
	for _, p := range problems {
		if !p.Warning {
			n++
		}
	}
	return n
}

// position is a place in a file, from 1.
type position struct {
	file         string
	line, column int
}

// sink collects problems.
type sink struct{ problems []Problem }

func (s *sink) errorf(at position, format string, args ...any) {
	s.problems = append(s.problems, Problem{at.file, max(at.line, 1), max(at.column, 1), false, fmt.Sprintf(format, args...)})
}

func (s *sink) warnf(at position, format string, args ...any) {
	s.problems = append(s.problems, Problem{at.file, max(at.line, 1), max(at.column, 1), true, fmt.Sprintf(format, args...)})
}

// sorted gives each problem once, by file, line and column.
func (s *sink) sorted() []Problem {
	slices.SortStableFunc(s.problems, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Message, b.Message),
		)
	})
	return slices.Compact(s.problems)
}
