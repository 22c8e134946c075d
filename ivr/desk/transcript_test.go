package desk

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"infolinia/ivr"
)

var update = flag.Bool("update", false, "write what the transcripts in testdata now say")

// A transcript in testdata is a story: each line at the margin is something that
// happens, the indented ones below it are what came of it: events, in the words of
// the record, then what each task and agent that has changed is now. Each story runs
// twice, the second time with a save and restore between every two lines.
func TestTheTranscriptsAreAsWritten(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := tell(t, want, false)
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("-written +now\n%s", diff)
			}
			if diff := cmp.Diff(string(got), string(tell(t, want, true))); diff != "" {
				t.Errorf("a restored floor does something else: -live +restored\n%s", diff)
			}
		})
	}
}

// story is a transcript being told.
type story struct {
	t *testing.T
	*history
	out bytes.Buffer
}

func tell(t *testing.T, script []byte, crashing bool) []byte {
	t.Helper()
	s := &story{t: t, history: newHistory(World{
		Now: start, Hours: map[string]ivr.HoursState{"hotline": {Case: ivr.HoursOpen}},
		Queues: map[string]ivr.Queue{"info": staffed("info"), "tax": staffed("tax")}, Destinations: map[string]bool{"office": true},
	})}
	s.fresh = true
	for lines := bufio.NewScanner(bytes.NewReader(script)); lines.Scan(); {
		line := lines.Text()
		if strings.HasPrefix(line, "    ") {
			continue
		}
		fmt.Fprintln(&s.out, line)
		if line == "" || line[0] == '#' {
			continue
		}
		if crashing {
			s.crash()
		}
		s.line(strings.Fields(line))
	}
	return s.out.Bytes()
}

// staffed is a queue as it is when staff say nothing.
func staffed(name string) ivr.Queue {
	return ivr.Queue{
		Name: name, Hours: "hotline", Strategy: ivr.LongestIdle, MaxWaiting: 30, RingTimeout: 20 * time.Second, MaxMissed: 2,
		WrapUp: 30 * time.Second, WhenClosing: ivr.CloseDrain, MaxBreakWait: 5 * time.Minute,
		CallbackTries: 3, CallbackDelay: 10 * time.Minute,
	}
}

func (s *story) line(words []string) {
	s.t.Helper()
	l := parseLine(words)
	switch words[0] {
	case "pass":
		s.w.Now = s.w.Now.Add(duration(s.t, words[1]))
		s.happens(Tick{})
	case "hours":
		s.w.Hours = map[string]ivr.HoursState{"hotline": {Case: ivr.HoursCase(words[1])}}
		s.happens(Tick{})
	case "store":
		s.w.Detached = words[1] == "away"
		s.happens(Tick{})
	case "queue":
		s.setQueue(l)
	case "place":
		position, wait := PlaceOf(s.f, s.w, words[1])
		fmt.Fprintf(&s.out, "    position %d, %s\n", position, wait)
	default:
		in := l.input(s.t)
		s.happens(in)
	}
}

func (s *story) setQueue(l storyLine) {
	s.t.Helper()
	q := s.w.Queues[l.word(1)]
	for key, v := range l.keys {
		switch key {
		case "strategy":
			q.Strategy = ivr.Strategy(v)
		case "closing":
			q.WhenClosing = ivr.WhenClosing(v)
		case "priority", "max", "tries":
			n := 0
			if _, err := fmt.Sscan(v, &n); err != nil {
				s.t.Fatal(err)
			}
			*map[string]*int{"priority": &q.Priority, "max": &q.MaxWaiting, "tries": &q.CallbackTries}[key] = n
		case "wrapup":
			q.WrapUp = duration(s.t, v)
		default:
			if q.Skills == nil {
				q.Skills = map[string]time.Duration{}
			}
			q.Skills[key] = ivr.NeverRelaxed
			if v != "always" {
				q.Skills[key] = duration(s.t, v)
			}
		}
	}
	s.w.Queues = maps.Clone(s.w.Queues)
	s.w.Queues[l.word(1)] = q
}

// happens takes one step and writes down what came of it.
func (s *story) happens(in Input) {
	s.t.Helper()
	old := s.f
	_, events, err := Step(s.f, in, s.w)
	if why := s.step(in); why != "" {
		s.t.Fatalf("%s%#v: %s", s.out.String(), in, why)
	}
	if err != nil {
		fmt.Fprintf(&s.out, "    %s\n", err)
		return
	}
	for _, e := range events {
		if e.Event != ivr.AgentStateChange {
			fmt.Fprintf(&s.out, "    %s\n", eventLine(e))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(s.f.Tasks)) {
		if t := s.f.Tasks[id]; old.Tasks[id] == nil || !reflect.DeepEqual(taskLine(old.Tasks[id], old), taskLine(t, s.f)) {
			fmt.Fprintf(&s.out, "    %s: %s\n", id, taskLine(t, s.f))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(old.Tasks)) {
		if s.f.Tasks[id] == nil {
			fmt.Fprintf(&s.out, "    %s: removed\n", id)
		}
	}
	for _, login := range slices.Sorted(maps.Keys(s.f.Agents)) {
		if a, was := s.f.Agents[login], old.Agents[login]; was == nil || agentLine(was) != agentLine(a) {
			fmt.Fprintf(&s.out, "    %s: %s\n", login, agentLine(a))
		}
	}
}

func eventLine(e ivr.QueueEvent) string {
	line := e.Event
	for _, w := range []string{e.Task, e.Queue, e.Agent, e.State} {
		if w != "" {
			line += " " + w
		}
	}
	for _, d := range []struct {
		name string
		v    any
	}{{"to", e.To}, {"why", e.Reason}, {"position", e.Position}, {"wait", e.Wait}, {"ring", e.Ring}, {"talk", e.Talk}, {"hold", e.Hold}, {"wrap", e.Wrap}, {"code", e.Code}} {
		if !reflect.ValueOf(d.v).IsZero() {
			line += fmt.Sprintf(", %s %v", d.name, d.v)
		}
	}
	return line
}

func taskLine(t *Task, f Floor) string {
	line := string(t.State)
	for _, w := range []string{t.Exit, t.Agent} {
		if w != "" {
			line += " " + w
		}
	}
	if t.Talk != nil {
		line += ", " + string(t.Talk.Mode)
	}
	if t.Front {
		line += ", at the front"
	}
	if t.For != "" {
		line += ", for " + t.For
	}
	w := WishOf(t, f)
	for _, leg := range w.Legs {
		line += ", " + legLine(leg)
	}
	for _, part := range []struct {
		name string
		who  []string
	}{{"together", w.Together}, {"music", w.Music}, {"ringing", w.Ring}} {
		if len(part.who) > 0 {
			line += fmt.Sprintf("; %s %s", part.name, strings.Join(part.who, " "))
		}
	}
	return line
}

func legLine(leg WishedLeg) string {
	line := leg.ID + " to " + leg.Endpoint + leg.Destination
	if leg.Number != "" {
		line += "the resident"
	}
	switch {
	case leg.Up:
		return line + " up"
	case leg.Auto:
		return line + " answers by itself"
	}
	return line + " rings"
}

func agentLine(a *Agent) string {
	line := string(a.State)
	for _, w := range []string{a.Reason, a.Task} {
		if w != "" {
			line += " " + w
		}
	}
	if a.Next != "" {
		line += ", then " + a.Next
	}
	return line
}
