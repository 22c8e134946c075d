package main

import (
	"strings"
	"testing"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/flowfile"
	"infolinia/ivr/hours"
	"infolinia/ivr/store"
)

func TestANoticeIsSwitchedForNewCallersAtOnce(t *testing.T) {
	l := newStaffLine(t)
	l.withRedis()
	l.says("notice list", "city_alert  off  its file until 02.06.2026")
	l.says("notice on city_alert --until +3h", "city_alert is on until", "pl  Uwaga, awaria wodociągu.")
	if n := l.live().Notices["city_alert"]; !n.On(time.Now()) || n.On(time.Now().Add(4*time.Hour)) {
		t.Errorf("callers meet %+v", n)
	}
	l.says("notice list", "city_alert  on   switched by "+whoami())
	l.says("notice off city_alert", "city_alert is off: callers do not hear it")
	if l.live().Notices["city_alert"].On(time.Now()) {
		t.Error("callers still hear it")
	}
}

func TestASwitchThatSaysWhatTheFileSaysGoesAway(t *testing.T) {
	l := newStaffLine(t)
	l.withRedis()
	l.edit("callflows/notices.yaml", "active: true", "active: false")
	l.says("notice on city_alert", "city_alert is on; callers hear")
	l.says("notice off city_alert", "is off")
	l.says("close hotline", "hotline is closed at once")
	l.says("open hotline", "hotline goes by its own times")
	if list := l.switches(); len(list) > 0 {
		t.Errorf("in the way of the next edit: %+v", list)
	}
}

func TestHoursAreClosedAndOpenedAtOnce(t *testing.T) {
	l := newStaffLine(t)
	l.withRedis()
	l.says("close hotline --until 2099-01-01T12:00", "hotline is closed at once until 01.01.2099 12:00; callers take the emergency branch")
	if !l.live().Hours["hotline"].Emergency {
		t.Error("callers meet open hours")
	}
	l.says("open hotline", "hotline goes by its own times")
	if l.live().Hours["hotline"].Emergency {
		t.Error("callers meet closed hours")
	}
	l.says("open hotline --anyway --until +2h", "hotline is open until ", "whatever its own times say")
	if h := hours.State(l.live().Hours["hotline"], time.Now()); !h.Case.Open() {
		t.Errorf("callers meet %+v", h)
	}
	l.refuses("open hotline --anyway", "--until +2h")
}

func TestAMistypedSwitchChangesNothingAndNamesTheRightOne(t *testing.T) {
	l := newStaffLine(t)
	l.withRedis()
	l.refuses("notice on city_alrt", `no notice named "city_alrt"; did you mean city_alert?`)
	l.refuses("close hotlin", `no hours named "hotlin"; did you mean hotline?`)
	l.refuses("close hotline --until yesterday", "2026-12-01T12:00 or +3h")
	l.refuses("notice on city_alert --until 2020-01-01T10:00", "is past")
	if list := l.switches(); len(list) > 0 {
		t.Errorf("%+v", list)
	}
}

func TestASwitchCanBeTurnedWhileSomebodyBreaksAFile(t *testing.T) {
	l := newStaffLine(t)
	l.withRedis()
	l.write("callflows/hours.yaml", "hotline: [")
	l.says("notice on city_alert", "it is taken as it is", "notice city_alert: switched on")
	if list := l.switches(); len(list) != 1 || list[0].Name != "city_alert" || !list[0].On {
		t.Errorf("%+v", list)
	}
}

func TestWithoutRedisASwitchSaysHowToStartIt(t *testing.T) {
	l := newStaffLine(t)
	l.withRedis().Kill()
	l.refuses("notice on city_alert", "make run", "redis.url")
	l.refuses("calls", "make run", "redis.url")
}

func TestTheEndOfASwitchIsReadAsPeopleWriteIt(t *testing.T) {
	now := time.Date(2026, 11, 22, 5, 55, 0, 0, ivr.Warsaw())
	for s, want := range map[string]time.Time{
		"":                          {},
		"+3h":                       now.Add(3 * time.Hour),
		"+90m":                      now.Add(90 * time.Minute),
		"2026-12-01T12:00":          time.Date(2026, 12, 1, 12, 0, 0, 0, ivr.Warsaw()),
		"2026-12-01T12:00:00+02:00": time.Date(2026, 12, 1, 11, 0, 0, 0, ivr.Warsaw()),
	} {
		if got, err := parseUntil(s, now); err != nil || !got.Equal(want) {
			t.Errorf("%q: %s %v", s, got, err)
		}
	}
	for _, s := range []string{"3h", "+", "tomorrow", "+-3h", "2026-11-22T05:54", "2026-12-01"} {
		if got, err := parseUntil(s, now); err == nil || !strings.Contains(err.Error(), "--until") {
			t.Errorf("%q is taken as %s (%v)", s, got, err)
		}
	}
}

// switches are those in the store.
func (l staffLine) switches() []store.Override {
	l.t.Helper()
	s := l.store()
	list, _, err := s.Overrides(l.t.Context())
	if err != nil {
		l.t.Fatal(err)
	}
	return list
}

func (l staffLine) store() *store.Store {
	l.t.Helper()
	s, err := openStore(l.config())
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { s.Close() })
	return s
}

// live is the content a daemon has for callers now.
func (l staffLine) live() ivr.Content {
	l.t.Helper()
	bundle, _ := flowfile.Load(l.dir)
	return store.Overlay(bundle.Content, l.switches(), time.Now())
}
