package console

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func ask(h http.Handler, method, path string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestEveryStateOfTheDeskIsShownInEveryLanguage(t *testing.T) {
	for _, s := range stageViews() {
		f := newFloorStage()
		f.show(s.view)
		for _, lang := range languages() {
			r := httptest.NewRequest("GET", "/desk", nil)
			r.AddCookie(&http.Cookie{Name: "lang", Value: lang})
			w := httptest.NewRecorder()
			f.console().ServeHTTP(w, r)
			page := w.Body.String()
			if w.Code != 200 || !strings.Contains(page, `<html lang="`+lang+`">`) || !strings.HasSuffix(page, "</html>") {
				t.Errorf("%s in %s: %d\n%s", s.name, lang, w.Code, page)
			}
			if strings.Contains(page, "style=") || regexp.MustCompile(`\son[a-z]+=`).MatchString(page) {
				t.Errorf("%s has style or script inside, which the content security policy forbids", s.name)
			}
		}
	}
}

func TestThePopTellsWhatTheCallerAskedFor(t *testing.T) {
	f := newFloorStage()
	f.show(onDesk(aTask(TaskOffered, func(task *DeskTask) { task.Callback = true })))
	page := ask(f.console(), "GET", "/desk", nil).Body.String()
	for _, want := range []string{"Sprawy obywatelskie", "Dokumenty</li>", `<h2 class="topic">Dowód osobisty`, "<b>polski</b>", "<li class=\"mark\">oddzwonienie",
		`data-article="dowod-osobisty" data-section="documents"`, "Pyta o termin odbioru", "Piotr Lis", `data-act="answer"`, `data-do="reject"`} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
}

func TestACommandArrivesWithItsPageAndTask(t *testing.T) {
	f := newFloorStage()
	w := ask(f.console(), "POST", "/desk/do", url.Values{"verb": {"consult"}, "tab": {"x"}, "task": {"t1"}, "agent": {"piotr"}})
	if w.Code != http.StatusNoContent {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	want := []Command{{Verb: DoConsult, Page: "s1.x", Task: "t1", To: Target{Agent: "piotr"}}}
	if diff := cmp.Diff(want, f.commands()); diff != "" {
		t.Error(diff)
	}
}

func TestACommandThatMakesNoSenseNeverArrives(t *testing.T) {
	f := newFloorStage()
	for _, form := range []url.Values{
		{}, {"verb": {"dance"}}, {"verb": {"transfer"}}, {"verb": {"consult"}, "agent": {"a"}, "queue": {"b"}},
		{"verb": {"extend"}, "by": {"-1s"}}, {"verb": {"extend"}, "by": {"3h"}}, {"verb": {"extend"}},
		{"verb": {"finish"}, "task": {"t1"}, "code": {"case"}, "note": {strings.Repeat("ż", 6001)}},
		{"verb": {"finish"}, "task": {"t1"}, "code": {strings.Repeat("c", 300)}},
		{"verb": {"finish"}, "task": {"t1"}, "code": {"case"}, "note": {"x"}, "more": {strings.Repeat("x", 70000)}},
	} {
		if w := ask(f.console(), "POST", "/desk/do", form); w.Code != http.StatusBadRequest {
			t.Errorf("%v: %d", form, w.Code)
		}
	}
	if got := f.commands(); len(got) > 0 {
		t.Errorf("done: %v", got)
	}
}

func TestTheLongestNoteOfTheFieldArrivesInAnyLetters(t *testing.T) {
	f := newFloorStage()
	for _, letter := range []string{"ż", "ї", "„"} {
		note := strings.Repeat(letter, 4000)
		for path, form := range map[string]url.Values{"/desk/do": {"verb": {"finish"}}, "/desk/draft": {}} {
			form["task"], form["code"], form["note"] = []string{"t1"}, []string{"case"}, []string{note}
			if w := ask(f.console(), "POST", path, form); w.Code != http.StatusNoContent {
				t.Errorf("%s of %s: %d", path, letter, w.Code)
			}
		}
	}
	if w := ask(f.console(), "POST", "/desk/draft", url.Values{"task": {"t1"}, "note": {strings.Repeat("x", 12001)}}); w.Code != http.StatusBadRequest {
		t.Errorf("a longer one: %d", w.Code)
	}
}

func TestARefusalComesBackAsASentence(t *testing.T) {
	f := newFloorStage()
	for _, r := range deskRefusals() {
		f.refuse = r
		w := ask(f.console(), "POST", "/desk/do", url.Values{"verb": {"hold"}})
		if said := w.Body.String(); w.Code != http.StatusConflict || !strings.HasSuffix(said, ".") || strings.Contains(said, "refused") {
			t.Errorf("%s: %d %q", r, w.Code, said)
		}
	}
}

func TestWhatTheAgentWritesIsThereAfterAReload(t *testing.T) {
	f := newFloorStage()
	f.show(onDesk(talking(TalkCaller, nil)))
	if w := ask(f.console(), "POST", "/desk/draft", url.Values{"task": {"t1"}, "note": {"pyta o <termin>"}, "code": {"case"}}); w.Code != http.StatusNoContent {
		t.Fatal(w.Code)
	}
	f.show(onDesk(aTask(TaskWrapping, nil)))
	page := ask(f.console(), "GET", "/desk", nil).Body.String()
	for _, want := range []string{"pyta o &lt;termin&gt;</textarea>", `value="case" checked`} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
}

func TestAPastThatCannotBeReadIsNotCalledAFirstCall(t *testing.T) {
	f := newFloorStage()
	f.noPast = true
	f.show(onDesk(aTask(TaskOffered, nil)))
	page := ask(f.console(), "GET", "/desk", nil).Body.String()
	if !strings.Contains(page, "nie można teraz odczytać") || strings.Contains(page, "Pierwsza rozmowa") {
		t.Error(page)
	}
}

func TestAQueueSaysHowManyAreFreeAndTheRestToWhoeverAsks(t *testing.T) {
	f := newFloorStage()
	page := ask(f.console(), "GET", "/desk", nil).Body.String()
	for _, want := range []string{">Wolni</abbr>", ">2 z 7</span>", "wolni: 2, w rozmowie: 4, na przerwie: 1"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
}

func TestArticlesAreReadInTheCallersLanguageAndOldSectionsAreMarked(t *testing.T) {
	f := newFloorStage()
	page := ask(f.console(), "GET", "/desk/article/dowod-osobisty?lang=uk&section=documents", nil).Body.String()
	for _, want := range []string{"Посвідчення особи", `lang="uk">Заяву`, `lang="pl">Proszę przygotować`, `class="opened"`, "po terminie ważności"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
	if w := ask(f.console(), "GET", "/desk/article/none", nil); w.Code != http.StatusNotFound {
		t.Errorf("an article that is not there: %d", w.Code)
	}
}

func TestACaseIsFoundOrNotOrCannotBeLookedUp(t *testing.T) {
	f := newFloorStage()
	for number, want := range map[string]string{"12345": "w trakcie rozpatrywania", "7": "Nie ma sprawy o numerze 7.", "0": "nie odpowiada"} {
		if got := ask(f.console(), "GET", "/desk/case?number="+number, nil).Body.String(); !strings.Contains(got, want) {
			t.Errorf("%s: no %q in %q", number, want, got)
		}
	}
}

func TestOnlyWhatLooksDifferentIsPushed(t *testing.T) {
	f := newFloorStage()
	server := httptest.NewServer(f.console())
	defer server.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	r, _ := http.NewRequestWithContext(ctx, "GET", server.URL+"/desk/events?tab=first", nil)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	first := nextPush(t, lines)
	if len(first) != len(deskRegions()) {
		t.Errorf("the first push has %d regions, not all %d", len(first), len(deskRegions()))
	}
	v := onDesk(nil)
	v.Missed, v.Me.Since, v.Queues, v.People, v.Owed = nil, f.view.Me.Since, f.view.Queues, f.view.People, f.view.Owed
	f.show(v)
	second := nextPush(t, lines)
	if _, ok := second["owed"]; !ok || len(second) != 1 {
		t.Errorf("pushed: %v, not owed alone", second)
	}
}

// nextPush reads one floor event.
func nextPush(t *testing.T, lines *bufio.Scanner) map[string]string {
	t.Helper()
	for lines.Scan() {
		if data, ok := strings.CutPrefix(lines.Text(), "data: {"); ok {
			var e floorEvent
			if err := json.Unmarshal([]byte("{"+data), &e); err != nil {
				t.Fatal(err)
			}
			return e.Regions
		}
	}
	t.Fatal("the stream has ended: ", lines.Err())
	return nil
}

func TestWithoutItsScriptsTheDeskSaysWhatToDo(t *testing.T) {
	f := newFloorStage()
	p := newDeskPages(DeskPage{Desk: f}, assets{})
	w := ask(signed(deskShow{p}), "GET", "/desk", nil)
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "make build") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestAssetsAreKeptForGoodAndComeCompressed(t *testing.T) {
	all := newAssets()
	for name := range all {
		r := httptest.NewRequest("GET", all.url(name), nil)
		r.Header.Set("Accept-Encoding", "gzip, br")
		w := httptest.NewRecorder()
		newFloorStage().console().ServeHTTP(w, r)
		if h := w.Header(); w.Code != 200 || h.Get("Content-Encoding") != "gzip" || !strings.Contains(h.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %v", name, w.Code, h)
		}
		t.Logf("%s: %d bytes, %d compressed", name, len(all[name].plain), w.Body.Len())
		r.Header.Set("If-None-Match", w.Header().Get("ETag"))
		w = httptest.NewRecorder()
		newFloorStage().console().ServeHTTP(w, r)
		if w.Code != http.StatusNotModified {
			t.Errorf("%s again: %d", name, w.Code)
		}
	}
}

// saidKeys are the keys of words that templates and scripts name.
func saidKeys(t *testing.T) map[string]bool {
	t.Helper()
	keys := map[string]bool{}
	for pattern, files := range map[string]string{`\{\{[^}]*\b(?:t|count [^}]*) "([a-z0-9.-]+)"`: "pages/*.html", `\bword\("([a-z0-9.-]+)"\)`: "web/*.ts"} {
		out, err := exec.Command("sh", "-c", "cat "+files).Output()
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(out), -1) {
			key := m[1]
			if files == "web/*.ts" {
				key = "js." + key
			}
			keys[key] = true
		}
	}
	return keys
}

func TestTheCataloguesOfAllLanguagesAreComplete(t *testing.T) {
	first := readWords(languages()[0])
	for key := range saidKeys(t) {
		if _, ok := first[key]; !ok {
			t.Errorf("the pages say %q, which no catalogue has", key)
		}
	}
	for _, lang := range languages()[1:] {
		other := readWords(lang)
		for key, text := range first {
			if other[key] == "" {
				t.Errorf("%s: no words for %q", lang, key)
			}
			if strings.Count(text, "%") != strings.Count(other[key], "%") {
				t.Errorf("%s: %q has other places to fill in", lang, key)
			}
		}
		for key := range other {
			if first[key] == "" {
				t.Errorf("%s: %q is said in no other language", lang, key)
			}
		}
	}
}

func TestTheScriptsAreSoundlyTyped(t *testing.T) {
	if out, err := exec.Command("web/node_modules/.bin/tsc", "-p", "web").CombinedOutput(); err != nil {
		t.Errorf("%v (make build brings what is missing)\n%s", err, out)
	}
}

// deskRefusals are all there are.
func deskRefusals() []DeskRefusal {
	return []DeskRefusal{RefusedNotLoggedIn, RefusedOtherDesk, RefusedNoCall, RefusedOnCall, RefusedNotAnswered, RefusedThirdParty,
		RefusedSelf, RefusedUnknownTarget, RefusedTargetBusy, RefusedTargetClosed, RefusedLoop, RefusedNoCode, RefusedDetached, RefusedUnknown}
}
