package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"infolinia/ivr/flow"
	"infolinia/ivr/sim"
)

// tryByHand is the interactive caller: on a terminal a screen in real time, else
// lines of a script. The walk is written to record, if that is not empty.
func tryByHand(cmd *cobra.Command, s *sim.Session, record string) error {
	var refused strings.Builder // what `publish` reports goes where it can be seen
	w := newWalk(s, publisher(".", &refused))
	in, isFile := cmd.InOrStdin().(*os.File)
	out, outIsFile := cmd.OutOrStdout().(*os.File)
	var err error
	if isFile && outIsFile && term.IsTerminal(int(in.Fd())) && term.IsTerminal(int(out.Fd())) {
		screen := &screen{walk: w, frame: frame{s: s}, in: in, out: out, refused: &refused}
		err = screen.run(cmd.Context())
	} else {
		w.load = publisher(".", cmd.ErrOrStderr())
		err = tryByLines(w, cmd.InOrStdin(), cmd.OutOrStdout())
	}
	if saveErr := w.save(record); saveErr != nil {
		return errors.Join(err, fmt.Errorf("the walk is not recorded: %w", saveErr))
	}
	return err
}

// screen is a walk on a terminal. Time goes by the clock on the wall, in steps
// of grain; while the tester types a line it stands still.
type screen struct {
	*walk
	frame   frame
	in, out *os.File
	refused *strings.Builder
	pressed []string // keys that wait to be read
	turned  bool     // somebody else is at the other end
	left    bool
	last    time.Time // up to when time has passed
}

func (x *screen) run(ctx context.Context) error {
	old, err := term.MakeRaw(int(x.in.Fd()))
	if err != nil {
		return fmt.Errorf("take over the terminal: %w", err)
	}
	defer func() { _ = term.Restore(int(x.in.Fd()), old) }()
	fmt.Fprint(x.out, "\x1b[?1049h\x1b[?25l") // another page, no cursor
	defer fmt.Fprint(x.out, "\x1b[?25h\x1b[?1049l")
	x.on = x.watch
	x.s.AskLookup = func(name string, input map[string]string) (sim.Answer, bool) { return x.ask(ctx, name, input), true }
	x.last = time.Now()
	for !x.left && ctx.Err() == nil {
		x.draw()
		key, err := x.read()
		if err != nil {
			return err
		}
		x.pass()
		if key != "" {
			x.key(ctx, key)
		}
	}
	return nil
}

// pass lets as much time pass in the call as has passed on the wall.
func (x *screen) pass() {
	steps := time.Since(x.last) / grain
	x.last = x.last.Add(steps * grain)
	if !x.s.Started() || x.s.Ended() || steps == 0 {
		return
	}
	word := "wait"
	if x.frame.talking {
		word = "speak"
	}
	x.try(func() error { return x.lasting(word, steps*grain) })
}

// try does something and shows what is wrong with it.
func (x *screen) try(do func() error) {
	if err := do(); err != nil {
		x.frame.notice = "! " + err.Error()
	}
	if x.refused.Len() > 0 {
		x.frame.notice = x.refused.String()
		x.refused.Reset()
	}
}

const helpText = `Digits, * and # are the telephone's keys, A to D too. h hangs up, s begins and ends speaking (for a message), + or the right arrow skips 5 s, ` +
	`> skips until the line waits, q leaves. After : a script line may be typed while time stands still: agents info 0 | lookup NAME {…} | ` +
	`transfer office busy | service sms off | publish DIR | crash | wait 30s | settle; before the call also at, from, lang.`

// key does what a key of the tester's is for.
func (x *screen) key(ctx context.Context, k string) {
	x.frame.notice = ""
	switch {
	case k == "q" || k == ctrlC:
		x.left = true
	case k == "?":
		x.frame.notice = helpText
	case k == ":":
		if line, ok := x.readLine(ctx, "a script line; Enter does it, Esc does not"); ok && line != "" {
			x.try(func() error { return x.do(line) })
		}
	case x.s.Ended():
	case !x.s.Started():
		if k == enter {
			x.try(func() error { return x.do("call") })
		}
	case strings.Contains("0123456789*#ABCD", k):
		x.try(func() error { return x.do("press " + k) })
	case k == "h":
		x.try(func() error { return x.do("hangup") })
	case k == "s":
		x.frame.talking = !x.frame.talking
	case k == "+" || k == rightArrow:
		x.try(func() error { return x.lasting("wait", 5*time.Second) })
	case k == ">":
		x.try(x.skip)
	default:
		x.frame.notice = "? shows what the keys do"
	}
}

// mostSkipped bounds a skip where the line waits for nobody.
const mostSkipped = 2 * time.Minute

// skip lets time pass until there is something for the tester to do or to know:
// a key is awaited, or somebody else than the line is at the other end.
func (x *screen) skip() error {
	x.turned = false
	for end := x.s.Now().Add(mostSkipped); x.s.Now().Before(end); {
		if err := x.lasting("wait", grain); err != nil {
			return err
		}
		if call := x.s.State(); call.Ended || x.turned || flow.AwaitsKey(&call) {
			return nil
		}
	}
	return nil
}

// ask asks the tester for the answer of a look-up; none is an error of it.
func (x *screen) ask(ctx context.Context, name string, input map[string]string) sim.Answer {
	for {
		text, ok := x.readLine(ctx, askForAnswer(name, input))
		if !ok {
			text = "error"
		}
		a, err := x.answer(name, text)
		if err == nil {
			return a
		}
		x.frame.notice = "! " + err.Error()
	}
}

// readLine lets the tester type a line while time stands still; ok is false
// when he would rather not.
func (x *screen) readLine(ctx context.Context, prompt string) (line string, ok bool) {
	f := &x.frame
	f.typing, f.prompt, f.typed = true, prompt, ""
	defer func() { f.typing, x.last = false, time.Now() }()
	for ctx.Err() == nil {
		x.draw()
		switch key, err := x.read(); {
		case err != nil || key == escape || key == ctrlC:
			return "", false
		case key == enter:
			return strings.TrimSpace(f.typed), true
		case key == backspace:
			runes := []rune(f.typed)
			f.typed = string(runes[:max(len(runes)-1, 0)])
		case key >= " " && !strings.HasPrefix(key, escape):
			f.typed += key
		}
	}
	return "", false
}

// draw shows the frame, from the top, as much of it as there is room for.
func (x *screen) draw() {
	width, height, err := term.GetSize(int(x.out.Fd()))
	if err != nil || width < 20 || height < 10 {
		width, height = 80, 24
	}
	lines := x.frame.lines(width)
	if over := len(lines) - height; over > 0 { // history gives way first
		n := max(len(x.frame.recent)-over, 0)
		x.frame.recent = x.frame.recent[len(x.frame.recent)-n:]
		lines = x.frame.lines(width)
	}
	var page strings.Builder
	page.WriteString("\x1b[H")
	for i, line := range lines[:min(len(lines), height)] {
		if i > 0 {
			page.WriteString("\r\n")
		}
		page.WriteString(cropped(line, width) + "\x1b[K")
	}
	page.WriteString("\x1b[J")
	_, _ = io.WriteString(x.out, page.String())
}
