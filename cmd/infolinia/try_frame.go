package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"infolinia/ivr"
	"infolinia/ivr/flow"
	"infolinia/ivr/sim"
)

// frame is what the screen shows of a walk.
type frame struct {
	s       *sim.Session
	said    *utterance // being said, or the last one
	who     string     // at the other end
	recent  []string   // the newest last
	notice  string     // an answer to the last thing done
	prompt  string     // what is asked of the tester, instead of keys
	typed   string
	typing  bool
	talking bool // the tester speaks
}

// utterance is a prompt on its way to the ear.
type utterance struct {
	lang, text, node string
	from             time.Time
	length           time.Duration
	cut              bool
}

// lines is the frame as text, at most so many characters wide.
func (f *frame) lines(width int) []string {
	c := f.s.State()
	out := []string{f.title(&c), ""}
	out = append(out, f.heard(&c, width)...)
	out = append(out, "")
	out = append(out, f.keys(&c, width)...)
	out = append(out, "")
	out = append(out, f.state(&c, width)...)
	out = append(out, "", "so far")
	for _, line := range f.recent {
		out = append(out, "  "+cropped(line, width-2))
	}
	out = append(out, "", f.foot())
	if f.notice != "" {
		out = append(out, wrapped(f.notice, width)...)
	}
	if f.typing {
		out = append(out, wrapped(f.prompt, width)...)
		out = append(out, ": "+f.typed+"_")
	}
	return out
}

func (f *frame) title(c *ivr.Call) string {
	now := f.s.Now().In(ivr.Warsaw()).Format("2006-01-02 15:04:05")
	if !f.s.Started() {
		return now + "   nobody is on the line"
	}
	on := f.s.Now().Sub(c.Started)
	return fmt.Sprintf("%s   call %d:%04.1f   language %s   %s", now, int(on.Minutes()), on.Seconds()-60*float64(int(on.Minutes())), c.Lang, c.Node)
}

// heard is who speaks, what, and how far it has got.
func (f *frame) heard(c *ivr.Call, width int) []string {
	switch {
	case !f.s.Started():
		return []string{"Enter lets the call come in. Lines such as `:lang en` or `:agents info 0` may go before."}
	case c.Ended:
		return []string{fmt.Sprintf("who: nobody, the call is over: %s", c.Outcome)}
	}
	out := []string{"who: " + f.who}
	if f.talking {
		out[0] += "; you are speaking"
	}
	if f.said == nil {
		return out
	}
	done := f.s.Now().Sub(f.said.from)
	state := fmt.Sprintf("%4.1f of %.1f s", min(done, f.said.length).Seconds(), f.said.length.Seconds())
	switch {
	case f.said.cut:
		state = "cut"
	case c.Speech == nil:
		state, done = "said", f.said.length
	case len(c.Speech.Queue) > 0 && !c.Speech.Queue[0].BargeIn:
		state += ", keys wait"
	}
	out = append(out, fmt.Sprintf("%s  %s  %s", f.said.lang, bar(done, f.said.length, 24), state))
	for _, line := range wrapped(f.said.text, width-4) {
		out = append(out, "    "+line)
	}
	return out
}

func bar(done, whole time.Duration, width int) string {
	n := width
	if whole > 0 && done < whole {
		n = int(int64(width) * int64(done) / int64(whole))
	}
	return "[" + strings.Repeat("#", n) + strings.Repeat("-", width-n) + "]"
}

// keys is what the caller may press, in words.
func (f *frame) keys(c *ivr.Call, width int) []string {
	if !f.s.Started() || c.Ended {
		return []string{"keys: none"}
	}
	choices := flow.Choices(f.s.Program(), c, f.s.World())
	if len(choices) == 0 {
		return []string{"keys: none now"}
	}
	out := []string{"keys"}
	for _, choice := range choices {
		label := wrapped(choice.Label, width-8)
		for i, line := range label {
			key := ""
			if i == 0 {
				key = choice.DTMF
			}
			out = append(out, fmt.Sprintf("  %4s  %s", key, line))
		}
	}
	return out
}

// state is what the line knows and waits for.
func (f *frame) state(c *ivr.Call, width int) []string {
	var out []string
	if t := f.timers(c); t != "" {
		out = append(out, wrapped("timers: "+t, width)...)
	}
	if v := variables(c); v != "" {
		out = append(out, wrapped("variables: "+v, width)...)
	}
	if n := len(c.Buffer) + len(c.SecretBuffer); n > 0 {
		out = append(out, fmt.Sprintf("keys waiting: %d", n))
	}
	return out
}

// timerWords name the timers a tester cares for.
var timerWords = [...]struct{ purpose, words string }{
	{"key", "silence"}, {"waiting", "waiting prompt"}, {"callback", "offer of a call back"},
	{"max_wait", "end of waiting"}, {"deadline", "deadline"}, {"max_call", "longest call"},
}

func (f *frame) timers(c *ivr.Call) string {
	var out []string
	for _, t := range timerWords {
		if timer, ok := c.Timers[t.purpose]; ok {
			words := t.words
			if t.purpose == "key" && (c.Visit.Digits != "" || c.SecretDigits != "" || len(c.Buffer) > 0) {
				words = "end of keying"
			}
			out = append(out, fmt.Sprintf("%s in %.1f s", words, timer.Due.Sub(f.s.Now()).Seconds()))
		}
	}
	return strings.Join(out, ", ")
}

// variables are those set; a sensitive one is hidden.
func variables(c *ivr.Call) string {
	shown := map[string]string{}
	for name, v := range c.Vars {
		shown[name] = v.String()
	}
	for name := range c.Collectors {
		shown[name] = "(hidden)"
	}
	var out []string
	for _, name := range sortedKeys(shown) {
		out = append(out, name+" = "+shown[name])
	}
	return strings.Join(out, ", ")
}

func (f *frame) foot() string {
	switch {
	case f.s.Ended():
		return "q leaves"
	case !f.s.Started():
		return "Enter calls   : a script line   ? help   q leaves"
	}
	return "0-9 * # press   h hang up   s speak   + 5 s on   > until the line waits   : a script line   ? help   q leaves"
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func cropped(s string, width int) string {
	if utf8.RuneCountInString(s) <= width {
		return s
	}
	return string([]rune(s)[:max(width-1, 0)]) + "…"
}

// wrapped breaks a text between words.
func wrapped(text string, width int) []string {
	var out []string
	line, n := "", 0
	for _, word := range strings.Fields(text) {
		length := utf8.RuneCountInString(word)
		if n > 0 && n+1+length > width {
			out, line, n = append(out, line), "", 0
		}
		if n > 0 {
			line, n = line+" ", n+1
		}
		line, n = line+word, n+length
	}
	return append(out, line)
}
