package speech

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// Utterance is a piece of speech to be said.
type Utterance struct {
	ID      string  // prompt id: "main.top.prompt", "article.dowod-osobisty.short"
	Lang    string  // "pl", "uk", "en"
	Text    string  // as a person reads it
	Speed   float64 // 1 is normal, 0.85 slower; 0 means 1
	Dynamic bool    // the text depends on one call: it goes into that call's folder
	Call    string  // the call's id, for a dynamic one
}

// Speaker finds or makes the clip of an utterance. It may be used by many
// goroutines; Close it when they are done.
type Speaker struct {
	settings Settings
	engines  map[string]voiced
	secret   []byte // veils the names of dynamic clips

	makings singleflight.Group
	lately  *lately
	slots   chan struct{} // bounds engines running for live calls
	life    context.Context
	end     context.CancelFunc
	working sync.WaitGroup
}

// voiced is an engine with what names its clips.
type voiced struct {
	engine Engine
	voice  Voice
	name   string
}

// New makes the folders that are missing and a Speaker over them. It refuses a
// Dynamic folder with files in it that it has not made itself, because it will
// delete there. Engines are not asked yet; see [Speaker.Missing] and
// [Speaker.Prepare].
func New(s Settings) (*Speaker, error) {
	if s.LUFS == 0 {
		s.LUFS = defaultLUFS
	}
	for _, dir := range []*string{&s.Cache, &s.Dynamic} {
		absolute, err := filepath.Abs(*dir)
		if err != nil || *dir == "" {
			return nil, fmt.Errorf("speech folder %q: %w", *dir, errors.Join(err, os.ErrInvalid))
		}
		if err := os.MkdirAll(absolute, 0o750); err != nil {
			return nil, err
		}
		*dir = absolute
	}
	if err := claim(s.Dynamic); err != nil {
		return nil, err
	}
	sp := &Speaker{settings: s, engines: map[string]voiced{}, secret: make([]byte, 32), lately: newLately(),
		slots: make(chan struct{}, 2*runtime.NumCPU())}
	for lang, v := range s.Voices {
		sp.engines[lang] = voicedOf(lang, v)
	}
	if _, err := rand.Read(sp.secret); err != nil {
		return nil, err
	}
	sp.life, sp.end = context.WithCancel(context.Background())
	return sp, nil
}

func voicedOf(lang string, v Voice) voiced {
	if v.Rate == 0 {
		v.Rate = 1
	}
	name := key(append([]string{v.Engine, v.Voice, decimal(v.Rate)}, v.Command...)...)
	return voiced{engineOf(lang, v), v, name}
}

// Close stops renderings that are still running and waits for them.
func (s *Speaker) Close() {
	s.end()
	s.working.Wait()
}

// Missing says for each language whose engine cannot speak here why not; such
// a language is spoken by espeak-ng, if that is there.
func (s *Speaker) Missing() map[string]error {
	missing := map[string]error{}
	for lang, v := range s.engines {
		if err := v.engine.Available(); err != nil {
			missing[lang] = &EngineError{Engine: v.voice.Engine, Voice: v.voice.Voice, Err: err}
		}
	}
	return missing
}

// File returns the clip that says u, and makes it when it is not there yet,
// within ctx and 10 s (3 s for a dynamic one). A text with nothing to say is a
// short silence; a recording that cannot be read is passed over. With any error
// the call plays the [Speaker.Apology] and goes to a person; it is an
// *[EngineError] when no engine could speak.
func (s *Speaker) File(ctx context.Context, u Utterance) (Clip, error) {
	limit := liveTime
	if u.Dynamic {
		limit = dynamicTime
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return s.file(ctx, u, limit, false)
}

// file is File with its time and, ahead of calls, the will to try the first
// engine again although its fallback has spoken before.
func (s *Speaker) file(ctx context.Context, u Utterance, limit time.Duration, ahead bool) (Clip, error) {
	if u.Speed == 0 {
		u.Speed = 1
	}
	if !u.Dynamic {
		clip, ok, err := s.recorded(ctx, u)
		if ok || err != nil && ahead {
			return clip, err
		}
	}
	u.Text = clean(u.Lang, u.Text)
	if !speakable(u.Text) {
		return s.silence(ctx)
	}
	places, err := s.places(u)
	if err != nil {
		return Clip{}, err
	}
	for i, p := range places {
		if i > 0 && ahead {
			break
		}
		if clip, ok := clipAt(p.path, p.source); ok {
			used(p.path)
			return clip, nil
		}
	}
	// Made before any engine runs: what is finished after Forget has nowhere to
	// go, and leaves nothing behind.
	for _, p := range places {
		if err := os.MkdirAll(filepath.Dir(p.path), 0o750); err != nil {
			return Clip{}, err
		}
	}
	return s.once(ctx, places[0].path, limit, func(ctx context.Context) (Clip, error) {
		if !ahead {
			select {
			case s.slots <- struct{}{}:
				defer func() { <-s.slots }()
			case <-ctx.Done():
				return Clip{}, ctx.Err()
			}
		}
		return s.speak(ctx, u, places)
	})
}

// place is where the clip of one engine is, or will be.
type place struct {
	voiced
	path   string
	source Source
}

// places lists who may say u, the language's own engine first.
func (s *Speaker) places(u Utterance) ([]place, error) {
	own, ok := s.engines[u.Lang]
	fallback := voicedOf(u.Lang, Voice{Engine: ESpeak})
	if !ok {
		own = fallback
	}
	places := []place{{voiced: own, source: Engined}}
	if own.name != fallback.name {
		places = append(places, place{voiced: fallback, source: Fallback})
	}
	for i := range places {
		p := &places[i]
		name := key(processing, p.name, decimal(u.Speed), decimal(s.settings.LUFS), u.Lang, u.Text)
		switch {
		case !u.Dynamic:
			p.path = filepath.Join(s.settings.Cache, name[:2], name)
		case !plain(u.Call):
			return nil, fmt.Errorf("speech: %q is no call id", u.Call)
		default:
			p.path = filepath.Join(s.settings.Dynamic, u.Call, veil(s.secret, name))
		}
	}
	return places, nil
}

func decimal(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// speak asks one engine after the other. While another is left, an engine gets
// two thirds of the time.
func (s *Speaker) speak(ctx context.Context, u Utterance, places []place) (Clip, error) {
	var failed error
	for i, p := range places {
		within, cancel := ctx, context.CancelFunc(func() {})
		if deadline, ok := ctx.Deadline(); ok && i+1 < len(places) {
			within, cancel = context.WithDeadline(ctx, deadline.Add(-time.Until(deadline)/fallbackShare))
		}
		clip, err := s.speakBy(within, u, p)
		cancel()
		if err == nil {
			return clip, nil
		}
		failed = errors.Join(failed, err)
	}
	return Clip{}, failed
}

func (s *Speaker) speakBy(ctx context.Context, u Utterance, p place) (Clip, error) {
	if clip, ok := clipAt(p.path, p.source); ok {
		return clip, nil
	}
	wav, err := p.engine.Render(ctx, u.Text, u.Lang, p.voice.Rate*u.Speed)
	if failed := (*EngineError)(nil); u.Dynamic && errors.As(err, &failed) {
		failed.Detail = "" // it could repeat what a caller has said
	}
	if err != nil {
		return Clip{}, err
	}
	made, err := finish(ctx, wav, 1, s.settings.LUFS)
	if err != nil {
		return Clip{}, &EngineError{Engine: p.voice.Engine, Voice: p.voice.Voice, Err: err}
	}
	return store(p.path, made, p.source, !u.Dynamic)
}

// once lets concurrent callers of one path share a making, which has its own
// time and does not end because the first of them gave up.
func (s *Speaker) once(ctx context.Context, path string, limit time.Duration, make func(context.Context) (Clip, error)) (Clip, error) {
	s.working.Add(1)
	result := s.makings.DoChan(path, func() (any, error) {
		own, cancel := context.WithTimeout(s.life, limit)
		defer cancel()
		return make(own)
	})
	done := func(r singleflight.Result) (Clip, error) {
		s.working.Done()
		clip, _ := r.Val.(Clip)
		return clip, r.Err
	}
	select {
	case r := <-result:
		return done(r)
	case <-ctx.Done():
		go func() { _, _ = done(<-result) }()
		return Clip{}, ctx.Err()
	}
}
