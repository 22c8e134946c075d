package speech

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// Report is what rendering ahead came to.
type Report struct {
	Total    int      // static utterances given
	Kept     int      // were there already
	Rendered int      // made now
	Recorded int      // are human recordings
	Fallback []string // prompt ids that espeak-ng had to speak
	Failed   []Failure
	Speech   time.Duration // of all clips together
	Took     time.Duration
}

// Failure is a prompt that could not be rendered.
type Failure struct {
	ID, Lang string
	Err      error
}

// aheadAtOnce is how many engines run ahead of calls: enough for a city's
// prompts in a minute or two, and calls keep a core.
const aheadAtOnce = 2

// Render makes the clips of all static utterances that are not there yet, two
// at a time. progress, which may be nil, hears of each one that is done, one
// call at a time. A prompt that fails is reported and does not stop the rest;
// the error is that of ctx alone.
func (s *Speaker) Render(ctx context.Context, utterances []Utterance, progress func(done, total int, current string)) (Report, error) {
	start := time.Now()
	static := slices.DeleteFunc(slices.Clone(utterances), func(u Utterance) bool { return u.Dynamic })
	report := Report{Total: len(static)}
	var mu sync.Mutex
	done := 0
	finished := func(u Utterance, clip Clip, had bool, err error) {
		mu.Lock()
		defer mu.Unlock()
		report.add(u, clip, had, err)
		if done++; progress != nil {
			progress(done, len(static), u.ID)
		}
	}
	work := make(chan Utterance)
	var workers sync.WaitGroup
	for range aheadAtOnce {
		workers.Go(func() {
			for u := range work {
				clip, had, err := s.ahead(ctx, u)
				finished(u, clip, had, err)
			}
		})
	}
	for _, u := range static {
		if ctx.Err() != nil {
			break
		}
		work <- u
	}
	close(work)
	workers.Wait()
	report.Took = time.Since(start)
	return report, ctx.Err()
}

// ahead makes one clip and tells whether it was there before.
func (s *Speaker) ahead(ctx context.Context, u Utterance) (clip Clip, had bool, err error) {
	start := time.Now()
	clip, err = s.file(ctx, u, aheadTime, true)
	if err != nil {
		return clip, false, err
	}
	info, err := os.Stat(clip.Path + sln16Ext) // its time is when it was made
	return clip, err == nil && info.ModTime().Before(start), err
}

func (r *Report) add(u Utterance, clip Clip, had bool, err error) {
	r.Speech += clip.Duration
	switch {
	case err != nil:
		r.Failed = append(r.Failed, Failure{u.ID, u.Lang, err})
	case clip.Source == Recorded:
		r.Recorded++
	case had:
		r.Kept++
	default:
		r.Rendered++
	}
	if err == nil && clip.Source == Fallback {
		r.Fallback = append(r.Fallback, u.ID)
	}
}

// Prune deletes cached clips that nobody has used for that long and that none
// of the utterances named (all live versions' prompts) would be said with.
func (s *Speaker) Prune(live []Utterance, unused time.Duration) (deleted int, err error) {
	keep := map[string]bool{}
	for _, u := range live {
		if u.Speed == 0 {
			u.Speed = 1
		}
		u.Text, u.Dynamic = clean(u.Lang, u.Text), false
		places, err := s.places(u)
		if err != nil {
			return 0, err
		}
		for _, p := range places {
			keep[p.path] = true
		}
	}
	files, err := filepath.Glob(filepath.Join(s.settings.Cache, "??", "*"+alawExt))
	for _, file := range files {
		path := file[:len(file)-len(alawExt)]
		info, err := os.Stat(file)
		if err != nil || keep[path] || time.Since(info.ModTime()) < unused {
			continue
		}
		if os.Remove(file) == nil && gone(os.Remove(path+sln16Ext)) == nil {
			deleted++
		}
	}
	return deleted, err
}
