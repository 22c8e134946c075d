package flowfile

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"infolinia/ivr/flow"
)

// standardManners are the defaults of a line that says nothing.
func standardManners() flow.Manners {
	return flow.Manners{
		BargeIn:           true,
		Timeout:           8 * time.Second,
		InterdigitTimeout: 4 * time.Second,
		TermTimeout:       time.Second,
		MaxNoInput:        2,
		MaxNoMatch:        2,
		MaxAttempts:       3,
	}
}

// readManners puts what is written over what holds already.
func readManners(m flow.Manners, n *node) flow.Manners {
	setBool(&m.BargeIn, n.get("barge_in"))
	switch n.get("type_ahead").str() {
	case "keep":
		m.Flush = false
	case "flush":
		m.Flush = true
	}
	setDuration(&m.Timeout, n.get("timeout"))
	setDuration(&m.InterdigitTimeout, n.get("interdigit_timeout"))
	setDuration(&m.TermTimeout, n.get("term_timeout"))
	setInt(&m.MaxNoInput, n.get("max_no_input"))
	setInt(&m.MaxNoMatch, n.get("max_no_match"))
	setInt(&m.MaxAttempts, n.get("max_attempts"))
	return m
}

func setBool(v *bool, n *node) {
	if n != nil && n.kind == boolean {
		*v = n.is("true") || n.is("True") || n.is("TRUE")
	}
}

func setDuration(v *time.Duration, n *node) {
	if d, err := parseDuration(n.str()); err == nil {
		*v = d
	}
}

func setInt(v *int, n *node) {
	if n == nil || n.kind != number {
		return
	}
	if i, err := strconv.Atoi(n.text); err == nil {
		*v = i
	}
}

// mannersOf are the line's manners with the node's over them.
func (b *builder) mannersOf() flow.Manners {
	m := readManners(b.lineManners, b.n)
	m.MaxExceeded = b.program.MaxExceeded
	if e := b.n.get("max_exceeded"); e != nil {
		if t, ok := b.resolve(e, b.flow); ok {
			m.MaxExceeded = t
		}
	}
	m.NoInput, m.NoMatch = b.errorEntries("no_input"), b.errorEntries("no_match")
	return m
}

func (b *builder) errorEntries(kind string) []flow.ErrorEntry {
	n := b.n.get(kind)
	if n == nil || n.kind != list {
		return nil
	}
	var out []flow.ErrorEntry
	for i, e := range n.entries {
		entry := flow.ErrorEntry{Reprompt: true}
		entry.Prompt = b.say(e.get("prompt"), fmt.Sprintf("%s.%d", kind, i+1))
		setDuration(&entry.Timeout, e.get("timeout"))
		setBool(&entry.Reprompt, e.get("reprompt"))
		if barge := e.get("barge_in"); barge != nil && barge.kind == boolean {
			entry.BargeIn = new(bool)
			setBool(entry.BargeIn, barge)
		}
		out = append(out, entry)
	}
	return out
}

// listens marks the node as one that waits for keys, with the way out that too
// many errors take.
func (b *builder) listens() {
	b.s.listens = true
	if b.manners.MaxExceeded == "" {
		b.s.opaque = true
		return
	}
	at := b.s.at
	if n := b.n.get("max_exceeded"); n != nil {
		at = n.at
	}
	b.s.exits = append(b.s.exits, exit{to: string(b.manners.MaxExceeded), at: at, own: true})
}

// links are the line's keys, which menu, answer and confirm have.
func (b *builder) links() {
	for _, link := range b.program.Links {
		if link.Goto != "" && !slices.Contains(b.s.keys, link.DTMF) {
			b.s.exits = append(b.s.exits, exit{to: string(link.Goto), at: b.s.at, own: true})
		}
		b.s.keys = append(b.s.keys, link.DTMF)
	}
}
