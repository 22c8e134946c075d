package desk

import (
	"strings"
	"testing"
	"time"

	"infolinia/ivr"
)

// storyLine is one line of a story: words, then key=value.
type storyLine struct {
	words []string
	keys  map[string]string
}

func parseLine(fields []string) storyLine {
	l := storyLine{keys: map[string]string{}}
	for _, f := range fields {
		if key, v, found := strings.Cut(f, "="); found {
			l.keys[key] = v
		} else {
			l.words = append(l.words, f)
		}
	}
	return l
}

func (l storyLine) word(n int) string {
	if n < len(l.words) {
		return l.words[n]
	}
	return ""
}

// or is a key's value, or what it is when nothing is said.
func (l storyLine) or(key, other string) string {
	if v, said := l.keys[key]; said {
		return v
	}
	return other
}

func (l storyLine) list(key, other string) []string {
	if v := l.or(key, other); v != "" {
		return strings.Split(v, ",")
	}
	return nil
}

func (l storyLine) target() Target {
	return Target{Agent: l.keys["agent"], Queue: l.keys["queue"], Destination: l.keys["destination"]}
}

func (l storyLine) caller() ivr.Caller {
	if l.keys["from"] == "" {
		return ivr.Caller{}
	}
	return ivr.Caller{Known: true, HMAC: "k1:" + l.keys["from"]}
}

func duration(t *testing.T, s string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (l storyLine) input(t *testing.T) Input {
	t.Helper()
	who, task := l.word(1), ""
	if cut := strings.LastIndexByte(who, '-'); cut > 0 {
		task = who[:cut] // who is a leg
	}
	switch l.words[0] {
	case "enter":
		return Enter{ID: who, Call: "call-" + who, Slot: l.or("at", "a") + "/infolinia-1", Queue: l.or("queue", "info"), Lang: l.or("lang", "pl"), Caller: l.caller()}
	case "leave":
		return Leave{who, ivr.LeaveReason(l.word(2))}
	case "callback":
		return AskCallback{ID: who, Slot: "a/infolinia-1", Queue: l.or("queue", "info"), Lang: "pl", Number: l.or("number", "600100200"), Place: l.keys["place"], Caller: l.caller()}
	case "forget":
		return Forget{who}
	case "lost":
		return Lost{Slot: who, To: l.word(2)}
	case "up":
		return LegUp{task, who}
	case "ended":
		return LegEnded{task, who, LegCause(l.word(2))}
	case "login":
		return LogIn{
			Agent: who, Name: who, Session: l.or("session", "s1"), Endpoint: l.or("endpoint", "PJSIP/agent-"+who), System: l.or("at", "a"),
			Browser: l.word(2) != "desk", Paused: l.word(2) == "paused", Queues: l.list("queues", ""), Skills: l.list("skills", "pl"),
		}
	case "logout":
		return LogOut{who, l.or("session", "s1")}
	case "gone":
		return Gone{who, l.or("session", "s1")}
	case "rejoin":
		return Rejoin{who, l.or("session", "s1")}
	}
	return l.wish(t, who)
}

func (l storyLine) wish(t *testing.T, who string) Input {
	t.Helper()
	switch l.words[0] {
	case "pause":
		return Pause{who, l.word(2)}
	case "ready":
		return Ready{who}
	case "reject":
		return Reject{who}
	case "hold":
		return SetHold{who, l.word(2) == "on"}
	case "hangup":
		return HangUp{who}
	case "transfer":
		return TransferTo{who, l.target()}
	case "consult":
		return Consult{who, l.target()}
	case "swap":
		return Swap{who}
	case "complete":
		return Complete{who}
	case "cancel":
		return CancelConsult{who}
	case "conference":
		return Conference{who}
	case "finish":
		return Finish{who, l.word(2), l.word(3), ""}
	case "extend":
		return ExtendWrapUp{who, duration(t, l.word(2))}
	case "close":
		return CloseCallback{who, l.word(2), l.word(3)}
	}
	t.Fatalf("nobody knows what %q is", l.words)
	return nil
}
