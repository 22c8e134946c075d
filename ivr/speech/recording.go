package speech

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// RecordingState is what there is of a human recording for a prompt.
type RecordingState int

// The states of a recording. Only a Current one is played.
const (
	NoRecording RecordingState = iota
	Current                    // it says the present text
	Unaccepted                 // nobody has said yet which text it says
	Stale                      // the text has changed since
)

// State tells what there is of a recording of text for a prompt in the
// recordings folder dir.
func State(dir, lang, id, text string) (RecordingState, error) {
	if dir == "" || !plain(lang) || !plain(id) {
		return NoRecording, nil
	}
	wav := filepath.Join(dir, lang, id+".wav")
	if _, err := os.Stat(wav); err != nil {
		return NoRecording, gone(err)
	}
	accepted, err := os.ReadFile(hashFile(wav))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Unaccepted, nil
	case err != nil:
		return NoRecording, err
	case strings.TrimSpace(string(accepted)) != TextHash(text):
		return Stale, nil
	}
	return Current, nil
}

// Accept says that a recording, a WAV in its place, says text. It refuses a
// file in which nothing can be heard.
func Accept(ctx context.Context, wav, text string) error {
	data, err := os.ReadFile(wav)
	if err != nil {
		return err
	}
	if _, err := finish(ctx, data, 1, defaultLUFS); err != nil {
		return fmt.Errorf("%s: %w", wav, err)
	}
	return os.WriteFile(hashFile(wav), []byte(TextHash(text)+"\n"), 0o644)
}

// TextHash names a text. Blanks do not count, so that a line broken elsewhere
// in the file needs no new recording.
func TextHash(text string) string {
	sum := sha256.Sum256([]byte(strings.Join(strings.Fields(text), " ")))
	return hex.EncodeToString(sum[:])
}

func hashFile(wav string) string { return strings.TrimSuffix(wav, filepath.Ext(wav)) + ".sha256" }

// recorded returns the clip of u's recording, if a person has recorded this
// text. It is converted once for each change of the file and speed.
func (s *Speaker) recorded(ctx context.Context, u Utterance) (Clip, bool, error) {
	state, err := State(s.settings.Recordings, u.Lang, u.ID, u.Text)
	if state != Current {
		return Clip{}, false, err
	}
	file := filepath.Join(s.settings.Recordings, u.Lang, u.ID+".wav")
	info, err := os.Stat(file)
	if err != nil {
		return Clip{}, false, err
	}
	name := key(processing, file, decimal(float64(info.Size())), info.ModTime().String(),
		decimal(u.Speed), decimal(s.settings.LUFS))
	path := filepath.Join(s.settings.Cache, name[:2], name)
	if clip, ok := clipAt(path, Recorded); ok {
		used(path)
		return clip, true, nil
	}
	clip, err := s.once(ctx, path, liveTime, func(ctx context.Context) (Clip, error) {
		wav, err := os.ReadFile(file)
		if err != nil {
			return Clip{}, err
		}
		made, err := finish(ctx, wav, u.Speed, s.settings.LUFS)
		if err != nil {
			return Clip{}, fmt.Errorf("recording %s: %w", file, err)
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return Clip{}, err
		}
		return store(path, made, Recorded, true)
	})
	return clip, err == nil, err
}
