package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"infolinia/ivr/sim"
)

func frameOf(t *testing.T, script ...string) string {
	t.Helper()
	w, _ := startWalk(t)
	x := &screen{walk: w, frame: frame{s: w.s}}
	w.on = x.watch
	answering(w, `after 3s {"found":true,"state":"gotowa"}`)
	for _, l := range script {
		must(t, w.do(l))
	}
	return strings.Join(x.frame.lines(72), "\n")
}

func TestTheScreenShowsWhatIsHeardAndWhatMayBePressed(t *testing.T) {
	got := frameOf(t, "at 2026-06-09T10:00:00+02:00", "call", "wait 4.7s")
	want := `2026-06-09 10:00:04   call 0:04.7   language pl   main.top

who: the line
pl  [##########--------------]   4.7 of 11.1 s
    Dzień dobry. W sprawie stanu sprawy proszę nacisnąć jeden. W sprawie
    wiadomości proszę nacisnąć dwa. W sprawie rozmowy z pracownikiem
    proszę nacisnąć zero.

keys
     1  W sprawie stanu sprawy proszę nacisnąć jeden.
     2  W sprawie wiadomości proszę nacisnąć dwa.
     0  W sprawie rozmowy z pracownikiem proszę nacisnąć zero.
     *  back

timers: longest call in 1795.3 s

so far
       0.0  answer
       0.0  enter main.top
       0.0  say pl  Dzień dobry. W sprawie stanu sprawy proszę nacisnąć…

0-9 * # press   h hang up   s speak   + 5 s on   > until the line waits   : a script line   ? help   q leaves`
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestTheScreenTellsOfEachStateOfACall(t *testing.T) {
	for name, tt := range map[string]struct {
		script []string
		want   []string
	}{
		"before the call":  {nil, []string{"nobody is on the line", "Enter lets the call come in", "keys: none"}},
		"silence":          {[]string{"call", "settle", "wait 2s"}, []string{"silence in 6.0 s", "]  said"}},
		"digits":           {[]string{"call", "press 1", "press 12"}, []string{"0-9  digits, 4 to 4 of them", "end of keying in 4.0 s", "]  cut"}},
		"a look-up":        {[]string{"call", "press 1", "press 1234"}, []string{"keys: none now", "waiting prompt in 1.0 s", "pesel = (hidden)"}},
		"a waiting prompt": {[]string{"call", "press 1", "press 1234", "wait 1.5s"}, []string{"Proszę chwilę poczekać.", "keys wait"}},
		"a recording":      {[]string{"call", "press 2", "settle", "hangup"}, []string{"who: nobody, the call is over"}},
		"recording":        {[]string{"call", "press 2", "wait 9s"}, []string{"the recorder of the box info", "#  end the message"}},
		"a person":         {[]string{"call", "press 0"}, []string{"a person, at office", "keys: none now"}},
		"the end":          {[]string{"call", "hangup"}, []string{"the call is over: abandoned", "q leaves"}},
	} {
		got := frameOf(t, tt.script...)
		for _, want := range tt.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %q is not shown:\n%s", name, want, got)
			}
		}
		if strings.Contains(got, "1234") {
			t.Errorf("%s: a sensitive value is shown:\n%s", name, got)
		}
	}
}

func TestKeysOfATerminalAreToldApart(t *testing.T) {
	got := splitKeys("1#\x1b[C\x1b\x7f\bż\n")
	want := []string{"1", "#", rightArrow, escape, backspace, backspace, "ż", enter}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// terminal is both ends of a pseudo terminal.
func terminal(t *testing.T) (user, program *os.File) {
	t.Helper()
	user, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	must(t, err)
	t.Cleanup(func() { _ = user.Close() })
	must(t, unix.IoctlSetPointerInt(int(user.Fd()), unix.TIOCSPTLCK, 0))
	n, err := unix.IoctlGetInt(int(user.Fd()), unix.TIOCGPTN)
	must(t, err)
	program, err = os.OpenFile("/dev/pts/"+strconv.Itoa(n), os.O_RDWR|unix.O_NOCTTY, 0)
	must(t, err)
	t.Cleanup(func() { _ = program.Close() })
	must(t, unix.IoctlSetWinsize(int(program.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 50, Col: 100}))
	return user, program
}

// sight is all that was ever on the screen.
type sight struct {
	mu   sync.Mutex
	seen bytes.Buffer
	news chan struct{}
}

func (s *sight) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case s.news <- struct{}{}:
	default:
	}
	return s.seen.Write(p)
}

// await waits until a text is seen, and forgets what was seen up to it.
func (s *sight) await(t *testing.T, text string) {
	t.Helper()
	late := time.After(20 * time.Second)
	for {
		s.mu.Lock()
		all := s.seen.String()
		at := strings.Index(all, text)
		if at >= 0 {
			s.seen.Next(at + len(text))
		}
		s.mu.Unlock()
		if at >= 0 {
			return
		}
		select {
		case <-s.news:
		case <-late:
			t.Fatalf("%q is never seen in\n%s", text, all)
		}
	}
}

func TestACallByHandOnATerminalIsRecorded(t *testing.T) {
	w, line := startWalk(t)
	user, program := terminal(t)
	screen := &sight{news: make(chan struct{}, 1)}
	var wg sync.WaitGroup
	wg.Go(func() { _, _ = user.WriteTo(screen) })
	path := filepath.Join(t.TempDir(), "walk.txt")
	cmd := &cobra.Command{}
	cmd.SetContext(t.Context())
	cmd.SetIn(program)
	cmd.SetOut(program)
	done := make(chan error, 1)
	wg.Go(func() { done <- tryByHand(cmd, sim.New(line, w.s.Now()), path) })

	for _, step := range []struct{ see, press string }{
		{"nobody is on the line", ":service sms off\r"},
		{"nobody is on the line", "\r"},
		{"Dzień dobry.", "1"},
		{"Proszę podać PESEL.", "12"},
		{"keyed", "34"},
		{"The flow asks the look-up status by pesel.", "after 1.5s {\"found\":true,\"state\":\"gotox\x7fwa\"}\r"},
		{"Stan sprawy to gotowa.", ">"},
		{"silence in", "h"},
		{"the call is over", "q"},
	} {
		screen.await(t, step.see)
		_, err := user.WriteString(step.press)
		must(t, err)
	}
	must(t, <-done)
	must(t, program.Close())
	must(t, user.Close())
	wg.Wait()
	c := wantPasses(t, line, path)
	if strings.Contains(c.Source, "1234") || !strings.Contains(c.Source, "service sms off") || !strings.HasSuffix(c.Source, "hangup") {
		t.Errorf("script:\n%s", c.Source)
	}
}
