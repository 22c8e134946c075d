package main

import (
	"context"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/call"
	"infolinia/ivr/config"
	"infolinia/ivr/pbx"
	"infolinia/ivr/store"
)

// wayOut makes a number dialable: the dialplan's only way out.
const wayOut = "Local/%s@office/n"

// newPhone makes the telephone of a slot.
func (d *daemon) newPhone(t *tenancy, take func(context.Context) error) *pbx.Phone {
	cfg := phoneConfig(d.config, t.app)
	cfg.Endpoint, cfg.Legs, cfg.ClaimsLeg = wayOut, t.legChanged, t.claimsLeg
	cfg.Busy, cfg.Log = d.config.Admission.Over == config.OverBusy, d.log
	cfg.Take, cfg.Ours = take, t.ours
	return pbx.New(cfg, handler{t})
}

// phoneConfig says how an application of Asterisk is reached.
func phoneConfig(c *config.Config, app string) pbx.Config {
	return pbx.Config{
		URL: c.ARI.URL, User: c.ARI.User, Password: string(c.ARI.Password), App: app,
		RecordingDir: recordingDir(c),
	}
}

// newLine makes the line of a slot that is ours.
func (d *daemon) newLine(t *tenancy, slot *store.Slot) *call.Line {
	phone := onPhone{t}
	return call.New(call.Needs{
		Phone: phone, Player: phone, Recorder: phone, Dialler: phone, Witness: phone,
		Voice: voice{d.speaker, d.log}, Keeper: slot, Reports: d.store, Lookups: d.lookups, Desk: waitingRoom{t},
		Messages: keeper{d}, Versions: d.publisher, Caller: pseudonym(d.config.HMAC),
		Gate: d.gate, Metrics: d.counts, Log: t.log,
	})
}

// onPhone lets live calls of a slot order Asterisk.
type onPhone struct{ t *tenancy }

func (o onPhone) Answer(ctx context.Context, id string) error   { return o.t.phone.Answer(ctx, id) }
func (o onPhone) Hangup(ctx context.Context, id string) error   { return o.t.phone.Hangup(ctx, id) }
func (o onPhone) Fallback(ctx context.Context, id string) error { return o.t.phone.Fallback(ctx, id) }
func (o onPhone) MusicOnHold(ctx context.Context, id string, on bool, class string) error {
	return o.t.phone.MusicOnHold(ctx, id, on, class)
}

func (o onPhone) Play(ctx context.Context, callID, id string, clips []call.Clip) error {
	files := make([]pbx.File, len(clips))
	for i, c := range clips {
		files[i] = pbx.File{Path: c.Path, Duration: c.Length}
	}
	return o.t.phone.PlayFiles(ctx, callID, id, files)
}

func (o onPhone) StopPlay(ctx context.Context, callID, id string) error {
	return o.t.phone.StopPlay(ctx, callID, id)
}

func (o onPhone) Record(ctx context.Context, callID, id string, most, silence time.Duration) error {
	return o.t.phone.Record(ctx, callID, id, most, silence)
}

func (o onPhone) StopRecord(ctx context.Context, callID, id string) error {
	return o.t.phone.StopRecord(ctx, callID, id)
}

func (o onPhone) DiscardRecording(ctx context.Context, id string) error {
	return o.t.phone.DiscardRecording(ctx, id)
}

func (o onPhone) RecordingPath(id string) string { return o.t.phone.RecordingPath(id) }

func (o onPhone) Transfer(ctx context.Context, callID, id, number string) error {
	return o.t.phone.Transfer(ctx, callID, id, number)
}

func (o onPhone) CancelTransfer(ctx context.Context, callID, id string) error {
	return o.t.phone.CancelTransfer(ctx, callID, id)
}

func (o onPhone) Truth(ctx context.Context, callID string, open []string) (bool, []string, []ivr.Input, error) {
	asked := make([]pbx.Open, len(open))
	for i, id := range open {
		asked[i] = pbx.Open{ID: id}
	}
	t, err := o.t.phone.Truth(ctx, callID, asked)
	return t.Alive, t.Gone, t.Ended, err
}

// handler brings what happens in Asterisk to the calls.
type handler struct{ t *tenancy }

func (h handler) Arrived(ch pbx.Channel)        { h.t.calls().Arrived(ch.CallID, ch.Number, ch.Found) }
func (h handler) Input(id string, in ivr.Input) { h.t.calls().Input(id, in) }
func (h handler) Connected(live []string, away time.Duration) {
	h.t.log.Info().Int("calls", len(live)).Dur("away", away).Msg("asterisk is connected")
	if slot := h.t.held(); slot != nil && away > 0 { // legs may have come and gone unheard
		h.t.d.desk.Took(h.t.d.slotName(h.t.app), slot.Epoch)
	}
	h.t.calls().Connected(live, away)
}
func (h handler) Lost() { h.t.log.Warn().Msg("the connection to asterisk is lost") }
func (h handler) Replaced() {
	h.t.log.Warn().Msg("another process serves this slot: it has the calls now")
}
