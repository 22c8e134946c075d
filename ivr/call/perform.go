package call

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"infolinia/ivr"
)

// Limits of orders that are not Asterisk's.
const (
	reportTime  = 2 * time.Second
	messageTime = time.Minute
)

// perform carries out one effect. What it comes to returns through the mailbox.
func (a *actor) perform(ctx context.Context, e ivr.Effect) {
	id := a.call.ID
	var err error
	switch e := e.(type) {
	case ivr.Answer:
		err = a.line.phone.Answer(ctx, id)
	case ivr.Play:
		a.prepare(ctx, e)
	case ivr.StopPlay:
		delete(a.clips, e.ID)
		err = a.line.player.StopPlay(ctx, id, e.ID)
		a.discard(e.ID)
	case ivr.SetTimer:
		a.arm(e)
	case ivr.CancelTimer:
		a.cancel(e.ID)
	case ivr.StartLookup:
		a.lookup(ctx, e)
	case ivr.Record:
		err = a.line.recorder.Record(ctx, id, e.ID, e.Max, e.Silence)
	case ivr.StopRecord:
		err = a.line.recorder.StopRecord(ctx, id, e.ID)
	case ivr.KeepMessage:
		a.keepMessage(e)
	case ivr.DiscardMessage:
		err = a.line.recorder.DiscardRecording(ctx, e.ID)
	case ivr.IssueReport:
		a.issueReport(ctx, e)
	case ivr.Transfer:
		err = a.line.dialler.Transfer(ctx, id, e.ID, e.Number)
	case ivr.CancelTransfer:
		err = a.line.dialler.CancelTransfer(ctx, id, e.ID)
	case ivr.Enqueue, ivr.LeaveQueue, ivr.Callback:
		a.toDesk(e)
	case ivr.MusicOnHold:
		err = a.line.phone.MusicOnHold(ctx, id, e.On, e.Class)
	case ivr.Hangup:
		err = a.line.phone.Hangup(ctx, id)
	case ivr.Fallback:
		err = a.line.phone.Fallback(ctx, id)
	default:
		a.refuse(e)
	}
	if err != nil {
		log := a.log.Sample(&a.line.told.orders)
		log.Warn().Err(err).Str("node", a.call.Node).Type("order", e).Msg("order not carried out")
	}
}

// refuse answers what no service of this line stands behind.
func (a *actor) refuse(e ivr.Effect) {
	switch e := e.(type) {
	case ivr.Enqueue:
		a.mail.post(ivr.QueueChanged{ID: e.ID, State: ivr.QueueUnavailable})
	case ivr.Callback:
		a.mail.post(ivr.ServiceDone{ID: e.ID, Refused: true})
	case ivr.SendSMS:
		a.mail.post(ivr.ServiceDone{ID: e.ID, Refused: true})
	}
}

// prepare finds the clips of a Play beside the call, which stays open for keys.
func (a *actor) prepare(ctx context.Context, p ivr.Play) {
	a.clips[p.ID] = true
	call, inTrouble := a.call.ID, a.call.Internal > 0
	a.line.beside(func() {
		clips, err := a.line.clips(ctx, call, p, inTrouble)
		a.mail.post(prepared{p.ID, p.Secret, clips, err})
	})
}

// clips finds all clips of a Play. In a call that is already in trouble a clip
// that cannot be had is replaced by the apology.
func (l *Line) clips(ctx context.Context, call string, p ivr.Play, inTrouble bool) ([]Clip, error) {
	clips := make([]Clip, 0, len(p.Parts))
	for _, part := range p.Parts {
		switch {
		case part.Beep:
			clips = append(clips, l.voice.Beep())
			continue
		case part.Recording != "":
			clips = append(clips, Clip{Path: l.recorder.RecordingPath(part.Recording)})
			continue
		}
		clip, err := l.voice.Say(ctx, call, part, p.Speed)
		if err != nil {
			if !inTrouble {
				return nil, fmt.Errorf("prompt %s in %s: %w", part.Prompt, part.Lang, err)
			}
			clip = l.voice.Apology(part.Lang)
		}
		clips = append(clips, clip)
	}
	return clips, nil
}

// play orders a Play whose clips are there, unless it was stopped meanwhile.
func (a *actor) play(ctx context.Context, p prepared) {
	if p.secret {
		a.secret[p.id] = p.clips
	}
	if !a.clips[p.id] {
		a.discard(p.id)
		return
	}
	delete(a.clips, p.id)
	if p.err != nil {
		log := a.log.Sample(&a.line.told.prompts)
		log.Error().Err(p.err).Str("node", a.call.Node).Msg("prompts cannot be said")
		a.line.metrics.speechFailed.Inc()
		a.mail.post(ivr.PlayEnded{ID: p.id, Failed: true})
		return
	}
	if err := a.line.player.Play(ctx, a.call.ID, p.id, p.clips); err != nil {
		a.log.Warn().Err(err).Str("node", a.call.Node).Msg("prompt not played")
	}
}

// discard deletes what a Play said of a sensitive value. Clips that are the
// same for every call stay: the voice knows them apart.
func (a *actor) discard(id string) {
	for _, clip := range a.secret[id] {
		a.line.voice.Discard(clip)
	}
	delete(a.secret, id)
}

func (a *actor) arm(t ivr.SetTimer) {
	a.cancel(t.ID)
	a.timers[t.ID] = time.AfterFunc(t.After, func() { a.mail.post(ivr.TimerFired{ID: t.ID}) })
}

func (a *actor) cancel(id string) {
	if t, ok := a.timers[id]; ok {
		t.Stop()
		delete(a.timers, id)
	}
}

func (a *actor) lookup(ctx context.Context, order ivr.StartLookup) {
	l, ok := a.program.Lookups[order.Name]
	if !ok {
		a.mail.post(ivr.LookupEnded{ID: order.ID, Fail: "error"})
		return
	}
	a.line.beside(func() { a.mail.post(a.line.lookups.Ask(ctx, l.Lookup, order)) })
}

func (a *actor) issueReport(ctx context.Context, e ivr.IssueReport) {
	a.line.beside(func() {
		ctx, cancel := context.WithTimeout(ctx, reportTime)
		defer cancel()
		number, err := a.line.reports.IssueReport(ctx, e.ID)
		if err != nil {
			a.log.Error().Err(err).Msg("no report number")
		}
		a.mail.post(ivr.ReportIssued{ID: e.ID, Number: number, Failed: err != nil})
	})
}

// keepMessage stores a recording, also when the call has ended, and tries until
// it can.
func (a *actor) keepMessage(e ivr.KeepMessage) {
	m := Message{
		ID: e.ID, Box: e.Box, Node: e.Node, Call: a.call.ID, Report: e.Report, Lang: a.call.Lang,
		Caller: a.call.Caller, At: time.Now(), Talk: e.Talk,
	}
	line, log := a.line, a.log.With().Str("recording", e.ID).Logger()
	line.beside(func() {
		for pause := time.Second; ; pause = min(2*pause, messageTime) {
			ctx, cancel := context.WithTimeout(context.Background(), messageTime)
			err := line.messages.Keep(ctx, m, line.recorder.RecordingPath(e.ID)+".wav")
			cancel()
			if err == nil {
				return
			}
			log.Error().Err(err).Dur("again_in", pause).Msg("message not stored: the recording stays where it is")
			if errors.Is(err, fs.ErrNotExist) { // there is nothing to store
				return
			}
			select {
			case <-line.life.Done(): // the next process stores it
				return
			case <-time.After(pause):
			}
		}
	})
}

// events are the notes of a step, with what was said by the names of prompts.
func (a *actor) events(effects []ivr.Effect, now time.Time) []ivr.Event {
	var events []ivr.Event
	for _, e := range effects {
		switch e := e.(type) {
		case ivr.Note:
			events = append(events, ivr.Event{Seq: a.call.Seq, At: now, Note: e})
		case ivr.Play:
			events = append(events, ivr.Event{Seq: a.call.Seq, At: now, Note: said(e)})
		}
	}
	return events
}

func said(p ivr.Play) ivr.Note {
	var names []string
	for _, part := range p.Parts {
		if part.Prompt != "" {
			names = append(names, part.Prompt)
		}
	}
	n := ivr.Note{Event: "say", Node: p.Node, Prompt: strings.Join(names, " ")}
	if len(p.Parts) > 0 {
		n.Lang = p.Parts[0].Lang
	}
	return n
}
