package main

import (
	"fmt"
	"io"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// progress shows how far the rendering has got: a bar on a terminal, elsewhere a
// line every ten per cent of what takes time.
type progress struct {
	out   io.Writer
	bars  *mpb.Progress // nil: lines
	bar   *mpb.Bar
	tenth int
	last  time.Time // of the latest line
}

func newProgress(out io.Writer, total int) *progress {
	p := &progress{out: out, last: time.Now()}
	if total > 0 && isTerminal(out) {
		p.bars = mpb.New(mpb.WithOutput(out))
		p.bar = p.bars.AddBar(int64(total), mpb.BarRemoveOnComplete(),
			mpb.PrependDecorators(decor.Name("rendering prompts "), decor.CountersNoUnit("%d / %d")),
			mpb.AppendDecorators(decor.AverageETA(decor.ET_STYLE_MMSS)))
	}
	return p
}

func (p *progress) done(done, total int, _ string) {
	if p.bar != nil {
		p.bar.SetCurrent(int64(done))
		return
	}
	tenth := 10 * done / total
	if tenth > p.tenth && time.Since(p.last) >= time.Second {
		fmt.Fprintf(p.out, "rendering prompts: %d %% (%d of %d)\n", 100*done/total, done, total)
		p.last = time.Now()
	}
	p.tenth = tenth
}

// close clears the bar, also when not all was done.
func (p *progress) close() {
	if p.bar != nil {
		p.bar.Abort(true)
		p.bars.Wait()
	}
}
