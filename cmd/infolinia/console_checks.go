package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/console"
)

// silentFor is how long Asterisk may say nothing: its heartbeat comes every few
// seconds, and a broken connection is found within nine.
const silentFor = 10 * time.Second

// checks are what readiness looks at, beside the files and articles.
func (d *daemon) checks() []console.Check {
	return []console.Check{
		{Name: "asterisk", Run: d.checkTelephone},
		{Name: "redis", Run: d.checkStore},
		{Name: "saves", Run: d.checkDoubt},
		{Name: "admission", Run: d.checkAdmission},
		{Name: "speech", Run: d.checkSpeech},
		{Name: "messages", Run: d.checkMessages},
		{Name: "certificate", Run: d.checkCertificate},
		{Name: "services", Run: checkServices},
		{Name: "records", Run: d.recorder.check},
	}
}

func (d *daemon) checkTelephone(ctx context.Context) []console.Problem {
	if d.drained.Load() {
		return []console.Problem{{
			Severity: console.Idle,
			What:     console.Text{EN: "drained: another instance has the calls", PL: "Rozmowy przejęła druga instancja; ta nie przyjmuje nowych"},
			Remedy:   console.Text{EN: "restart this instance when it is to serve again", PL: "Żeby znów przyjmowała rozmowy, proszę ją uruchomić ponownie."},
		}}
	}
	held := slices.DeleteFunc(d.tenancies(), func(t *tenancy) bool { return t.held() == nil })
	if len(held) > 0 && !slices.ContainsFunc(held, func(t *tenancy) bool { return t.phone.Silence() <= silentFor }) {
		return d.withoutAsterisk()
	}
	missing, err := d.probe.Check(ctx)
	if len(held) == 0 && err != nil {
		return d.withoutAsterisk()
	}
	if len(held) == 0 {
		return []console.Problem{{
			Severity: console.Fatal,
			What:     console.Text{EN: "no call is taken yet: this instance does not hold its slot", PL: "Ta instancja nie przyjmuje jeszcze rozmów"},
			Remedy: console.Text{EN: "start Redis, or see redis.url and the daemon's log; another instance that has the calls gives them back by itself",
				PL: "Proszę uruchomić Redis albo sprawdzić redis.url i dziennik usługi; druga instancja odda rozmowy sama."},
		}}
	}
	if err != nil {
		return []console.Problem{{
			Severity: console.Warning,
			What:     console.Text{EN: "asterisk does not tell its version: " + err.Error(), PL: "Centrala nie podaje swojej wersji: " + err.Error()},
			Remedy:   console.Text{EN: "see Asterisk's log and the setting ari.url", PL: "Proszę zajrzeć do dziennika centrali i sprawdzić ustawienie ari.url."},
		}}
	}
	var found []console.Problem
	for _, m := range missing {
		found = append(found, console.Problem{
			Severity: console.Fatal,
			What:     console.Text{EN: m.What, PL: "Centrali czegoś brakuje: " + m.What},
			Remedy:   console.Text{EN: m.Remedy, PL: m.Remedy},
		})
	}
	return found
}

func (d *daemon) withoutAsterisk() []console.Problem {
	return []console.Problem{{
		Severity: console.Fatal,
		What:     console.Text{EN: "asterisk at " + d.config.ARI.URL + " is not connected", PL: "Centrala (Asterisk) nie odpowiada"},
		Remedy: console.Text{EN: "start Asterisk, or see its log; the daemon connects by itself",
			PL: "Proszę uruchomić centralę albo zajrzeć do jej dziennika. Linia połączy się z nią sama."},
	}}
}

// checkStore: without Redis calls go on from memory, so it is no reason to send
// callers elsewhere. One that answers and takes no writes is as good as none.
func (d *daemon) checkStore(ctx context.Context) []console.Problem {
	_, err := d.store.Look(ctx, d.slotName(d.config.Home()))
	if err == nil {
		return nil
	}
	return []console.Problem{{
		Severity: console.Warning,
		What: console.Text{EN: "redis takes no writes, calls are kept in memory only: " + err.Error(),
			PL: "Redis nie zapisuje; rozmowy są tylko w pamięci i nie przetrwają ponownego uruchomienia"},
		Remedy: console.Text{EN: "start Redis, see its memory and disk, or redis.url; what is in memory is written when it is back",
			PL: "Proszę uruchomić Redis, sprawdzić jego pamięć i dysk albo ustawienie redis.url. Stan rozmów zapisze się potem sam."},
	}}
}

// doubtShown is how long readiness speaks of a store that had lost data.
const doubtShown = 15 * time.Minute

func (d *daemon) checkDoubt(context.Context) []console.Problem {
	at := time.Unix(d.doubted.Load(), 0)
	if time.Since(at) > doubtShown {
		return nil
	}
	clock := at.In(ivr.Warsaw()).Format(time.TimeOnly)
	return []console.Problem{{
		Severity: console.Warning,
		What: console.Text{EN: "redis was restarted, failed over or emptied at " + clock + "; all calls were saved again",
			PL: "O " + clock + " Redis został uruchomiony ponownie, przełączony albo opróżniony; stan rozmów zapisał się na nowo"},
		Remedy: console.Text{EN: "no call is concerned; see the log of Redis for the reason",
			PL: "Rozmowy trwają. Przyczyna jest w dzienniku Redisa."},
	}}
}

func (d *daemon) checkMessages(context.Context) []console.Problem {
	why := d.late.reason()
	if why == "" {
		return nil
	}
	return []console.Problem{{
		Severity: console.Warning,
		What: console.Text{EN: "recordings callers left are not stored yet: " + why,
			PL: "Nagrania od dzwoniących nie są jeszcze zapisane: " + why},
		Remedy: console.Text{EN: "make room on the disk and see the folder's rights; they are tried again each minute and are not lost",
			PL: "Proszę zwolnić miejsce na dysku i sprawdzić uprawnienia do folderu. Próba jest ponawiana co minutę, nagrania nie przepadły."},
	}}
}

func (d *daemon) checkSpeech(context.Context) []console.Problem {
	missing := d.speaker.Missing()
	var found []console.Problem
	for _, lang := range slices.Sorted(maps.Keys(missing)) {
		found = append(found, console.Problem{
			Severity: console.Warning,
			What: console.Text{EN: fmt.Sprintf("no voice for %s: %v; espeak-ng speaks instead", lang, missing[lang]),
				PL: fmt.Sprintf("Brak głosu dla języka %s; czyta głos zastępczy", lang)},
			Remedy: console.Text{EN: fmt.Sprintf("install the voice (asterisk/provide packages) or set speech.voices.%s", lang),
				PL: fmt.Sprintf("Proszę zainstalować głos (asterisk/provide packages) albo zmienić ustawienie speech.voices.%s.", lang)},
		})
	}
	return found
}

// checkServices names the nodes whose service does not exist here.
func checkServices(context.Context) []console.Problem {
	var without []string
	for _, s := range []struct {
		node string
		has  bool
	}{{"queue", services.Queue}, {"callback", services.Callback}, {"sms", services.SMS}} {
		if !s.has {
			without = append(without, s.node)
		}
	}
	if len(without) == 0 {
		return nil
	}
	nodes := strings.Join(without, ", ")
	return []console.Problem{{
		Severity: console.Note,
		What: console.Text{EN: nodes + ": no service behind them yet, flows take their unavailable or refused branch",
			PL: "Węzły " + nodes + " nie mają jeszcze swojej usługi: rozmowa idzie gałęzią unavailable albo refused"},
	}}
}
