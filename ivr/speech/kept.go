package speech

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"time"
)

// keptDir is the folder in the cache whose names never change, so that the
// dialplan can name them too: apology-<lang>, overload-<lang>, …, beep, silence.
const keptDir = "kept"

// Prepare makes what must be there before the first call: the sentences that
// are kept under lasting names, each as <ID>-<Lang>, the beep and the silence. A
// sentence that cannot be made now is an error, and the one of an earlier start
// stays in use.
func (s *Speaker) Prepare(ctx context.Context, sentences []Utterance) error {
	if err := os.MkdirAll(filepath.Join(s.settings.Cache, keptDir), 0o750); err != nil {
		return err
	}
	_, err := s.silence(ctx)
	_, beepErr := s.generate(ctx, "beep", tone(1000, 400*time.Millisecond))
	err = errors.Join(err, beepErr)
	for _, u := range sentences {
		err = errors.Join(err, s.keep(ctx, u))
	}
	return err
}

// keep copies a sentence's clip to its lasting name.
func (s *Speaker) keep(ctx context.Context, u Utterance) error {
	name := u.ID + "-" + u.Lang
	if !plain(name) {
		return fmt.Errorf("speech: %q is no name for a sentence", name)
	}
	clip, err := s.file(ctx, u, aheadTime, true)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	alaw, err := os.ReadFile(clip.Path + alawExt)
	if err != nil {
		return err
	}
	sln16, err := os.ReadFile(clip.Path + sln16Ext)
	if err != nil {
		return err
	}
	_, err = store(s.keptPath(name), sound{alaw, sln16}, clip.Source, true)
	return err
}

// Apology is the clip to play when nothing else can be said. It needs no
// engine; in a language without one it is the first there is, in the order pl,
// en, uk, and only without any Prepare ever having succeeded its Path is empty.
func (s *Speaker) Apology(lang string) Clip {
	for _, l := range []string{lang, "pl", "en", "uk"} {
		if clip, ok := clipAt(s.keptPath("apology-"+l), Engined); ok {
			return clip
		}
	}
	return Clip{}
}

// Beep is the tone before a recording: 400 ms of 1 kHz.
func (s *Speaker) Beep(ctx context.Context) (Clip, error) {
	return s.generate(ctx, "beep", tone(1000, 400*time.Millisecond))
}

func (s *Speaker) keptPath(name string) string {
	return filepath.Join(s.settings.Cache, keptDir, name)
}

// generate makes a kept clip of 16 kHz samples unless it is there.
func (s *Speaker) generate(ctx context.Context, name string, samples []float64) (Clip, error) {
	path := s.keptPath(name)
	if clip, ok := clipAt(path, Generated); ok {
		return clip, nil
	}
	return s.once(ctx, path, liveTime, func(ctx context.Context) (Clip, error) {
		made, err := master(ctx, samples, s.settings.LUFS)
		if err != nil {
			return Clip{}, err
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return Clip{}, err
		}
		return store(path, made, Generated, true)
	})
}

// silence is a fifth of a second of nothing, for a text with nothing to say.
func (s *Speaker) silence(context.Context) (Clip, error) {
	path := s.keptPath("silence")
	if clip, ok := clipAt(path, Generated); ok {
		return clip, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return Clip{}, err
	}
	alaw := make([]byte, narrow/5)
	for i := range alaw {
		alaw[i] = 0xd5 // A-law's zero
	}
	return store(path, sound{alaw, make([]byte, 2*wide/5)}, Generated, true)
}

// tone is a sine at 16 kHz with 10 ms of fading at both ends.
func tone(hz float64, length time.Duration) []float64 {
	x := make([]float64, int(length*wide/time.Second))
	for i := range x {
		x[i] = 0.1 * math.Sin(2*math.Pi*hz*float64(i)/wide)
	}
	fade(x[:wide/100], false)
	fade(x[len(x)-wide/100:], true)
	return x
}
