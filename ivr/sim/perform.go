package sim

import (
	"fmt"
	"strings"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/flow"
)

// Appointments are named "<kind>/<id of the effect>".
func ownedByProcess(id string) bool {
	return strings.HasPrefix(id, "timer/") || strings.HasPrefix(id, "lookup/")
}

func (s *Session) perform(e ivr.Effect) {
	switch e := e.(type) {
	case ivr.Note:
		s.emit(e)
	case ivr.Play:
		s.play(e)
	case ivr.StopPlay:
		s.cancel("play/" + e.ID)
		if s.playing == e.ID {
			s.playing = ""
		}
	case ivr.SetTimer:
		s.cancel("timer/" + e.ID)
		s.later(e.After, "timer/"+e.ID, ivr.TimerFired{ID: e.ID})
	case ivr.CancelTimer:
		s.cancel("timer/" + e.ID)
	case ivr.StartLookup:
		s.lookup(e)
	case ivr.Record:
		s.record(e)
	case ivr.StopRecord:
		s.stopRecord(e.ID)
	case ivr.IssueReport:
		s.report(e)
	case ivr.Enqueue:
		s.enqueue(e)
	case ivr.LeaveQueue:
		s.leave(e.ID)
	case ivr.Transfer:
		s.transfer(e)
	case ivr.CancelTransfer:
		s.cancel("transfer/" + e.ID)
	case ivr.Callback:
		s.callback(e)
	case ivr.SendSMS:
		s.deliver(ivr.ServiceDone{ID: e.ID, Refused: !s.services["sms"]})
	}
}

func (s *Session) later(after time.Duration, id string, in ivr.Input) {
	s.clock.in(after, id, func() { _ = s.input(in) })
}

func (s *Session) cancel(id string) { s.clock.cancel(func(i string) bool { return i == id }) }

// run is what is said in one language in one go.
type run struct {
	lang  string
	texts []string
	ends  []time.Duration // of each text, from the start
}

// play says each run as it starts and marks the end of each part.
func (s *Session) play(p ivr.Play) {
	s.playing = p.ID
	id := "play/" + p.ID
	var at time.Duration // from now
	for i := 0; i < len(p.Parts); {
		if p.Parts[i].Text == "" {
			at += s.lengths[p.Parts[i].Recording]
			s.mark(p, i, at)
			i++
			continue
		}
		r, first := run{lang: p.Parts[i].Lang}, i
		for ; i < len(p.Parts) && p.Parts[i].Text != "" && p.Parts[i].Lang == r.lang; i++ {
			s.extend(&r, p.Parts[i])
		}
		start, length := at, r.ends[len(r.ends)-1]
		s.at(start, id, func() { s.sayEvent(p, r, length) })
		for n, end := range r.ends {
			s.mark(p, first+n, start+min(end, length))
		}
		at = start + length
	}
	s.later(at, id, ivr.PlayEnded{ID: p.ID})
}

func (s *Session) mark(p ivr.Play, part int, at time.Duration) {
	if part < len(p.Parts)-1 {
		s.later(at, "play/"+p.ID, ivr.PlayMark{ID: p.ID, Part: part})
	}
}

// at does something now or later.
func (s *Session) at(after time.Duration, id string, do func()) {
	if after == 0 {
		do()
		return
	}
	s.clock.in(after, id, do)
}

// extend adds a part to a run. Its length is estimated over the whole text, so
// that it does not depend on how the text is cut into parts.
func (s *Session) extend(r *run, p ivr.Part) {
	r.texts = append(r.texts, p.Text)
	if s.Length == nil {
		r.ends = append(r.ends, flow.Estimate(strings.Join(r.texts, " ")))
		return
	}
	before := time.Duration(0)
	if n := len(r.ends); n > 0 {
		before = r.ends[n-1]
	}
	r.ends = append(r.ends, before+s.Length(p))
}

func (s *Session) lookup(l ivr.StartLookup) {
	a, ok := s.answers[l.Name]
	if !ok && s.AskLookup != nil {
		if a, ok = s.AskLookup(l.Name, l.Input); ok {
			s.answers[l.Name] = a
		}
	}
	if !ok {
		s.err = fmt.Errorf("the flow asks the look-up %q: give its answer with a line `lookup %s {…}`", l.Name, l.Name)
		return
	}
	after, in := a.result(l)
	if after == 0 {
		s.deliver(in)
		return
	}
	s.later(after, "lookup/"+l.ID, in)
}

// report gives numbers that look real; the store's are unique.
func (s *Session) report(e ivr.IssueReport) {
	if !s.services["report"] {
		s.deliver(ivr.ReportIssued{ID: e.ID, Failed: true})
		return
	}
	s.deliver(ivr.ReportIssued{ID: e.ID, Number: "204178"})
}

func (s *Session) record(r ivr.Record) {
	s.recording, s.recordAt, s.spoke = r.ID, s.clock.now, 0
	s.clock.in(r.Max, "record/"+r.ID, func() { s.stopRecord(r.ID); _ = s.drain() })
	s.hearTalk()
}

// hearTalk moves the end of a recording to the silence after the last words.
func (s *Session) hearTalk() {
	if s.recording == "" {
		return
	}
	words := s.talkUntil
	if words.After(s.clock.now) {
		s.spoke = words.Sub(s.recordAt)
	}
	id := "silence/" + s.recording
	recording := s.recording
	s.cancel(id)
	quiet := max(words.Sub(s.clock.now), 0) + silenceEnds
	s.clock.in(quiet, id, func() { s.stopRecord(recording); _ = s.drain() })
}

const silenceEnds = 5 * time.Second

func (s *Session) stopRecord(id string) {
	if s.recording != id {
		return
	}
	s.cancel("record/" + id)
	s.cancel("silence/" + id)
	s.recording = ""
	length := s.clock.now.Sub(s.recordAt)
	talk := min(s.spoke, length)
	s.lengths[id] = talk
	s.deliver(ivr.RecordEnded{ID: id, Talk: talk})
}
