package flow

import (
	"slices"
	"strconv"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/speech/spoken"
)

// leastMusic is the least time between two announcements of a place that
// changes fast.
const leastMusic = 10 * time.Second

// moved takes in where the caller stands now, and announces it.
func (q *QueueUp) moved(t *turn, in ivr.QueueChanged) {
	v := &t.c.Visit
	if in.Position > 0 {
		v.Place = in.Position
	}
	v.Stay.Wait = 0
	if in.Wait > 0 {
		v.Stay.Wait = waitBand(in.Wait)
	}
	q.announce(t)
}

// announce says what is new, unless something is being said or was said just
// now: then it is said after that.
func (q *QueueUp) announce(t *turn) {
	switch {
	case !t.inPhase(phaseQueue) || t.c.Speech != nil:
	case q.pitch(t), q.news(t) && !t.c.Visit.Stay.Lately:
		q.say(t)
	case t.c.Timers[timerAnnounce].ID == "" && q.speaks(t):
		t.arm(timerAnnounce, q.every(t))
	}
}

// said: an announcement is over, or was cut by a key that means nothing. Now there
// is music, for a while whatever is new. It is to be ordered again: what was said
// has ended it.
func (q *QueueUp) said(t *turn) {
	if t.c.Timers[timerAnnounce].ID == "" {
		switch {
		case q.pitch(t):
			q.say(t)
			return
		case q.speaks(t):
			t.c.Visit.Stay.Lately = true
			t.arm(timerAnnounce, min(leastMusic, q.every(t)))
		}
	}
	if t.c.Visit.Queued {
		q.music(t)
	}
}

// played: there was music for a while. These times are measured by timers, for the
// clock on the wall may be set meanwhile.
func (q *QueueUp) played(t *turn) {
	stay := &t.c.Visit.Stay
	more := q.every(t) - leastMusic
	switch {
	case !t.inPhase(phaseQueue):
	case stay.Lately && !q.news(t) && more > 0:
		stay.Lately = false
		t.arm(timerAnnounce, more)
	default:
		q.say(t)
	}
}

// speaks tells whether anything is said while nothing is new: where a queue
// announces nothing, there is music alone.
func (q *QueueUp) speaks(t *turn) bool {
	queue := t.w.Queues[q.Ref]
	return len(queue.Announce) > 0 || queue.Comfort != "" || q.offers(t)
}

// every is the longest time without an announcement.
func (q *QueueUp) every(t *turn) time.Duration {
	if every := t.w.Queues[q.Ref].AnnounceEvery; every > 0 {
		return every
	}
	return 45 * time.Second // of a queue that vanished
}

func (q *QueueUp) announces(t *turn, what string) bool {
	return slices.Contains(t.w.Queues[q.Ref].Announce, what)
}

// news tells whether the caller's place, or that his wait can be told, is new.
func (q *QueueUp) news(t *turn) bool {
	v := &t.c.Visit
	return v.Stay.Back || v.Place != v.Stay.Told && q.announces(t, "position") ||
		v.Stay.Wait > 0 && v.Stay.Band == 0 && q.announces(t, "wait")
}

// pitch tells whether a call back is to be offered for the first time.
func (q *QueueUp) pitch(t *turn) bool { return q.offers(t) && !t.c.Visit.Stay.Pitched }

// say announces what is new; when nothing is, it thanks for waiting and tells all
// again.
func (q *QueueUp) say(t *turn) {
	v := &t.c.Visit
	news, pitch := q.news(t), q.pitch(t)
	var ls []ivr.Line
	switch {
	case v.Stay.Refused:
		ls = append(ls, phrase("queue_no_callback"))
	case v.Stay.Back:
		ls = append(ls, phrase("queue_again"))
	case !news && !pitch:
		ls = append(ls, q.comfort(t))
	}
	if v.Place > 0 && q.announces(t, "position") && (news || !pitch) {
		ls = append(ls, place(v.Place))
		v.Stay.Told = v.Place
	}
	if wait := q.wait(t); wait > 0 && (news || wait != v.Stay.Band) {
		ls = append(ls, ivr.Line{Prompt: queueWait, Args: map[string]string{"minutes": strconv.Itoa(wait)}})
		v.Stay.Band = wait
	}
	if q.offers(t) && (pitch || !news) {
		ls = append(ls, phrase("queue_callback"))
		v.Stay.Pitched = true
	}
	v.Stay.Back, v.Stay.Lately, v.Stay.Refused = false, false, false
	t.disarm(timerAnnounce)
	t.say(ivr.Segment{Lines: ls, BargeIn: true})
}

// comfort thanks for waiting, in the queue's words where the call has them.
func (q *QueueUp) comfort(t *turn) ivr.Line {
	if own := t.w.Queues[q.Ref].Comfort; t.p.Prompts[own] != nil {
		return ivr.Line{Prompt: own}
	}
	return phrase("queue_comfort")
}

// wait is the band to be told, never a longer one than before; 0: none is.
func (q *QueueUp) wait(t *turn) int {
	stay := t.c.Visit.Stay
	if !q.announces(t, "wait") {
		return 0
	}
	if stay.Band > 0 {
		return min(stay.Wait, stay.Band)
	}
	return stay.Wait
}

// The sentences with values that are put in only when they are spoken, in the
// words of their language.
const (
	queuePosition = "phrase.queue_position"
	queueWait     = "phrase.queue_wait"
)

// farthest is the last place that is said as it is: who is farther away counts no
// more.
const farthest = 99

func place(position int) ivr.Line {
	switch {
	case position == 1:
		return phrase("queue_next")
	case position > farthest:
		return phrase("queue_far")
	}
	return ivr.Line{Prompt: queuePosition, Args: map[string]string{"position": strconv.Itoa(position)}}
}

// waitBands are the bands of an expected wait, in minutes; there is a phrase for
// each.
var waitBands = [...]int{2, 5, 10, 15, 20, 30, 45, 60}

// waitBand is the band an expected wait falls into, never too short but for the
// last one.
func waitBand(wait time.Duration) int {
	for _, band := range waitBands {
		if wait <= time.Duration(band)*time.Minute {
			return band
		}
	}
	return waitBands[len(waitBands)-1]
}

// queueArgs are the values of the sentences above in the words of a language.
func (p *Program) queueArgs(prompt, lang string, args map[string]string) map[string]string {
	switch prompt {
	case queuePosition:
		position := args["position"]
		if said, err := spoken.Place(lang, position); err == nil {
			return map[string]string{"position": position, "place": said}
		}
	case queueWait:
		return map[string]string{"wait": p.Prompts["phrase.wait_"+args["minutes"]][lang].Source}
	}
	return args
}
