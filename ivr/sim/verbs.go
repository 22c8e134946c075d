package sim

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// verbs are the words a script line can begin with.
var verbs = map[string]verb{
	"at": {usage: "at 2026-06-09T10:00:00+02:00", before: true, parse: one(func(s string) (act, error) {
		t, err := time.Parse(time.RFC3339, s)
		if err != nil {
			return nil, fmt.Errorf("%q is no time", s)
		}
		return func(x *Session) error { x.clock.now = t; return nil }, nil
	})},
	"from": {usage: "from +48600100200", before: true, parse: one(func(s string) (act, error) {
		if s != "anonymous" && strings.Trim(s, "+0123456789") != "" {
			return nil, fmt.Errorf("%q is neither a telephone number nor anonymous", s)
		}
		return func(x *Session) error { x.from = s; return nil }, nil
	})},
	"lang": {usage: "lang pl", before: true, parse: one(func(s string) (act, error) {
		return func(x *Session) error {
			if !slices.Contains(x.line.Program.Languages, s) {
				return fmt.Errorf("lang: the line does not speak %q, but %s", s, strings.Join(x.line.Program.Languages, ", "))
			}
			x.lang = s
			return nil
		}, nil
	})},
	"lookup": {usage: `lookup case_status after 2s {"found":true}`, parse: func(_ []string, rest string) (func(*Session, Loader) error, error) {
		name, a, err := ParseAnswer(rest)
		return func(x *Session, _ Loader) error {
			if _, ok := x.line.Program.Lookups[name]; !ok {
				return fmt.Errorf("lookup: the line has no look-up %q", name)
			}
			x.answers[name] = a
			return nil
		}, err
	}},
	"agents": {usage: "agents info 2 busy 90s", parse: func(args []string, _ string) (func(*Session, Loader) error, error) {
		queue, a, err := parseAgents(args)
		return func(x *Session, _ Loader) error {
			if _, ok := x.line.Content.Queues[queue]; !ok {
				return fmt.Errorf("agents: the line has no queue %q", queue)
			}
			x.setAgents(queue, a)
			return x.err
		}, err
	}},
	"ahead": {usage: "ahead info 3 40s", parse: func(args []string, _ string) (func(*Session, Loader) error, error) {
		queue, a, err := parseAhead(args)
		return func(x *Session, _ Loader) error {
			if _, ok := x.line.Content.Queues[queue]; !ok {
				return fmt.Errorf("ahead: the line has no queue %q", queue)
			}
			x.ahead[queue] = a
			return nil
		}, err
	}},
	"transfer": {usage: "transfer office busy", parse: func(args []string, _ string) (func(*Session, Loader) error, error) {
		to, p, err := parseTransfer(args)
		return func(x *Session, _ Loader) error {
			if _, ok := x.line.Program.Destinations[to]; !ok {
				return fmt.Errorf("transfer: the line has no destination %q", to)
			}
			x.transfers[to] = p
			return nil
		}, err
	}},
	"service": {usage: "service sms off", parse: func(args []string, _ string) (func(*Session, Loader) error, error) {
		if len(args) != 2 || (args[1] != "on" && args[1] != "off") {
			return nil, fmt.Errorf("a service and on or off are needed")
		}
		if !slices.Contains([]string{"sms", "callback", "report"}, args[0]) {
			return nil, fmt.Errorf("%q is not one of sms, callback, report", args[0])
		}
		return func(x *Session, _ Loader) error { x.services[args[0]] = args[1] == "on"; return nil }, nil
	}},
	"call": {usage: "call", parse: none((*Session).Call)},
	"wait": {usage: "wait 3.5s", needsCall: true, parse: lasting((*Session).Wait)},
	"press": {usage: "press 12#", needsCall: true, parse: one(func(s string) (act, error) {
		s = strings.ToUpper(s)
		if strings.Trim(s, "0123456789*#ABCD") != "" {
			return nil, fmt.Errorf("%q has something that is no key", s)
		}
		return func(x *Session) error { return x.Press(s) }, nil
	})},
	"speak":  {usage: "speak 12s", needsCall: true, parse: lasting((*Session).Speak)},
	"settle": {usage: "settle", needsCall: true, parse: none((*Session).Settle)},
	"crash":  {usage: "crash", needsCall: true, parse: none((*Session).Crash)},
	"hangup": {usage: "hangup", needsCall: true, parse: none((*Session).Hangup)},
	"publish": {usage: "publish DIR", parse: func(_ []string, dir string) (func(*Session, Loader) error, error) {
		if dir == "" {
			return nil, fmt.Errorf("a folder is needed")
		}
		return func(x *Session, load Loader) error {
			if line, ok := load(dir); ok {
				x.Publish(line)
			}
			return nil
		}, nil
	}},
}

type act = func(*Session) error

type parser = func(args []string, rest string) (func(*Session, Loader) error, error)

func verbNames() string { return strings.Join(slices.Sorted(maps.Keys(verbs)), ", ") }

func none(do act) parser {
	return func(args []string, _ string) (func(*Session, Loader) error, error) {
		if len(args) > 0 {
			return nil, fmt.Errorf("%q is too much", strings.Join(args, " "))
		}
		return func(s *Session, _ Loader) error { return do(s) }, nil
	}
}

func one(parse func(string) (act, error)) parser {
	return func(args []string, _ string) (func(*Session, Loader) error, error) {
		if len(args) != 1 {
			return nil, fmt.Errorf("one value is needed")
		}
		do, err := parse(args[0])
		return func(s *Session, _ Loader) error { return do(s) }, err
	}
}

func lasting(do func(*Session, time.Duration) error) parser {
	return one(func(s string) (act, error) {
		d, err := duration(s)
		return func(x *Session) error { return do(x, d) }, err
	})
}
