package main

import (
	"context"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/call"
	"infolinia/ivr/pbx"
)

// onPhone lets live calls order Asterisk. The phone is made after the line, so
// it is looked up with each order.
type onPhone struct{ d *daemon }

func (o onPhone) Answer(ctx context.Context, id string) error   { return o.d.phone.Answer(ctx, id) }
func (o onPhone) Hangup(ctx context.Context, id string) error   { return o.d.phone.Hangup(ctx, id) }
func (o onPhone) Fallback(ctx context.Context, id string) error { return o.d.phone.Fallback(ctx, id) }
func (o onPhone) MusicOnHold(ctx context.Context, id string, on bool) error {
	return o.d.phone.MusicOnHold(ctx, id, on)
}

func (o onPhone) Play(ctx context.Context, callID, id string, clips []call.Clip) error {
	files := make([]pbx.File, len(clips))
	for i, c := range clips {
		files[i] = pbx.File{Path: c.Path, Duration: c.Length}
	}
	return o.d.phone.PlayFiles(ctx, callID, id, files)
}

func (o onPhone) StopPlay(ctx context.Context, callID, id string) error {
	return o.d.phone.StopPlay(ctx, callID, id)
}

func (o onPhone) Record(ctx context.Context, callID, id string, most, silence time.Duration) error {
	return o.d.phone.Record(ctx, callID, id, most, silence)
}

func (o onPhone) StopRecord(ctx context.Context, callID, id string) error {
	return o.d.phone.StopRecord(ctx, callID, id)
}

func (o onPhone) DiscardRecording(ctx context.Context, id string) error {
	return o.d.phone.DiscardRecording(ctx, id)
}

func (o onPhone) RecordingPath(id string) string { return o.d.phone.RecordingPath(id) }

func (o onPhone) Transfer(ctx context.Context, callID, id, number string) error {
	return o.d.phone.Transfer(ctx, callID, id, number)
}

func (o onPhone) CancelTransfer(ctx context.Context, callID, id string) error {
	return o.d.phone.CancelTransfer(ctx, callID, id)
}

func (o onPhone) Truth(ctx context.Context, callID string, open []string) (bool, []string, []ivr.Input, error) {
	asked := make([]pbx.Open, len(open))
	for i, id := range open {
		asked[i] = pbx.Open{ID: id}
	}
	t, err := o.d.phone.Truth(ctx, callID, asked)
	return t.Alive, t.Gone, t.Ended, err
}

// handler brings what happens in Asterisk to the calls.
type handler struct{ d *daemon }

func (h handler) Arrived(ch pbx.Channel)        { h.d.line.Arrived(ch.CallID, ch.Number, ch.Found) }
func (h handler) Input(id string, in ivr.Input) { h.d.line.Input(id, in) }
func (h handler) Connected(live []string, away time.Duration) {
	h.d.log.Info().Int("calls", len(live)).Dur("away", away).Msg("asterisk is connected")
	h.d.line.Connected(live, away)
}
func (h handler) Lost() { h.d.log.Warn().Msg("the connection to asterisk is lost") }
func (h handler) Replaced() {
	h.d.log.Error().Msg("another process serves this slot: it has the calls now")
	h.d.line.Drop()
}
