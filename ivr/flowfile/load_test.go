package flowfile

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"infolinia/ivr"
	"infolinia/ivr/flow"
)

func TestTheExampleOfTheLanguageIsAccepted(t *testing.T) {
	b, problems := Load("testdata/example")
	for _, p := range problems {
		if !p.Warning {
			t.Error(p)
		}
	}
	if b.Program == nil || b.Content.Articles["dowod-osobisty"].Code != "101" {
		t.Fatal("the example was not loaded")
	}
}

func TestAFlowIsCompiledAsItIsWritten(t *testing.T) {
	b, _ := Load("testdata/example")
	p := b.Program
	top := p.Nodes["main.top"]
	want := &flow.Menu{
		Prompt: flow.Prompt{"main.top.prompt"}, Enumerate: true, Links: true,
		Options: []flow.Option{
			{DTMF: "1", Label: ivr.Texts{"pl": "pojazdów i praw jazdy"}, Prompt: "main.top.option.1", Call: "vehicles", Goto: "main.more"},
			{DTMF: "2", Label: ivr.Texts{"pl": "dowodu osobistego"}, Prompt: "main.top.option.2", Goto: "main.id_card"},
			{DTMF: "3", Label: ivr.Texts{"pl": "stanu sprawy"}, Prompt: "main.top.option.3", Goto: "main.case_no"},
			{DTMF: "4", Prompt: "main.top.option.4", SetLanguage: "en", Goto: "main.top"},
		},
	}
	if d := cmp.Diff(want, top.Kind); d != "" {
		t.Error(d)
	}
	off := false
	manners := flow.Manners{
		BargeIn: true, Timeout: 8 * time.Second, InterdigitTimeout: 4 * time.Second, TermTimeout: time.Second,
		MaxNoInput: 3, MaxNoMatch: 2, MaxAttempts: 3, MaxExceeded: "main.agent",
		NoInput: []flow.ErrorEntry{
			{Prompt: flow.Prompt{"still_there"}, Reprompt: true},
			{Prompt: flow.Prompt{"top_slow"}, Timeout: 15 * time.Second},
		},
		NoMatch: []flow.ErrorEntry{{Prompt: flow.Prompt{"not_an_option"}, Reprompt: true, BargeIn: &off}},
	}
	if d := cmp.Diff(manners, top.Manners); d != "" {
		t.Error(d)
	}
	for id, says := range map[string]string{
		"main.top.option.2": "W sprawie dowodu osobistego proszę nacisnąć dwa.",
		"link.0":            "W sprawie rozmowy z pracownikiem proszę nacisnąć zero.",
		"main.more.prompt":  "Czy możemy pomóc w innej sprawie?",
		"phrase.no_input":   "Nie usłyszeliśmy wyboru.",
	} {
		if got := p.Prompts[id]["pl"].Source; got != says {
			t.Errorf("%s says %q", id, got)
		}
	}
	if d := cmp.Diff(flow.Prompt{"phrase.data_unavailable"}, p.Events["error.lookup"].Prompt); d != "" {
		t.Error(d)
	}
}

func TestWhatIsMissingFromDefaultsAndLimitsIsAsTheLanguageShows(t *testing.T) {
	b, problems := flows(t, map[string]string{"main": "  bye: {type: hangup}"})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	want := flow.Limits{MaxCall: 30 * time.Minute, MaxStepsWithoutInput: 50, MaxRepeats: 3, MaxErrors: 10}
	if d := cmp.Diff(want, b.Program.Limits); d != "" {
		t.Error(d)
	}
	if b.Program.MaxExceeded != "main.agent" || b.Program.Events["error.internal"].Goto != "main.agent" {
		t.Error(b.Program.MaxExceeded, b.Program.Events)
	}
	q := b.Content.Queues["info"]
	if q.MaxWaiting != 30 || q.MaxWait != 20*time.Minute || q.Hours != "" {
		t.Error(q)
	}
}

func TestALineWithoutTheDefaultWayToAPersonSaysWhatToAdd(t *testing.T) {
	files := example(t)
	slip{file: line, of: ", max_exceeded: agent}", put: "‸}"}.make(t, files)
	if b, _ := LoadFS(files); b.Program == nil {
		t.Error("main has a node agent, so nothing is missing")
	}
	delete(files, main)
	slip{file: main, put: "‸flow: main\nstart: a\nnodes: {a: {type: call, flow: vehicles, next: b}, b: {type: hangup}}\n"}.make(t, files)
	_, problems := LoadFS(files)
	if !strings.Contains(listed(problems), `line.yaml:4:1: too many errors lead to the node "agent", but flow main has none; add such a node`) {
		t.Error(listed(problems))
	}
}

func TestAByteOrderMarkAndCRLFAreFine(t *testing.T) {
	files := example(t)
	for name, f := range files {
		f.Data = []byte("\ufeff" + strings.ReplaceAll(string(f.Data), "\n", "\r\n"))
		files[name] = f
	}
	slip{file: main, of: "next: thanks", put: "next: ‸thank"}.make(t, files)
	_, problems := LoadFS(files)
	got := errorsOf(problems)
	if len(got) != 1 || got[0].Column != 11 || got[0].Line != 56 {
		t.Error(got)
	}
}

func TestAFileThatIsNoneIsReported(t *testing.T) {
	for _, c := range []struct{ name, file, text, want string }{
		{"empty", hours, "", "callflows/hours.yaml:1:1: the file is empty"},
		{"only a comment", hours, "# nothing\n", "callflows/hours.yaml:1:1: the file is empty"},
		{"only a mark", hours, "\ufeff", "callflows/hours.yaml:1:1: the file is empty"},
		{"two documents", hours, "a: {}\n---\nb: {}\n", "callflows/hours.yaml:2:1: a second document"},
		{"a list", hours, "- a\n", "callflows/hours.yaml:1:1: the file holds a list"},
		{"a tab", main, "flow: main\nnodes:\n\ta: {}\n", "callflows/main.yaml:3:1: this is no YAML: a tab cannot indent; use spaces"},
		{"an open bracket", main, "flow: main\nnodes: [a\n", "callflows/main.yaml:2:"},
		{"an open quote", main, "flow: \"main\nnodes: [a]\n", "callflows/main.yaml:1:7: this is no YAML"},
		{"brackets without end", main, "a:\n  b: " + strings.Repeat("[", 1000), "callflows/main.yaml:2:1: values lie more than 64 deep"},
		{"lists without end", main, strings.Repeat("- ", 1000), "callflows/main.yaml:1:1: values lie more than 64 deep"},
		{"not UTF-8", main, "flow: main\xff\n", "callflows/main.yaml:1:1: the file is not UTF-8"},
		{"another ending", "callflows/more.yml", "a: b\n", "callflows/more.yml:1:1: only files that end in .yaml are read; rename it to more.yaml"},
		{"an article without department", "kb/a.yaml", "id: a\ntitle: {pl: A}\nsay: {short: {pl: A}}\n", "kb/a.yaml:1:1: an article lies in the folder of its department"},
		{"a colon in text", main, "flow: main\nstart: a: b\n", "callflows/main.yaml:2:8: this is no YAML"},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := example(t)
			files[c.file] = &fstest.MapFile{Data: []byte(c.text)}
			b, problems := LoadFS(files)
			if b.Program != nil || !strings.Contains(listed(problems), c.want) {
				t.Errorf("want %s, got\n%s", c.want, listed(problems))
			}
		})
	}
}

func TestOneBrokenFileIsOneErrorBesideThoseOfTheOthers(t *testing.T) {
	files := example(t)
	files[vehicles] = &fstest.MapFile{Data: []byte("flow: vehicles\nnodes: [\n")}
	slip{file: main, of: "next: thanks", put: "next: ‸thank"}.make(t, files)
	_, problems := LoadFS(files)
	if got := errorsOf(problems); len(got) != 2 || got[0].File != main || got[1].File != vehicles {
		t.Error(got)
	}
}

func TestAFolderWithoutFlowsSaysSo(t *testing.T) {
	for _, files := range []fstest.MapFS{{}, {"callflows/main.yaml": {Data: []byte("flow: main\n")}}} {
		b, problems := LoadFS(files)
		if b.Program != nil || Errors(problems) == 0 || problems[0].File != line {
			t.Error(problems)
		}
	}
}

func TestTheVersionIsThatOfWhatACallKeeps(t *testing.T) {
	version := func(file string) string {
		files := example(t)
		if file != "" {
			files[file] = &fstest.MapFile{Data: append(files[file].Data, "\n# changed\n"...)}
		}
		b, problems := LoadFS(files)
		if b.Program == nil {
			t.Fatal(problems)
		}
		return b.Program.Version
	}
	was := version("")
	for file, changes := range map[string]bool{
		line: true, main: true, lookups: true, hours: false, notices: false, queues: false, idCard: false,
	} {
		if got := version(file) != was; got != changes {
			t.Errorf("%s changes the version: %v", file, got)
		}
	}
	if len(was) != 64 {
		t.Error(was)
	}
}

func TestANoticeGoesLiveWhileAFlowIsWrong(t *testing.T) {
	files := example(t)
	files[main] = &fstest.MapFile{Data: []byte("flow: [")}
	content, problems := LoadContent(files)
	if len(content.Notices) != 1 || len(content.Articles) != 1 || Errors(problems) > 0 {
		t.Error(problems)
	}
	files[notices] = &fstest.MapFile{Data: []byte("a: b\n")}
	if _, problems := LoadContent(files); Errors(problems) != 1 || problems[0].File != notices {
		t.Error(problems)
	}
}

func TestEveryKindOfFileHasASchema(t *testing.T) {
	for _, kind := range Kinds {
		schema, err := Schema(kind)
		var v map[string]any
		if err != nil || json.Unmarshal(schema, &v) != nil || v["type"] != "object" {
			t.Errorf("%s: %v", kind, err)
		}
	}
	for _, kind := range Kinds {
		shipped, err := os.ReadFile("../../callflows/schema/" + kind + ".json")
		if schema, _ := Schema(kind); err != nil || string(shipped) != string(schema)+"\n" {
			t.Errorf("callflows/schema/%s.json is not what `infolinia schema --write callflows/schema` writes (%v)", kind, err)
		}
	}
	if _, err := Schema("flows"); err == nil || !strings.Contains(err.Error(), `did you mean "flow"?`) {
		t.Error(err)
	}
}

func TestALineThatNeverAsksNeedsNoWayToAPerson(t *testing.T) {
	_, problems := LoadFS(fstest.MapFS{
		"callflows/line.yaml": {Data: []byte("number: \"243645555\"\nentry: main\nlanguages: {default: pl, supported: [pl]}\n")},
		"callflows/main.yaml": {Data: []byte("flow: main\nstart: hello\nnodes:\n  hello: {type: play, prompt: {pl: Dzień dobry.}, next: bye}\n  bye: {type: hangup}\n")},
	})
	if len(problems) > 0 {
		t.Error(listed(problems))
	}
}
