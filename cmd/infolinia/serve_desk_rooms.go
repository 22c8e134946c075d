package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/config"
	"infolinia/ivr/console"
	"infolinia/ivr/flow"
	"infolinia/ivr/kb"
	"infolinia/ivr/pbx"
)

// deskPage is what the agents' page is made of.
func (d *daemon) deskPage() *console.DeskPage {
	return &console.DeskPage{
		Desk: floorView{d}, Phones: browserPhones{d}, Answers: answers{d}, History: earlierCalls{d}, Drafts: drafts{d},
		Cases: officeCases{d}, Elsewhere: d.otherSockets(),
	}
}

// otherSockets are the telephone websockets of the instances beside this one.
func (d *daemon) otherSockets() []string {
	var all []string
	for n := range d.config.ARI.Apps {
		if listen := d.config.Listen(n + 1); n+1 != d.config.Instance && !everywhere(listen) {
			all = append(all, strings.Replace(scheme(d.config), "http", "ws", 1)+listen)
		}
	}
	return all
}

// browserPhones give agents' pages their telephone.
type browserPhones struct{ d *daemon }

func (b browserPhones) Secret(ctx context.Context, who console.Agent) (console.PhoneAccount, error) {
	device := pbx.Device{Name: deviceOf(who.Login), Secret: rand.Text()}
	if err := b.d.probe.Enrol(ctx, device); err != nil {
		b.d.log.Error().Err(err).Msg("an agent's page gets no telephone")
		return console.PhoneAccount{}, err
	}
	sockets := []string{"/desk/phone"}
	for _, other := range b.d.otherSockets() {
		sockets = append(sockets, other+"/desk/phone")
	}
	domain := b.d.config.Asterisk.SystemName + ".invalid" // reached over the websocket only (RFC 2606)
	return console.PhoneAccount{
		URI: fmt.Sprintf("sip:%s@%s", device.Name, domain), User: device.Name, Secret: device.Secret,
		Sockets: sockets,
		Echo:    fmt.Sprintf("sip:%s@%s", pbx.EchoExtension, domain),
	}, nil
}

// answers are the articles as they are now.
type answers struct{ d *daemon }

func (a answers) Search(lang, q string, limit int) ([]console.FoundArticle, error) {
	index, err := a.d.articles.index(a.d.publisher.Content(time.Now()).Articles)
	if err != nil {
		return nil, err
	}
	hits, err := index.Search(q, lang, limit)
	found := make([]console.FoundArticle, len(hits))
	for i, h := range hits {
		found[i] = console.FoundArticle{ID: h.ID, Code: h.Code, Title: h.Title, Section: h.Section}
	}
	return found, err
}

func (a answers) Article(id string) (ivr.Article, bool) {
	article, ok := a.d.publisher.Content(time.Now()).Articles[id]
	return article, ok
}

// earlierCalls are read from the record.
type earlierCalls struct{ d *daemon }

func (e earlierCalls) Earlier(ctx context.Context, caller string, limit int) ([]console.EarlierCall, error) {
	var calls []ivr.EarlierCall
	err := e.d.asked.ask(ctx, func(ctx context.Context) (err error) {
		calls, err = e.d.records.Earlier(ctx, caller, limit)
		return err
	})
	list := make([]console.EarlierCall, len(calls))
	for i, c := range calls {
		list[i] = console.EarlierCall{
			At: c.At, Topic: e.topic(c), Queue: c.Queue, Outcome: c.Outcome, Agent: e.name(ctx, c.Agent), Code: e.code(c.Code), Note: c.Note,
		}
	}
	return list, err
}

// topic is what an earlier call was about: the article heard last; empty: none was.
func (e earlierCalls) topic(c ivr.EarlierCall) string {
	if c.Article == "" {
		return ""
	}
	return titleOf(e.d.publisher.Content(c.At).Articles[c.Article], c.Article)
}

// name is an agent's as colleagues read it, as long as the account is there.
func (e earlierCalls) name(ctx context.Context, login string) string {
	if login == "" {
		return ""
	}
	account := ivr.Account{Name: login}
	_ = e.d.asked.ask(ctx, func(ctx context.Context) error {
		known, err := e.d.records.Account(ctx, login)
		if err == nil {
			account = known
		}
		return err
	})
	return account.Name
}

// code is in words, as long as the settings have it.
func (e earlierCalls) code(code string) ivr.Texts {
	for _, c := range e.d.config.Desk.Codes {
		if c.Code == code {
			return ivr.Texts{"pl": c.PL, "en": c.EN}
		}
	}
	if code == "" {
		return nil
	}
	return ivr.Texts{kb.DefaultLang: code}
}

// drafts keep notes in the store: the code stands before the first line end.
type drafts struct{ d *daemon }

func (s drafts) Draft(ctx context.Context, login, task string) (console.Draft, error) {
	text, err := s.d.store.Draft(ctx, login, task)
	code, note, _ := strings.Cut(text, "\n")
	return console.Draft{Code: code, Note: note}, err
}

func (s drafts) SaveDraft(ctx context.Context, login, task string, d console.Draft) error {
	return s.d.store.SaveDraft(ctx, login, task, d.Code+"\n"+d.Note)
}

// officeCases asks the look-up that callers are asked by as well.
type officeCases struct{ d *daemon }

// errNoCases says that the settings or the flows name no look-up for cases.
var errNoCases = errors.New("no look-up for cases: set desk.case_lookup to one of lookups.yaml that a flow asks")

func (o officeCases) Case(ctx context.Context, number, _ string) (console.CaseStatus, bool, error) {
	p := o.d.publisher.Current()
	l := p.Lookups[o.d.config.Desk.CaseLookup]
	input, _ := caseQuestion(p, o.d.config.Desk.CaseLookup)
	if l == nil || input == "" {
		return console.CaseStatus{}, false, errNoCases
	}
	result, values := l.Judge(o.d.lookups.Ask(ctx, l.Lookup, ivr.StartLookup{
		ID: "desk", Name: l.Name, Timeout: l.Timeout, Input: map[string]string{input: number},
	}))
	switch result {
	case "found":
		var text []string
		for _, v := range values {
			text = append(text, v.String())
		}
		return console.CaseStatus{Number: number, Text: strings.Join(text, ", ")}, true, nil
	case "not_found":
		return console.CaseStatus{}, false, nil
	}
	return console.CaseStatus{}, false, fmt.Errorf("the look-up %s does not answer", l.Name)
}

// caseQuestion finds where the flows ask for a case: the input of the look-up that
// takes its number, and the variable a caller keys it into.
func caseQuestion(p *flow.Program, lookup string) (input, variable string) {
	for _, n := range p.Nodes {
		ask, ok := n.Kind.(*flow.Ask)
		if !ok || ask.Ref != lookup || len(ask.Input) != 1 {
			continue
		}
		for in, v := range ask.Input {
			return in, v
		}
	}
	return "", ""
}

func choices(list []config.Choice) []console.Choice {
	out := make([]console.Choice, len(list))
	for i, c := range list {
		out[i] = console.Choice{Code: c.Code, Text: ivr.Texts{"pl": c.PL, "en": c.EN}}
	}
	return out
}
