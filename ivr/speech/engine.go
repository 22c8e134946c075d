package speech

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// The engines that are built in.
const (
	RHVoice = "rhvoice"
	ESpeak  = "espeak-ng"
)

// Engine makes a WAV of cleaned text. Speed 1 is normal, 0.85 slower. A failed
// rendering is an *[EngineError].
type Engine interface {
	Render(ctx context.Context, text, lang string, speed float64) (wav []byte, err error)
	// Available says why the engine cannot speak at all here, or nil.
	Available() error
}

// EngineError says that an engine could not speak. The call that needed it
// plays the apology and goes to a person.
type EngineError struct {
	Engine, Voice string
	Err           error
	// Detail is what the program complained about, for staff who render ahead;
	// empty for a dynamic text, which it could repeat.
	Detail string
}

func (e *EngineError) Error() string {
	return fmt.Sprintf("speech engine %s, voice %s: %v", e.Engine, e.Voice, e.Err)
}

func (e *EngineError) Unwrap() error { return e.Err }

var errNoSound = errors.New("no sound came out")

// engineOf builds the engine that a voice names.
func engineOf(lang string, v Voice) Engine {
	switch {
	case len(v.Command) > 0:
		return command{v}
	case v.Engine == RHVoice:
		return rhvoice{v.Voice}
	case v.Voice != "" && v.Engine == ESpeak:
		return espeak{v.Voice}
	}
	return espeak{lang}
}

// rhvoice runs RHVoice-test, which despite its name is RHVoice's program for
// the command line.
type rhvoice struct{ voice string }

// Available looks for the voice's folder, because RHVoice-test takes its
// default voice, in whatever language, for a name it does not know.
func (e rhvoice) Available() error {
	if _, err := exec.LookPath("RHVoice-test"); err != nil {
		return err
	}
	for _, data := range []string{"/usr/share/RHVoice", "/usr/local/share/RHVoice"} {
		info := filepath.Join(data, "voices", strings.ToLower(e.voice), "voice.info")
		if _, err := os.Stat(info); err == nil {
			return nil
		}
	}
	return errors.New("the voice is not installed")
}

func (e rhvoice) Render(ctx context.Context, text, _ string, speed float64) ([]byte, error) {
	if err := e.Available(); err != nil {
		return nil, &EngineError{Engine: RHVoice, Voice: e.voice, Err: err}
	}
	percent := strconv.Itoa(int(math.Round(speed * 100)))
	wav, detail, err := run(ctx, []byte(text), "RHVoice-test", "-p", e.voice, "-r", percent, "-o", "/dev/stdout")
	return spoke(RHVoice, e.voice, wav, detail, err)
}

type espeak struct{ voice string }

func (e espeak) Available() error {
	_, err := exec.LookPath("espeak-ng")
	return err
}

// espeakWords is espeak-ng's own speed in words a minute; a little slower is
// better understood on the telephone.
const espeakWords = 150

func (e espeak) Render(ctx context.Context, text, _ string, speed float64) ([]byte, error) {
	words := strconv.Itoa(int(math.Round(speed * espeakWords)))
	wav, detail, err := run(ctx, []byte(text), "espeak-ng", "-v", e.voice, "-s", words, "-b", "1", "--stdin", "--stdout")
	return spoke(ESpeak, e.voice, wav, detail, err)
}

// command is an engine that the configuration brings.
type command struct{ voice Voice }

func (e command) Available() error {
	_, err := exec.LookPath(e.voice.Command[0])
	return err
}

func (e command) Render(ctx context.Context, text, lang string, speed float64) ([]byte, error) {
	decimal := func(x float64) string { return strconv.FormatFloat(x, 'f', 3, 64) }
	fill := strings.NewReplacer("{voice}", e.voice.Voice, "{lang}", lang,
		"{speed}", decimal(speed), "{length}", decimal(1/speed))
	args := make([]string, len(e.voice.Command))
	for i, arg := range e.voice.Command {
		args[i] = fill.Replace(arg)
	}
	wav, detail, err := run(ctx, []byte(text), args[0], args[1:]...)
	return spoke(e.voice.Engine, e.voice.Voice, wav, detail, err)
}

// spoke turns what a program left into an engine's answer.
func spoke(engine, voice string, wav []byte, detail string, err error) ([]byte, error) {
	if err == nil && len(wav) == 0 {
		err = errNoSound
	}
	if err != nil {
		return nil, &EngineError{Engine: engine, Voice: voice, Err: err, Detail: detail}
	}
	return wav, nil
}
