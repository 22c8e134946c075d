package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/rs/zerolog"

	"infolinia/asterisk"
	"infolinia/ivr"
	"infolinia/ivr/call"
	"infolinia/ivr/config"
	"infolinia/ivr/flow"
	"infolinia/ivr/lookup"
	"infolinia/ivr/message"
	"infolinia/ivr/site"
	"infolinia/ivr/speech"
	"infolinia/ivr/store"
)

func newLog(c config.Log, w io.Writer) zerolog.Logger {
	if c.Format == "console" {
		w = zerolog.ConsoleWriter{Out: w, TimeFormat: time.RFC3339, NoColor: !isTerminal(w)}
	}
	level, err := zerolog.ParseLevel(c.Level)
	if err != nil {
		level = zerolog.InfoLevel
	}
	return zerolog.New(w).Level(level).With().Timestamp().Logger()
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// recordingDir is where Asterisk keeps recordings.
func recordingDir(c *config.Config) string {
	return site.AsteriskSettings(c, asterisk.Installation{}, "").RecordingDir()
}

// pseudonym makes of a caller's number what may be kept of it: an HMAC under
// the current key.
func pseudonym(keys config.HMAC) func(number string) ivr.Caller {
	key := []byte(keys.Keys[keys.Current])
	return func(number string) ivr.Caller {
		if number == "" {
			return ivr.Caller{}
		}
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(number))
		return ivr.Caller{Known: true, HMAC: keys.Current + ":" + hex.EncodeToString(mac.Sum(nil))}
	}
}

// voice says parts of prompts by the speech room.
type voice struct {
	speaker *speech.Speaker
	log     zerolog.Logger
}

func (v voice) Say(ctx context.Context, id string, p ivr.Part, speed float64) (call.Clip, error) {
	clip, err := v.speaker.Recent(ctx, speech.Utterance{
		ID: p.Prompt, Lang: p.Lang, Text: p.Text, Speed: speed, Dynamic: p.Dynamic, Call: id,
	})
	return call.Clip{Path: clip.Path, Length: clip.Duration}, err
}

func (v voice) Beep() call.Clip {
	clip, err := v.speaker.Beep(context.Background())
	if err != nil {
		v.log.Error().Err(err).Msg("no tone before a recording")
	}
	return call.Clip{Path: clip.Path, Length: clip.Duration}
}

func (v voice) Apology(lang string) call.Clip {
	clip := v.speaker.Apology(lang)
	return call.Clip{Path: clip.Path, Length: clip.Duration}
}

func (v voice) Forget(id string) {
	if err := v.speaker.Forget(id); err != nil {
		v.log.Warn().Err(err).Str("call", id).Msg("speech of a call is not deleted")
	}
}

func (v voice) Discard(c call.Clip) {
	if err := v.speaker.Discard(speech.Clip{Path: c.Path}); err != nil {
		v.log.Warn().Err(err).Msg("speech of a sensitive value is not deleted")
	}
}

// renderer makes the prompts of a version ahead of calls.
type renderer struct {
	speaker *speech.Speaker
	log     zerolog.Logger
}

func (r renderer) Render(ctx context.Context, parts []ivr.Part) error {
	report, err := r.speaker.Render(ctx, utterances(parts), nil)
	for _, f := range report.Failed {
		err = errors.Join(err, fmt.Errorf("%s in %s: %w", f.ID, f.Lang, f.Err))
	}
	if report.Rendered > 0 {
		r.log.Info().Int("rendered", report.Rendered).Int("kept", report.Kept).Dur("took", report.Took).Msg("prompts rendered")
	}
	return err
}

func utterances(parts []ivr.Part) []speech.Utterance {
	out := make([]speech.Utterance, len(parts))
	for i, p := range parts {
		out[i] = speech.Utterance{ID: p.Prompt, Lang: p.Lang, Text: p.Text, Speed: 1}
	}
	return out
}

// lasting are the phrases that must be there whatever else fails, with the names
// that the dialplan knows them by.
var lasting = map[string]string{"phrase.sorry": "apology", "phrase.overload": "overload", "phrase.call_again": "call-again"}

// apologies are the sentences of lasting.
func apologies(p *flow.Program) []speech.Utterance {
	var sentences []speech.Utterance
	for _, part := range p.Ahead() {
		if name := lasting[part.Prompt]; name != "" {
			sentences = append(sentences, speech.Utterance{ID: name, Lang: part.Lang, Text: part.Text})
		}
	}
	return sentences
}

// archive keeps versions in the store.
type archive struct{ *store.Store }

func (a archive) VersionIDs(ctx context.Context) ([]string, error) {
	versions, err := a.Versions(ctx)
	ids := make([]string, len(versions))
	for i, v := range versions {
		ids[i] = v.ID
	}
	return ids, err
}

func lookupSettings(c *config.Config, log zerolog.Logger) lookup.Settings {
	s := lookup.Settings{Hosts: c.Lookup.Hosts, Secrets: map[string]string{}, Log: log}
	for _, p := range c.Lookup.Private {
		s.Networks = append(s.Networks, p.String())
	}
	for name, secret := range c.Secrets {
		s.Secrets[name] = string(secret)
	}
	return s
}

// keeper stores what callers leave after the tone.
type keeper struct{ d *daemon }

func (k keeper) Keep(ctx context.Context, m call.Message, wav string) error {
	err := k.d.messages.Keep(ctx, message.Message{
		ID: m.ID, Box: m.Box, Node: m.Node, CallID: m.Call, At: m.At, Seconds: m.Talk.Seconds(),
		Report: m.Report, CallerHMAC: m.Caller.HMAC, Lang: m.Lang,
	}, wav)
	late := err
	if errors.Is(err, os.ErrNotExist) { // there is nothing to store, now or later
		late = nil
	}
	k.d.late.note(m.ID, late)
	return err
}
