package sim

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"infolinia/ivr"
)

// ScriptError is a line of a script that cannot be followed.
type ScriptError struct {
	Line int // from 1
	Err  error
}

func (e *ScriptError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }
func (e *ScriptError) Unwrap() error { return e.Err }

// Command is one line of a script, understood.
type Command struct {
	Line int
	Word string
	Args []string
	do   func(s *Session, load Loader) error
}

// Loader loads the line a `publish` names. When the line is refused it tells
// the user and gives ok false: the old version goes on.
type Loader func(dir string) (line Line, ok bool)

// Script is a parsed script.
type Script struct{ Commands []Command }

// Parse reads a script. Empty lines and lines that begin with # are skipped.
func Parse(r io.Reader) (Script, error) {
	var script Script
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff"))
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		c, err := ParseLine(text)
		if err != nil {
			return Script{}, &ScriptError{n, err}
		}
		c.Line = n
		script.Commands = append(script.Commands, c)
	}
	return script, lines.Err()
}

// Run follows a script to its end. The error of a line names it.
func (s *Session) Run(script Script, load Loader) error {
	for _, c := range script.Commands {
		if s.Ended() {
			return nil
		}
		if err := s.Do(c, load); err != nil {
			return &ScriptError{c.Line, err}
		}
	}
	if !s.Started() {
		return fmt.Errorf("the script never lets the call come in: add a line `call`")
	}
	return nil
}

// Do follows one command.
func (s *Session) Do(c Command, load Loader) error {
	needsCall, before := verbs[c.Word].needsCall, verbs[c.Word].before
	switch {
	case needsCall && !s.Started():
		return fmt.Errorf("`%s` comes before `call`: nobody is on the line yet", c.Word)
	case before && s.Started():
		return fmt.Errorf("`%s` must stand before `call`", c.Word)
	}
	return c.do(s, load)
}

type verb struct {
	usage     string
	needsCall bool // makes sense in a call only
	before    bool // makes sense before it only
	parse     func(args []string, rest string) (func(*Session, Loader) error, error)
}

// ParseLine understands one line.
func ParseLine(text string) (Command, error) {
	word, rest, _ := strings.Cut(text, " ")
	rest = strings.TrimSpace(rest)
	v, ok := verbs[word]
	if !ok {
		return Command{}, fmt.Errorf("unknown word %q: a line begins with one of %s", word, verbNames())
	}
	args := strings.Fields(rest)
	do, err := v.parse(args, rest)
	if err != nil {
		return Command{}, fmt.Errorf("%s: %w; write it as `%s`", word, err, v.usage)
	}
	return Command{Word: word, Args: args, do: do}, nil
}

func duration(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%q is no duration such as 3.5s or 2m", s)
	}
	return d, nil
}

// ParseAnswer understands what stands behind `lookup`: a name and an answer.
func ParseAnswer(rest string) (name string, a Answer, err error) {
	name, rest, _ = strings.Cut(rest, " ")
	rest = strings.TrimSpace(rest)
	if name == "" {
		return "", a, fmt.Errorf("the look-up's name is missing")
	}
	if after, ok := strings.CutPrefix(rest, "after "); ok {
		d, tail, _ := strings.Cut(strings.TrimSpace(after), " ")
		if a.After, err = duration(d); err != nil {
			return "", a, err
		}
		rest = strings.TrimSpace(tail)
	}
	switch rest {
	case "error", "timeout", "notfound", "garbage":
		a.Kind = rest
		return name, a, nil
	}
	a.Kind = "body"
	if a.Body, err = ivr.DecodeJSON([]byte(rest)); err != nil {
		return "", a, fmt.Errorf("%q is neither JSON nor error, timeout, notfound, garbage", rest)
	}
	return name, a, nil
}

func parseAgents(args []string) (queue string, a Agents, err error) {
	if len(args) < 2 {
		return "", a, fmt.Errorf("a queue and a number of agents are needed")
	}
	if a.Count, err = strconv.Atoi(args[1]); err != nil || a.Count < 0 {
		return "", a, fmt.Errorf("%q is no number of agents", args[1])
	}
	switch mood := args[2:]; {
	case len(mood) == 0:
	case len(mood) == 1 && (mood[0] == "no_answer" || mood[0] == "reject"):
		a.Mood = mood[0]
	case len(mood) == 2 && (mood[0] == "busy" || mood[0] == "lost"):
		a.Mood = mood[0]
		a.Busy, err = duration(mood[1])
	default:
		err = fmt.Errorf("%q is not understood", strings.Join(mood, " "))
	}
	return args[0], a, err
}

func parseAhead(args []string) (queue string, a Ahead, err error) {
	if len(args) < 2 || len(args) > 3 {
		return "", a, fmt.Errorf("a queue and a number of callers are needed")
	}
	if a.Count, err = strconv.Atoi(args[1]); err != nil || a.Count < 0 {
		return "", a, fmt.Errorf("%q is no number of callers", args[1])
	}
	if len(args) == 3 {
		a.Every, err = duration(args[2])
	}
	return args[0], a, err
}

func parseTransfer(args []string) (to string, p TransferPlan, err error) {
	if len(args) < 2 {
		return "", p, fmt.Errorf("a destination and what becomes of it are needed")
	}
	p = TransferPlan{State: args[1], Talk: defaultTalk}
	switch {
	case args[1] == "talk" && len(args) <= 3:
		p.State = "answered"
		if len(args) == 3 {
			p.Talk, err = duration(args[2])
		}
	case len(args) == 2 && (args[1] == "busy" || args[1] == "no_answer" || args[1] == "failed"):
	default:
		err = fmt.Errorf("%q is not understood", strings.Join(args[1:], " "))
	}
	return args[0], p, err
}
