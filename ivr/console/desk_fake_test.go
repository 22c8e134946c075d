package console

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"infolinia/ivr"
	"infolinia/ivr/store"
)

// floorStage is a scripted floor behind the page: everything the page needs, of
// one agent called Anna.
type floorStage struct {
	mu       sync.Mutex
	view     DeskView
	here     bool // whoever asks next is the desk's page
	watchers map[chan struct{}]bool
	done     []Command
	refuse   error
	drafts   map[string]Draft
	account  PhoneAccount
	secrets  int
	noDrafts bool
	noPast   bool // the records do not answer
}

func newFloorStage() *floorStage {
	return &floorStage{watchers: map[chan struct{}]bool{}, drafts: map[string]Draft{}, view: onDesk(nil)}
}

// show changes the floor and tells the pages.
func (f *floorStage) show(v DeskView) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if v.Me.Page == "" {
		v.Me.Page = f.view.Me.Page
	}
	f.view = v
	for w := range f.watchers {
		select {
		case w <- struct{}{}:
		default:
		}
	}
}

func (f *floorStage) View(context.Context, string) (DeskView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.view, nil
}

// Do remembers commands. A log-in makes its page the desk; the rest changes
// nothing: the test says what follows.
func (f *floorStage) Do(_ context.Context, _ Agent, c Command) error {
	f.mu.Lock()
	f.done = append(f.done, c)
	refuse := f.refuse
	v := f.view
	f.mu.Unlock()
	if refuse != nil {
		return refuse
	}
	if c.Verb == DoLogin {
		v.Me.Page, v.Me.Browser = c.Page, !c.Extension
		if v.Me.State == Offline {
			v.Me.State, v.Me.Since = Available, time.Now()
		}
		f.show(v)
	}
	return nil
}

func (f *floorStage) Watch(ctx context.Context, _ string) <-chan struct{} {
	w := make(chan struct{}, 1)
	f.mu.Lock()
	f.watchers[w] = true
	f.mu.Unlock()
	context.AfterFunc(ctx, func() {
		f.mu.Lock()
		delete(f.watchers, w)
		f.mu.Unlock()
	})
	return w
}

// cut ends the streams of all pages and says how many there were.
func (f *floorStage) cut() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	for w := range f.watchers {
		close(w)
	}
	n := len(f.watchers)
	clear(f.watchers)
	return n
}

// commands are those done so far.
func (f *floorStage) commands() []Command {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.done)
}

func (f *floorStage) Secret(context.Context, Agent) (PhoneAccount, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.account.URI == "" {
		return PhoneAccount{}, errors.New("no Asterisk")
	}
	f.secrets++
	return f.account, nil
}

func (f *floorStage) Search(_, q string, limit int) ([]FoundArticle, error) {
	if q == "" || !strings.Contains("dowód osobisty", strings.ToLower(q)) {
		return nil, nil
	}
	return []FoundArticle{{"dowod-osobisty", "101", "Dowód osobisty", "documents"}, {"paszport", "102", "Paszport", ""}}, nil
}

func (f *floorStage) Article(id string) (ivr.Article, bool) {
	if id != "dowod-osobisty" {
		return ivr.Article{}, false
	}
	return ivr.Article{
		ID: id, Code: "101", Title: ivr.Texts{"pl": "Dowód osobisty", "en": "Identity card", "uk": "Посвідчення особи"},
		ValidUntil:    time.Now().AddDate(1, 0, 0),
		ValidSections: map[string]time.Time{"time": time.Now().AddDate(0, 0, -2)},
		Say: map[string]ivr.Texts{
			"short": {"pl": "Wniosek o dowód osobisty można złożyć w dowolnym urzędzie gminy. W Płocku przyjmujemy go przy alei Piłsudskiego sześć. Wniosek można też wysłać przez internet. Dowód jest bezpłatny. Czeka się na niego do trzydziestu dni.",
				"uk": "Заяву на посвідчення особи можна подати в будь-якій управі гміни. У Плоцьку це алея Пілсудського, шість."},
			"documents": {"pl": "Proszę przygotować aktualną fotografię, trzydzieści pięć na czterdzieści pięć milimetrów. Proszę zabrać dotychczasowy dowód lub ważny paszport, jeśli jest. Papierowy formularz nie jest potrzebny."},
			"fees":      {"pl": "Wydanie dowodu osobistego jest bezpłatne. Fotografię wykonują Państwo we własnym zakresie."},
			"time":      {"pl": "Dowód jest gotowy w ciągu trzydziestu dni od złożenia wniosku, zwykle szybciej."},
		},
		Sources: []ivr.Source{{Title: "Wydawanie dowodów osobistych", URL: "https://example.org/"}},
	}, true
}

func (f *floorStage) Earlier(context.Context, string, int) ([]EarlierCall, error) {
	if f.noPast {
		return nil, errors.New("no records")
	}
	return []EarlierCall{
		{At: time.Now().Add(-26 * time.Hour), Topic: "Dowód osobisty", Outcome: ivr.OutcomeAgent, Agent: "Piotr Lis", Code: ivr.Texts{"pl": "Udzielono informacji", "en": "Information given"},
			Note: "Pyta o termin odbioru. Wniosek złożony 3 listopada."},
		{At: time.Now().Add(-30 * 24 * time.Hour), Topic: "Podatek od nieruchomości", Outcome: ivr.OutcomeContained},
	}, nil
}

func (f *floorStage) Draft(_ context.Context, _, task string) (Draft, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.drafts[task], nil
}

func (f *floorStage) SaveDraft(_ context.Context, _, task string, d Draft) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.noDrafts {
		return errors.New("no store")
	}
	f.drafts[task] = d
	return nil
}

func (f *floorStage) Case(_ context.Context, number, _ string) (CaseStatus, bool, error) {
	switch number {
	case "12345":
		return CaseStatus{number, "Wniosek przyjęty, w trakcie rozpatrywania."}, true, nil
	case "0":
		return CaseStatus{}, false, errors.New("away")
	}
	return CaseStatus{}, false, nil
}

// signed lets everybody in as Anna, in a log-in of the name of the cookie.
func signed(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(w, r.WithContext(WithAgent(r.Context(), Agent{Login: "anna", Name: "Anna Kowalska", Role: "agent", Session: "s1"})))
	})
}

func (f *floorStage) console() http.Handler {
	return New(Settings{Line: emptyDesk(), Calls: store.NewMemory(), Metrics: prometheus.NewRegistry(),
		Desk: &DeskPage{Signed: signed, Desk: f, Phones: f, Answers: f, History: f, Drafts: f, Cases: f}})
}

// onDesk is a floor on a busy Monday, with the agent in the given task.
func onDesk(task *DeskTask) DeskView {
	now := time.Now()
	texts := func(pl, en string) ivr.Texts { return ivr.Texts{"pl": pl, "en": en} }
	v := DeskView{
		Me:   DeskMe{Login: "anna", Name: "Anna Kowalska", State: Available, Since: now.Add(-83 * time.Second), Page: "s1.first", Browser: true, Handled: 14},
		Task: task,
		Queues: []DeskQueue{
			{"info", ivr.Texts{"pl": "Informacja"}, true, true, 3, now.Add(-154 * time.Second), 2, 4, 1},
			{"taxes", ivr.Texts{"pl": "Podatki i opłaty"}, true, true, 0, time.Time{}, 1, 2, 0},
			{"ukraine", ivr.Texts{"pl": "Linia ukraińska"}, false, true, 1, now.Add(-31 * time.Second), 0, 1, 0},
			{"council", ivr.Texts{"pl": "Rada Miasta"}, false, false, 0, time.Time{}, 0, 0, 0},
		},
		People: []DeskPerson{
			{"piotr", "Piotr Lis", Available, now.Add(-40 * time.Second), "", []string{"info"}},
			{"ewa", "Ewa Nowak-Wiśniewska", OnCall, now.Add(-6 * time.Minute), "", []string{"info", "taxes"}},
			{"marek", "Marek Żak", WrapUp, now.Add(-12 * time.Second), "", []string{"taxes"}},
			{"olena", "Olena Kovalenko", Ringing, now.Add(-4 * time.Second), "", []string{"ukraine"}},
			{"jan", "Jan Łąkowski", OnBreak, now.Add(-11 * time.Minute), "lunch", []string{"info"}},
			{"zofia", "Zofia Dąbrowska", Offline, now.Add(-time.Hour), "", []string{"info"}},
		},
		Destinations: []DeskDestination{{"registry", ivr.Texts{"pl": "Urząd Stanu Cywilnego"}}, {"roads", ivr.Texts{"pl": "Miejski Zarząd Dróg"}}, {"guard", ivr.Texts{"pl": "Straż Miejska"}}},
		Owed: []OwedCallback{
			{"cb-1", "Informacja", "Zajęcie pasa drogowego", now.Add(-42 * time.Minute), 1, now.Add(6 * time.Minute)},
			{"cb-2", "Podatki i opłaty", "", now.Add(-9 * time.Minute), 0, time.Time{}},
		},
		Missed:   []MissedCall{{now.Add(-50 * time.Minute), "Informacja", "Karta Dużej Rodziny"}},
		Breaks:   []Choice{{"lunch", texts("posiłek", "meal")}, {"rest", texts("odpoczynek od ekranu", "screen break")}, {"meeting", texts("spotkanie", "meeting")}},
		Codes:    []Choice{{"answered", texts("Udzielono informacji", "Information given")}, {"transferred", texts("Przekazano do wydziału", "Passed to a department")}, {"complaint", texts("Skarga", "Complaint")}, {"case", texts("Zgłoszono sprawę", "Case opened")}, {"wrong", texts("Pomyłka", "Wrong number")}},
		Closings: []Choice{{"reached", texts("Sprawa załatwiona", "Settled")}, {"refused", texts("Rezygnacja dzwoniącego", "Caller gave up")}},
	}
	if task != nil {
		v.Me.State = map[TaskState]Presence{TaskOffered: Ringing, TaskConnected: OnCall, TaskWrapping: WrapUp}[task.State]
	}
	return v
}

// aTask is a caller with a question, in the given state.
func aTask(state TaskState, change func(*DeskTask)) *DeskTask {
	now := time.Now()
	t := &DeskTask{
		ID: "t1", State: state, Queue: "Informacja", Topic: "Dowód osobisty", Path: []string{"Sprawy obywatelskie", "Dokumenty", "Dowód osobisty"},
		Lang: "pl", Caller: "k1:abc", Entered: now.Add(-97 * time.Second), Heard: []HeardArticle{{"dowod-osobisty", "101", "Dowód osobisty", "documents"}},
	}
	switch state {
	case TaskOffered:
		t.OfferMade, t.OfferUntil = now.Add(-5*time.Second), now.Add(15*time.Second)
	case TaskConnected:
		t.Waited, t.Talk = 97*time.Second, &DeskTalk{Mode: TalkCaller, Since: now.Add(-134 * time.Second)}
	case TaskWrapping:
		t.Waited, t.WrapUntil = 97*time.Second, now.Add(27*time.Second)
	}
	if change != nil {
		change(t)
	}
	return t
}

// talking is a connected task with a third party.
func talking(mode TalkMode, other *DeskOther) *DeskTask {
	return aTask(TaskConnected, func(t *DeskTask) {
		t.Talk.Mode, t.Talk.Other = mode, other
		if mode == TalkHold || mode == TalkConsult {
			t.Talk.HeldSince = time.Now().Add(-48 * time.Second)
		}
	})
}

type stageView struct {
	name string
	view DeskView
}

// stageViews are all the states an agent's page can be in.
func stageViews() []stageView {
	other := func(answered bool) *DeskOther {
		return &DeskOther{Name: "Piotr Lis", Answered: answered, Since: time.Now().Add(-9 * time.Second)}
	}
	me := func(v DeskView, change func(*DeskMe)) DeskView { change(&v.Me); return v }
	onBreak := func(reason string) DeskView {
		return me(onDesk(nil), func(m *DeskMe) { m.State, m.Reason, m.Since = OnBreak, reason, time.Now().Add(-6*time.Minute) })
	}
	quiet := onDesk(nil)
	quiet.Queues, quiet.Owed, quiet.Missed, quiet.People = nil, nil, nil, nil
	detached := onDesk(nil)
	detached.Detached = true
	return []stageView{
		{"check", me(onDesk(nil), func(m *DeskMe) { m.State, m.Page, m.Extension = Offline, "nobody", "201" })},
		{"elsewhere", me(onDesk(nil), func(m *DeskMe) { m.Page = "s2.other" })},
		{"elsewhere-on-call", me(onDesk(talking(TalkCaller, nil)), func(m *DeskMe) { m.Page = "s2.other" })},
		{"idle", onDesk(nil)},
		{"idle-quiet", quiet},
		{"detached", detached},
		{"break", onBreak("lunch")},
		{"break-missed", onBreak("missed")},
		{"break-wrap-up", onBreak("wrap-up")},
		{"break-away", onBreak("away")},
		{"offered", onDesk(aTask(TaskOffered, nil))},
		{"offered-ukrainian", onDesk(aTask(TaskOffered, func(t *DeskTask) {
			t.Lang, t.Topic, t.Path, t.Heard, t.Caller, t.Transferred = "uk", "", nil, nil, "", "Ewa Nowak-Wiśniewska"
		}))},
		{"offered-callback", onDesk(aTask(TaskOffered, func(t *DeskTask) { t.Callback = true }))},
		{"offered-auto", onDesk(aTask(TaskOffered, func(t *DeskTask) { t.Auto = true }))},
		{"offered-extension", me(onDesk(aTask(TaskOffered, nil)), func(m *DeskMe) { m.Browser, m.Extension = false, "201" })},
		{"talk", onDesk(talking(TalkCaller, nil))},
		{"talk-break-after", me(onDesk(talking(TalkCaller, nil)), func(m *DeskMe) { m.Next = "lunch" })},
		{"talk-extension", me(onDesk(talking(TalkCaller, nil)), func(m *DeskMe) { m.Browser, m.Extension = false, "201" })},
		{"talk-lost", onDesk(aTask(TaskConnected, func(t *DeskTask) { t.Talk.LostUntil = time.Now().Add(13 * time.Second) }))},
		{"hold", onDesk(talking(TalkHold, nil))},
		{"hold-swapped", onDesk(talking(TalkCaller, other(true)))},
		{"consult-ringing", onDesk(talking(TalkConsult, other(false)))},
		{"consult", onDesk(talking(TalkConsult, other(true)))},
		{"conference", onDesk(talking(TalkConference, other(true)))},
		{"blind", onDesk(talking(TalkBlind, other(false)))},
		{"dialling", onDesk(aTask(TaskConnected, func(t *DeskTask) { t.Callback, t.Talk.Mode = true, TalkDialling }))},
		{"asked", onDesk(talking(TalkAsked, other(false)))},
		{"joined", onDesk(talking(TalkJoined, other(false)))},
		{"parked", onDesk(talking(TalkParked, other(false)))},
		{"wrap-up", onDesk(aTask(TaskWrapping, nil))},
	}
}
