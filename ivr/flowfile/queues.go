package flowfile

import (
	"maps"
	"slices"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/flow"
)

// standardQueue is a queue that says nothing.
func standardQueue(name string) ivr.Queue {
	return ivr.Queue{
		Name: name, Strategy: ivr.LongestIdle, MaxWaiting: 30, MaxWait: 20 * time.Minute,
		RingTimeout: 20 * time.Second, MaxMissed: 2, WrapUp: 30 * time.Second, AnnounceEvery: 45 * time.Second,
		WhenClosing: ivr.CloseDrain, MaxBreakWait: 5 * time.Minute, CallbackTries: 3, CallbackDelay: 10 * time.Minute,
	}
}

func (l *loader) queue(n *node) ivr.Queue {
	q := standardQueue(n.key.text)
	q.Title = textsOf(n.get("title"))
	l.checkTexts(n.get("title"), false)
	q.Hours, q.Comfort, q.Music = n.get("hours").str(), n.get("comfort").str(), n.get("music").str()
	if s := n.get("strategy").str(); s != "" {
		q.Strategy = ivr.Strategy(s)
	}
	if s := n.get("when_closing").str(); s != "" {
		q.WhenClosing = ivr.WhenClosing(s)
	}
	setInt(&q.Priority, n.get("priority"))
	setInt(&q.MaxWaiting, n.get("max_waiting"))
	setInt(&q.MaxMissed, n.get("max_missed"))
	setInt(&q.CallbackTries, n.get("callback_tries"))
	setDuration(&q.MaxWait, n.get("max_wait"))
	setDuration(&q.RingTimeout, n.get("ring_timeout"))
	setDuration(&q.WrapUp, n.get("wrap_up"))
	setDuration(&q.AnnounceEvery, n.get("announce_every"))
	setDuration(&q.MaxBreakWait, n.get("max_break_wait"))
	setDuration(&q.CallbackAfter, n.get("callback_after"))
	setDuration(&q.CallbackDelay, n.get("callback_delay"))
	q.Skills, q.Announce = l.skills(n.get("skills"), q.MaxWait), l.announce(n.get("announce"))
	l.checkQueue(n, q)
	return q
}

func (l *loader) announce(n *node) []string {
	var out []string
	for _, e := range n.items() {
		if slices.Contains(out, e.str()) {
			l.errorf(e.at, "announce: %q stands twice; remove one", e.str())
		}
		out = append(out, e.str())
	}
	return out
}

// skills are those a queue asks for, with the wait that ends it.
func (l *loader) skills(n *node, maxWait time.Duration) map[string]time.Duration {
	if n == nil {
		return nil
	}
	out := map[string]time.Duration{}
	for _, e := range n.items() {
		after, err := parseRelax(e.str())
		if err != nil {
			continue
		}
		out[e.key.text] = after
		if name := e.key.text; name != ivr.LanguageSkill && nearest(name, []string{ivr.LanguageSkill}) != "" {
			l.warnf(e.key.at, "skills: %q is a skill like any other; did you mean %q, the caller's language?", name, ivr.LanguageSkill)
		}
		if after >= maxWait {
			l.warnf(e.at, "skills: %s is asked for to the end, for %s is not before max_wait %s; make it shorter, or write never", e.key.text, e.text, maxWait)
		}
	}
	return out
}

// checkQueue looks for values that cannot be meant together.
func (l *loader) checkQueue(n *node, q ivr.Queue) {
	if h := n.get("hours"); h.str() != "" && nameText.parse(h.text) == nil && !l.broken(callflows+"/"+hoursFile) {
		l.exists(h, "hours", hoursFile, slices.Collect(maps.Keys(l.content.Hours)))
	}
	switch ring, wait := n.get("ring_timeout"), n.get("max_wait"); {
	case q.RingTimeout <= q.MaxWait:
	case ring != nil:
		l.errorf(ring.at, "ring_timeout: %q is over max_wait %s, so a telephone would ring longer than anybody waits; write %s or less", ring.str(), q.MaxWait, q.MaxWait)
	default:
		l.errorf(wait.at, "max_wait: %q is under ring_timeout, %s unless written, so a telephone would ring longer than anybody waits; write more, or a shorter ring_timeout", wait.str(), q.RingTimeout)
	}
	if q.CallbackAfter > 0 && q.CallbackAfter >= q.MaxWait {
		l.warnf(n.get("callback_after").at, "a call back is never offered, for callback_after %s is not before max_wait %s; make it shorter", q.CallbackAfter, q.MaxWait)
	}
	if every := n.get("announce_every"); every != nil && q.AnnounceEvery < leastEvery {
		l.warnf(every.at, "announce_every: with %q callers hear hardly anything but announcements; write %s or more", every.str(), leastEvery)
	}
	if closing := n.get("when_closing"); closing != nil && q.WhenClosing != ivr.CloseDrain && q.Hours == "" {
		l.warnf(closing.at, "when_closing: %q never happens, for the queue has no hours; write hours: NAME, or remove it", closing.str())
	}
	l.checkComfort(n.get("comfort"))
}

// leastEvery is the shortest time between announcements that leaves some music.
const leastEvery = 15 * time.Second

// checkComfort holds a queue's own comforting sentence against the prompts of
// line.yaml. Queues are current and prompts belong to a version, so it is the
// text itself that is looked at.
func (l *loader) checkComfort(n *node) {
	if n == nil || nameText.parse(n.str()) != nil || l.broken(callflows+"/"+lineFile) || l.noLine() {
		return
	}
	prompts := l.tree(lineFile).get("prompts")
	if prompts.get(n.text) == nil {
		var known []string
		for _, e := range prompts.items() {
			known = append(known, e.key.text)
		}
		l.errorf(n.at, "comfort: there is no prompt %q in the prompts of line.yaml%s; write it there, such as prompts: {%s: {pl: …}}", n.text, hint(n.text, known), n.text)
		return
	}
	for _, e := range prompts.get(n.text).items() {
		if _, err := flow.ParseText(e.str(), nil); err != nil {
			l.errorf(n.at, "comfort: the prompt %q cannot be said in a queue (%v); name one that reads no variables", n.text, err)
			return
		}
	}
}
