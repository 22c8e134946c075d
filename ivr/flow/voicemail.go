package flow

import (
	"time"

	"infolinia/ivr"
)

const (
	phaseReport = "report" // a number is being issued
	phaseGreet  = "greet"
	phaseRecord = "record"
	phaseReview = "review"
	phaseGone   = "gone" // the caller hung up while recording
	phaseLost   = "lost" // the same, and nobody saw him go
)

// silenceEnds is how much silence ends a recording.
const silenceEnds = 5 * time.Second

func (v *Voicemail) enter(t *turn) {
	t.c.Buffer = nil
	if v.Report && t.c.Reports[t.c.Node] == "" {
		t.phase(phaseReport)
		v.askReport(t)
		return
	}
	v.greet(t)
}

// askReport asks for the number of this call's report at this node: asking
// again gives the same one.
func (v *Voicemail) askReport(t *turn) {
	t.c.Await = t.c.ID + "." + t.c.Node
	t.do(ivr.IssueReport{ID: t.c.Await})
	t.arm(timerDeadline, serviceDeadline)
}

func (v *Voicemail) greet(t *turn) {
	t.phase(phaseGreet)
	m := t.manners()
	t.say(ivr.Segment{Lines: lines(v.Prompt), BargeIn: m.BargeIn, Flush: m.Flush}, announce(), beep())
}

// announce says that what follows is recorded: nobody skips it.
func announce() ivr.Segment { return ivr.Segment{Lines: []ivr.Line{phrase("record_announce")}} }

func beep() ivr.Segment { return ivr.Segment{Lines: []ivr.Line{{Beep: true}}} }

func (v *Voicemail) on(t *turn, in signal) {
	switch t.c.Visit.Phase {
	case phaseReport:
		v.reportIssued(t, in)
	case phaseGreet:
		v.greeted(t, in)
	case phaseRecord, phaseGone, phaseLost:
		v.recording(t, in)
	case phaseReview:
		q, _ := v.question(t)
		t.hear(q, in)
	}
}

func (v *Voicemail) reportIssued(t *turn, in signal) {
	switch in := in.(type) {
	case ivr.ReportIssued:
		t.disarm(timerDeadline)
		if in.Failed {
			t.exit(v.Cases, "failed")
			return
		}
		if t.c.Reports == nil {
			t.c.Reports = map[string]string{}
		}
		t.c.Reports[t.c.Node] = in.Number
		v.greet(t)
	case elapsed:
		t.c.Await = ""
		t.exit(v.Cases, "failed")
	}
}

func (v *Voicemail) greeted(t *turn, in signal) {
	switch in.(type) {
	case keys: // knows the prompt: on to the tone
		t.c.Buffer = nil
		t.say(announce(), beep())
	case said:
		v.record(t)
	}
}

func (v *Voicemail) record(t *turn) {
	t.c.Buffer = nil
	t.inMachine(false)
	t.phase(phaseRecord)
	id := t.id("rec")
	t.c.Await, t.c.Visit.Recording, t.c.Visit.Talk = id, id, 0
	t.note(ivr.Note{Event: "record", Node: t.c.Node, Box: v.Box, Recording: id})
	t.do(ivr.Record{ID: id, Box: v.Box, Max: v.Max, Silence: silenceEnds})
	t.arm(timerDeadline, v.Max+recordGrace)
}

func (v *Voicemail) recording(t *turn, in signal) {
	switch in := in.(type) {
	case keys:
		for _, k := range t.c.Buffer {
			if k.Digit == "#" {
				t.do(ivr.StopRecord{ID: t.c.Visit.Recording})
			}
		}
		t.c.Buffer = nil
	case ivr.RecordEnded:
		v.recorded(t, in)
	case elapsed:
		v.recorded(t, ivr.RecordEnded{Failed: true})
	}
}

func (v *Voicemail) recorded(t *turn, in ivr.RecordEnded) {
	gone := t.inPhase(phaseGone) || t.inPhase(phaseLost)
	if t.inPhase(phaseLost) {
		t.reason = reasonLost
	}
	t.c.Await = ""
	t.disarm(timerDeadline)
	t.note(ivr.Note{Event: "hush", Node: t.c.Node, Box: v.Box})
	t.c.Visit.Talk = in.Talk
	switch {
	case in.Failed && !gone:
		t.exit(v.Cases, "failed")
	case in.Talk <= 0 && !in.Failed:
		v.discard(t)
		t.exit(v.Cases, "empty")
	case gone:
		v.keep(t)
	default:
		t.inMachine(true)
		t.phase(phaseReview)
		t.askAgain()
	}
	if gone {
		t.end("caller")
	}
}

// question lets the caller hear the message and decide.
func (v *Voicemail) question(t *turn) (question, bool) {
	if !t.inPhase(phaseReview) {
		return question{}, false
	}
	keep := func() { v.keep(t); t.goTo(v.Next) }
	return question{
		lines: []ivr.Line{{Recording: t.c.Visit.Recording}, phrase("record_review")},
		choices: []choice{
			{"1", keep},
			{"2", func() { v.discard(t); t.phase(phaseGreet); t.say(beep()) }},
			{"3", func() { v.discard(t); t.exit(v.Cases, "empty") }},
		},
		silence: keep,
	}, true
}

func (v *Voicemail) discard(t *turn) {
	t.note(ivr.Note{Event: "discarded", Node: t.c.Node, Box: v.Box, Recording: t.c.Visit.Recording})
	t.do(ivr.DiscardMessage{ID: t.c.Visit.Recording})
	t.c.Visit.Recording = ""
}

func (v *Voicemail) keep(t *turn) {
	visit := &t.c.Visit
	report := ""
	if v.Report {
		report = t.c.Reports[t.c.Node]
		t.set("report_number", ivr.Text(report))
	}
	t.set("report_seconds", ivr.Int(int64((visit.Talk+time.Second/2)/time.Second)))
	t.note(ivr.Note{Event: "kept", Node: t.c.Node, Box: v.Box, Recording: visit.Recording})
	t.do(ivr.KeepMessage{ID: visit.Recording, Box: v.Box, Node: t.c.Node, Report: report, Talk: visit.Talk})
	t.setOutcome(ivr.OutcomeMessage)
	visit.Recording = ""
}

// hungUp saves what the caller has said. It tells whether the call goes on
// until the recording is closed.
func (v *Voicemail) hungUp(t *turn) bool {
	switch t.c.Visit.Phase {
	case phaseRecord:
		t.phase(phaseGone)
		if t.reason == reasonLost {
			t.phase(phaseLost)
		}
		t.do(ivr.StopRecord{ID: t.c.Visit.Recording})
		t.arm(timerDeadline, hangupGrace)
		return true
	case phaseGone, phaseLost: // taken up again by another process: its end may never be told
		t.arm(timerDeadline, hangupGrace)
		return true
	case phaseReview:
		v.keep(t)
	}
	return false
}
