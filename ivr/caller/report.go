package caller

import (
	"math"
	"time"
)

// Report is a call in figures. Times are in milliseconds; those of what happened in the
// call count from its answer.
type Report struct {
	// Answer is from the INVITE to its 200, FirstSound from there to the first RTP
	// audio, null when there was none.
	Answer     float64  `json:"answer_ms"`
	FirstSound *float64 `json:"first_sound_ms"`
	Length     float64  `json:"length_ms"`
	// HungUp is "us" or "them", empty while the call goes on.
	HungUp string        `json:"hung_up,omitempty"`
	Heard  []ReportHeard `json:"heard"`
	Keys   []ReportKey   `json:"keys"`
}

// ReportHeard is one prompt; Name is empty for an unknown sound.
type ReportHeard struct {
	Name     string   `json:"name"`
	Also     []string `json:"also,omitempty"`
	At       float64  `json:"at_ms"`
	Length   float64  `json:"length_ms"`
	Complete bool     `json:"complete"`
}

// ReportKey is one key that was sent. Prompt is what was heard next and began after
// the key's end, ToPrompt how long after; both are missing when another key
// came first.
type ReportKey struct {
	Key      string   `json:"key"`
	At       float64  `json:"at_ms"`
	End      float64  `json:"end_ms"`
	Prompt   *string  `json:"prompt,omitempty"`
	ToPrompt *float64 `json:"to_prompt_ms,omitempty"`
}

// Report tells the call so far.
func (c *Call) Report() Report {
	c.mu.Lock()
	defer c.mu.Unlock()
	since := func(t time.Time) float64 { return millis(t.Sub(c.times.answered)) }
	r := Report{
		Answer: millis(c.times.answered.Sub(c.times.invited)),
		Length: since(time.Now()),
		Heard:  []ReportHeard{},
		Keys:   []ReportKey{},
	}
	if !c.times.firstAudio.IsZero() {
		first := since(c.times.firstAudio)
		r.FirstSound = &first
	}
	if c.end != nil {
		r.Length, r.HungUp = since(c.end.At), "them"
		if c.end.ByUs {
			r.HungUp = "us"
		}
	}
	for _, h := range c.heard {
		r.Heard = append(r.Heard, ReportHeard{
			Name: h.Name, Also: h.Also, At: since(h.At),
			Length: millis(h.Length), Complete: h.Complete,
		})
	}
	for i, k := range c.keys {
		rk := ReportKey{Key: k.Key, At: since(k.At), End: since(k.Until)}
		if h, ok := c.answerTo(i); ok {
			took := millis(h.At.Sub(k.Until))
			rk.Prompt, rk.ToPrompt = &h.Name, &took
		}
		r.Keys = append(r.Keys, rk)
	}
	return r
}

// answerTo returns the prompt that followed key i, if no other key came between.
func (c *Call) answerTo(i int) (Heard, bool) {
	for _, h := range c.heard {
		if h.At.Before(c.keys[i].Until) {
			continue
		}
		if i+1 < len(c.keys) && !h.At.Before(c.keys[i+1].Until) {
			return Heard{}, false
		}
		return h, true
	}
	return Heard{}, false
}

// millis rounds to a tenth of a millisecond.
func millis(d time.Duration) float64 {
	return math.Round(float64(d)/1e5) / 10
}
