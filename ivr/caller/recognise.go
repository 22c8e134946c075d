package caller

import (
	"slices"
	"strings"
	"time"
)

const (
	// enough is how much of a prompt must be heard before it is named.
	enough = 2 * frameBytes
	// joined is how much must match backwards from a hit in the middle of a
	// prompt whose beginning was not heard.
	joined = byteRate / 2
	// idleAfter is how long nothing may come before a prompt is taken to be cut.
	idleAfter = 300 * time.Millisecond
	// A sound of no known prompt is told from this length on, and ends with
	// a pause of that length.
	unknownLeast = byteRate / 5
	unknownPause = byteRate * 3 / 10
	// patience is how long a prompt that broke off may go on a little further.
	patience = byteRate / 2
	// closeCall is the audible difference that decides between a prompt heard
	// to its end and a longer one that begins with it.
	closeCall = frameBytes / 2
)

// Heard is one prompt as it was heard.
type Heard struct {
	// Name is the prompt's, or empty for a sound that is in no file of the index.
	Name string
	// Also are further names of the same sound.
	Also []string
	// At is when its first packet came; Until, when its last byte had sounded.
	// Until is zero while it is being heard.
	At, Until time.Time
	// Offset is where in the prompt it began: 0 but for a loss at the beginning.
	Offset time.Duration
	// Length is how much of it was heard.
	Length time.Duration
	// Complete is true when it was heard to the end of its file. A prompt cut by
	// barge-in is not.
	Complete bool
}

// Is tells whether the prompt goes by one of the names. A name without folders
// fits in any: main.top.prompt is pl/main.top.prompt as well.
func (h Heard) Is(names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool {
		if n == h.Name || strings.HasSuffix(h.Name, "/"+n) {
			return true
		}
		return slices.ContainsFunc(h.Also, func(a string) bool { return a == n || strings.HasSuffix(a, "/"+n) })
	})
}

// recogniser turns packets into prompts. It follows all the prompts that may be
// sounding, and when none goes on, the one that explains most was heard. While
// it follows none, it looks every 20 ms window of the stream up in the index.
// It is used by one goroutine at a time.
type recogniser struct {
	index *Index
	began func(Heard)
	// ended gets the end of the prompt that began last, or an unknown sound.
	ended func(Heard)

	stream
	cursor int64 // what is before it has been judged
	last   time.Time

	tracks []*track
	told   bool // began was called for these tracks
	// broken is a prompt that broke off and may go on; its end is not told yet.
	broken *track

	power uint64
	hash  uint64
	run   int // bytes in the window of the hash

	noiseFrom, noiseTo int64 // first and last audible byte of no prompt
	noiseAt            time.Time
}

func newRecogniser(index *Index, began, ended func(Heard)) *recogniser {
	return &recogniser{index: index, began: began, ended: ended, power: hashPower(), noiseFrom: -1}
}

// feed takes the payload of the next packet and the number of packets lost before it.
func (r *recogniser) feed(payload []byte, lost int, at time.Time) {
	r.hole(int64(lost) * frameBytes)
	r.append(payload, at)
	r.last = at
	r.judge()
}

// idle ends what was sounding when nothing has come for a while.
func (r *recogniser) idle(now time.Time) {
	if now.Sub(r.last) >= idleAfter {
		r.finish()
	}
}

// finish ends what was sounding.
func (r *recogniser) finish() {
	for len(r.tracks) > 0 {
		for _, t := range r.tracks {
			t.stop()
		}
		r.close()
		r.judge()
	}
	r.run = 0
	r.endBroken()
	r.endNoise(r.end)
}

func (r *recogniser) judge() {
	for r.cursor < r.end {
		if len(r.tracks) == 0 {
			r.scan()
			continue
		}
		live := false
		for _, t := range r.tracks {
			t.follow(&r.stream)
			live = live || !t.stopped
		}
		if live {
			r.cursor = r.end
			r.tell()
			return
		}
		r.close()
	}
}

// scan moves the cursor by one byte and looks the window before it up.
func (r *recogniser) scan() {
	b, ok := r.at(r.cursor)
	r.cursor++
	if !ok {
		r.run = 0
		return
	}
	r.roll(b)
	if audible(b) {
		r.noise(r.cursor - 1)
	} else if r.noiseFrom >= 0 && r.cursor-r.noiseTo > unknownPause {
		r.endNoise(r.cursor)
	}
	if r.run < frameBytes {
		return
	}
	window := r.cursor - frameBytes
	r.index.find(r.hash, func(c *clip, off int64) {
		if t := newTrack(c, off, &r.stream, window); t != nil {
			r.tracks = append(r.tracks, t)
		}
	})
	r.told = false
	if r.broken != nil && len(r.tracks) == 0 {
		r.goOn(window)
	}
}

// goOn takes the broken prompt up again where it is heard, or gives it up.
func (r *recogniser) goOn(window int64) {
	since := window - r.broken.until
	switch {
	case since > patience:
		r.endBroken()
	case since%frameBytes == 0 && r.broken.rejoin(&r.stream, window):
		r.tracks, r.broken, r.told = append(r.tracks, r.broken), nil, true
		r.noiseFrom = -1
	}
}

// endBroken tells the end of the broken prompt.
func (r *recogniser) endBroken() {
	if t := r.broken; t != nil {
		r.broken = nil
		r.ended(r.heardEnd(t))
	}
}

func (r *recogniser) roll(b byte) {
	if r.run == 0 {
		r.hash = 0
	}
	r.hash = r.hash*hashBase + uint64(b)
	if r.run == frameBytes {
		old, _ := r.at(r.cursor - 1 - frameBytes)
		r.hash -= uint64(old) * r.power
		return
	}
	r.run++
}

// tell reports the beginning of a prompt as soon as only one can be meant.
func (r *recogniser) tell() {
	if r.told || len(r.tracks) == 0 {
		return
	}
	var t *track
	for _, u := range r.tracks {
		if u.stopped && !u.complete() {
			continue
		}
		if t != nil {
			return
		}
		t = u
	}
	if t == nil || t.heard() < enough {
		return
	}
	r.begin(t)
}

// close decides which of the stopped tracks was heard and goes back to scanning
// where it ended.
func (r *recogniser) close() {
	t := slices.MaxFunc(r.tracks, compareTracks)
	r.tracks = nil
	r.run = 0
	r.cursor = min(r.end, max(t.until, r.start()))
	if t.heard() < enough && !t.complete() {
		return
	}
	if !r.told {
		r.begin(t)
	}
	r.noiseFrom = -1
	if !t.complete() {
		r.broken = t
		return
	}
	r.ended(r.heardEnd(t))
}

func (r *recogniser) begin(t *track) {
	r.told = true
	r.endBroken()
	r.endNoise(t.from)
	r.began(r.heard(t))
}

func (r *recogniser) heardEnd(t *track) Heard {
	h := r.heard(t)
	h.Until, h.Length, h.Complete = r.playedOut(t.until), span(t.heard()), t.complete()
	return h
}

func (r *recogniser) heard(t *track) Heard {
	return Heard{
		Name: t.clip.names[0], Also: t.clip.names[1:],
		At: t.at, Offset: span(t.offset),
	}
}

// noise counts an audible byte that belongs to no prompt.
func (r *recogniser) noise(pos int64) {
	if r.noiseFrom < 0 {
		r.noiseFrom, r.noiseAt = pos, r.heardAt(pos)
	}
	r.noiseTo = pos
}

// endNoise tells of the unknown sound, if there was one before pos.
func (r *recogniser) endNoise(pos int64) {
	from, to := r.noiseFrom, min(r.noiseTo+1, pos)
	r.noiseFrom = -1
	if from < 0 || to-from < unknownLeast {
		return
	}
	r.endBroken()
	h := Heard{At: r.noiseAt}
	r.began(h)
	h.Until, h.Length = r.playedOut(to), span(to-from)
	r.ended(h)
}

// compareTracks prefers what explains more audible sound; when it is close, what
// was heard to its end; at last the name, so that the same call reads the same.
func compareTracks(a, b *track) int {
	if a.complete() != b.complete() && max(a.loud-b.loud, b.loud-a.loud) < closeCall {
		if a.complete() {
			return 1
		}
		return -1
	}
	if a.loud != b.loud {
		return a.loud - b.loud
	}
	return strings.Compare(b.clip.names[0], a.clip.names[0])
}
