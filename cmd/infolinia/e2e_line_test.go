package main

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"infolinia/asterisk"
	"infolinia/asterisk/asterisktest"
	"infolinia/ivr/caller"
	"infolinia/ivr/speech"
	"infolinia/ivr/store/redistest"
)

// patience is how long a test waits for a sign of life on a busy machine.
const patience = 45 * time.Second

// program is the real infolinia with the small line's prompts rendered ahead,
// made once for all tests.
type program struct {
	binary, cache string
	// raced is the same with the race detector, where these tests have it. It is
	// much slower.
	raced   string
	index   *caller.Index
	speaker *speech.Speaker
	lengths sync.Map // of sounds, by name
}

var theProgram = sync.OnceValues(makeProgram)

// places bounds how many lines run at once, and rows how many calls of the big
// tables: what is said must be said in time.
var (
	places = make(chan struct{}, 2)
	rows   = make(chan struct{}, 8)
)

// row begins a row of a table beside the others.
func row(t *testing.T) {
	t.Parallel()
	rows <- struct{}{}
	t.Cleanup(func() { <-rows })
}

// workshop is the folder of all that the tests of this process make together.
func workshop() string { return os.Getenv("E2E_WORKSHOP") }

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "e2e")
	if err != nil {
		panic(err)
	}
	os.Setenv("E2E_WORKSHOP", dir)
	flag.Parse()
	if few := flag.Lookup("test.parallel"); few.Value.String() == few.DefValue {
		// Calls mostly wait; and whoever waits for a place is not to keep the rows of
		// those who have one from running.
		_ = flag.Set("test.parallel", "100")
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

func makeProgram() (*program, error) {
	dir := workshop()
	p := &program{binary: filepath.Join(dir, "infolinia"), cache: filepath.Join(dir, "prompts"), index: caller.NewIndex()}
	p.raced = p.binary
	if raceDetector() {
		p.raced = filepath.Join(dir, "infolinia-raced")
		if err := build("-race", "-o", p.raced); err != nil {
			return nil, err
		}
	}
	if err := build("-o", p.binary); err != nil {
		return nil, err
	}
	render := exec.Command(p.binary, "render")
	render.Env = append(os.Environ(), p.voices()...)
	render.Env = append(render.Env, "INFOLINIA_LINE=testdata/e2e", "INFOLINIA_VAR="+filepath.Join(dir, "render"))
	if out, err := render.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("render: %w\n%s", err, out)
	}
	if _, err := p.index.AddList(filepath.Join(p.cache, "names.tsv")); err != nil {
		return nil, err
	}
	if _, err := p.index.AddFolder(filepath.Join(p.cache, "kept")); err != nil {
		return nil, err
	}
	if err := p.measure(); err != nil {
		return nil, err
	}
	var err error
	p.speaker, err = speech.New(speech.Settings{
		Voices:  map[string]speech.Voice{"pl": {Engine: speech.ESpeak, Voice: "pl"}},
		Cache:   filepath.Join(dir, "expected"),
		Dynamic: filepath.Join(dir, "dynamic"),
	})
	return p, err
}

func build(args ...string) error {
	out, err := exec.Command("go", append(append([]string{"build"}, args...), ".")...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("build infolinia: %w\n%s", err, out)
	}
	return nil
}

// raceDetector tells whether this test runs under it; then some daemons do too.
func raceDetector() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

func (p *program) voices() []string {
	env := []string{"INFOLINIA_SPEECH_CACHE=" + p.cache}
	for _, lang := range []string{"PL", "EN", "UK"} {
		env = append(env, "INFOLINIA_SPEECH_VOICES_"+lang+"_ENGINE=espeak-ng",
			"INFOLINIA_SPEECH_VOICES_"+lang+"_VOICE="+strings.ToLower(lang))
	}
	return env
}

// expect lets callers recognise what is said with values of a call in it.
func (p *program) expect(t testing.TB, name, text string) string {
	t.Helper()
	return p.expectAt(t, name, text, 1)
}

func (p *program) expectAt(t testing.TB, name, text string, speed float64) string {
	t.Helper()
	clip, err := p.speaker.File(t.Context(), speech.Utterance{ID: name, Lang: "pl", Text: text, Speed: speed})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.index.Add(name, clip.Path+".alaw"); err != nil {
		t.Fatal(err)
	}
	p.lengths.Store(name, clip.Duration)
	return clip.Path + ".alaw"
}

// measure notes how long the prompts are that are known ahead.
func (p *program) measure() error {
	list, err := os.ReadFile(filepath.Join(p.cache, "names.tsv"))
	if err != nil {
		return err
	}
	for s := range strings.Lines(string(list)) {
		name, file, _ := strings.Cut(strings.TrimSpace(s), "\t")
		info, err := os.Stat(file)
		if err != nil {
			return err
		}
		p.lengths.Store(name, time.Duration(info.Size())*time.Second/8000)
	}
	return nil
}

// line is a private line: its own files, Asterisk, Redis and daemon.
type line struct {
	*program
	t        testing.TB
	dir      string
	files    string // callflows/ and kb/
	env      []string
	asterisk *asterisk.Process
	redis    *redistest.Server
	cases    *caseServer
	http     string
	daemon   *daemonProcess
	serves   string // the daemon's binary
}

// newLine is a line whose daemon has not been started.
func newLine(t testing.TB, extra ...string) *line {
	t.Helper()
	return newLineOn(t, func(*asterisk.Settings) {}, extra...)
}

// newLineOn is newLine on another Asterisk.
func newLineOn(t testing.TB, change func(*asterisk.Settings), extra ...string) *line {
	t.Helper()
	p, err := theProgram()
	if err != nil {
		t.Fatal(err)
	}
	places <- struct{}{}
	t.Cleanup(func() { <-places })
	dir, err := os.MkdirTemp(workshop(), "")
	if err != nil {
		t.Fatal(err)
	}
	l := &line{program: p, t: t, dir: dir, files: filepath.Join(dir, "line"), cases: newCaseServer(t), http: freeAddress(t), serves: p.binary}
	l.copyFiles()
	l.redis = redistest.Start(t)
	l.asterisk = asterisktest.Start(t, func(s *asterisk.Settings) {
		s.Dir = filepath.Join(dir, "var", "pbx")
		s.Apology = filepath.Join(p.cache, "kept", "apology-pl")
		s.Overload, s.CallAgain = filepath.Join(p.cache, "kept", "overload-pl"), filepath.Join(p.cache, "kept", "call-again-pl")
		s.RingSeconds = 2
		for _, number := range []string{"201", "202", "203", "204"} {
			s.Extensions = append(s.Extensions, asterisk.Extension{Number: number, Password: s.Extensions[0].Password})
		}
		change(s)
	})
	s := l.asterisk.Settings
	l.env = append(os.Environ(), p.voices()...)
	l.env = append(l.env,
		"INFOLINIA_LINE="+l.files, "INFOLINIA_VAR="+filepath.Join(dir, "var"), "INFOLINIA_HTTP_LISTEN="+l.http,
		"INFOLINIA_ARI_URL="+s.ARI.URL(), "INFOLINIA_ARI_USER="+s.ARI.User, "INFOLINIA_ARI_PASSWORD="+s.ARI.Password,
		"INFOLINIA_REDIS_URL=unix://"+l.redis.Addr, "INFOLINIA_LOG_LEVEL=trace", "INFOLINIA_LOG_FORMAT=json",
		"INFOLINIA_LOOKUP_HOSTS="+l.cases.address(), "INFOLINIA_LOOKUP_PRIVATE=127.0.0.0/8",
		"INFOLINIA_HMAC_CURRENT=1", "INFOLINIA_HMAC_KEYS_1=klucz do prób",
		// A busy machine is no reason to turn a test's callers away.
		"INFOLINIA_ADMISSION_LATENCY=0", "INFOLINIA_ADMISSION_HEARTBEAT=0",
		// So that an agent may have it on the table.
		"INFOLINIA_EXTENSIONS_204_PASSWORD="+s.Extensions[0].Password)
	l.env = append(l.env, extra...)
	return l
}

// startLine is a line that answers calls.
func startLine(t testing.TB, extra ...string) *line {
	t.Helper()
	l := newLine(t, extra...)
	l.start()
	return l
}

// startRacedLine is startLine with the race detector in the daemon.
func startRacedLine(t testing.TB) *line {
	t.Helper()
	l := newLine(t)
	l.serves = l.raced
	l.start()
	return l
}

// copyFiles gives the line its own files, which ask its own case server.
func (l *line) copyFiles() {
	l.t.Helper()
	if err := os.CopyFS(l.files, os.DirFS("testdata/e2e")); err != nil {
		l.t.Fatal(err)
	}
	err := filepath.WalkDir(l.files, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		return os.Chmod(path, 0o644)
	})
	if err != nil {
		l.t.Fatal(err)
	}
	l.edit("callflows/lookups.yaml", "lookup.test", l.cases.address())
}

// edit changes a file of the line, as an editor that writes it anew.
func (l *line) edit(name, before, after string) {
	l.t.Helper()
	path := filepath.Join(l.files, name)
	data, err := os.ReadFile(path)
	if err != nil {
		l.t.Fatal(err)
	}
	changed := strings.ReplaceAll(string(data), before, after)
	if changed == string(data) {
		l.t.Fatalf("%s has no %q to change", name, before)
	}
	if err := os.WriteFile(path, []byte(changed), 0o644); err != nil {
		l.t.Fatal(err)
	}
}

// run runs a command of infolinia beside the daemon.
func (l *line) run(t testing.TB, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, l.binary, args...)
	cmd.Env = l.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("infolinia %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// freeAddress is one that nothing listens on now, nor on the port after it; see
// asterisk.Local for the range.
func freeAddress(t testing.TB) string {
	t.Helper()
	free := func(port int64) bool {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		return err == nil && l.Close() == nil
	}
	for range 200 {
		port := 20000 + time.Now().UnixNano()/1000%12000
		if free(port) && free(port+1) {
			return fmt.Sprintf("127.0.0.1:%d", port)
		}
		runtime.Gosched()
	}
	t.Fatal("no free port")
	return ""
}

// eventually waits for what nobody announces.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for !ok() {
		select {
		case <-look.C:
		case <-ctx.Done():
			t.Fatalf("not within %s: %s", patience, what)
		}
	}
}
