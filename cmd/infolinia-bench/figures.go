package main

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// row is what the rounds of one rate came to. Its JSON is a contract.
type row struct {
	Who           string    `json:"who"`
	Shape         string    `json:"shape"`
	Rate          float64   `json:"rate"`
	Attempted     int       `json:"attempted"`
	Good          int       `json:"good"`
	KeyToPrompt   quantiles `json:"key_to_prompt_ms"`
	InviteToAudio quantiles `json:"invite_to_audio_ms"`
	CPU           share     `json:"cpu_s_per_1000"`
	RSS           float64   `json:"rss_mb"`
	HeldRate      float64   `json:"held_rate"`
	Void          bool      `json:"void"`

	Rounds      int        `json:"rounds"`
	CPUSpread   [2]float64 `json:"cpu_s_per_1000_spread"`       // of the sum, cheapest and dearest round
	P99Spread   [2]float64 `json:"key_to_prompt_p99_ms_spread"` // best and worst round
	CallersCore float64    `json:"callers_core"`                // share of one, the most of any round
	Held        bool       `json:"held"`                        // in most rounds
	RowSeconds  float64    `json:"row_s"`                       // for which calls arrived

	total float64 // CPU of all three
}

type quantiles struct {
	P50 float64 `json:"p50"`
	P95 float64 `json:"p95"`
	P99 float64 `json:"p99"`
}

type share struct {
	Asterisk float64 `json:"asterisk"`
	App      float64 `json:"app"`
	Redis    float64 `json:"redis"`
}

// rows brings the rounds together, in the order of the first one.
func rows(trials []*trial) []*row {
	var all []*row
	byKey := map[[2]string]map[float64][]*trial{}
	for _, t := range trials {
		key := [2]string{t.who, t.shape}
		if byKey[key] == nil {
			byKey[key] = map[float64][]*trial{}
		}
		if byKey[key][t.rate] == nil {
			all = append(all, &row{Who: t.who, Shape: t.shape, Rate: t.rate})
		}
		byKey[key][t.rate] = append(byKey[key][t.rate], t)
	}
	for _, r := range all {
		r.sum(byKey[[2]string{r.Who, r.Shape}][r.Rate])
	}
	for _, r := range all {
		r.HeldRate = highest(all, r.Who, r.Shape)
	}
	slices.SortStableFunc(all, func(a, b *row) int {
		return cmp.Or(cmp.Compare(a.Shape, b.Shape), cmp.Compare(a.Rate, b.Rate), cmp.Compare(order(a.Who), order(b.Who)))
	})
	return all
}

// highest is the highest rate that somebody held, for kneeRow if that was tried.
func highest(all []*row, who, shape string) (rate float64) {
	var longest float64
	for _, r := range all {
		if r.Who != who || r.Shape != shape {
			continue
		}
		if lasted := min(r.RowSeconds, kneeRow.Seconds()); lasted > longest {
			longest, rate = lasted, 0
		}
		if r.Held && !r.Void && r.RowSeconds >= longest {
			rate = max(rate, r.Rate)
		}
	}
	return rate
}

func order(who string) int { return slices.Index([]string{"dialplan", "infolinia", "ari-client"}, who) }

// sum takes medians over the rounds. Void rounds count only when all are void.
func (r *row) sum(rounds []*trial) {
	sound := slices.DeleteFunc(slices.Clone(rounds), (*trial).void)
	r.Void = len(sound) == 0
	if r.Void {
		sound = rounds
	}
	r.Rounds, r.RowSeconds = len(sound), sound[0].lasting.Seconds()
	held := 0
	for _, t := range sound {
		r.Attempted += t.attempted
		r.Good += t.good
		r.CallersCore = rounded(max(r.CallersCore, t.own), 3)
		if t.held() {
			held++
		}
	}
	r.Held = 2*held > len(sound)
	r.KeyToPrompt = quantilesOf(sound, func(t *trial) []time.Duration { return t.keys })
	r.InviteToAudio = quantilesOf(sound, func(t *trial) []time.Duration { return t.audio })
	r.CPU = share{
		Asterisk: medianOf(sound, func(t *trial) float64 { return t.perThousand(t.cpu.asterisk) }),
		App:      medianOf(sound, func(t *trial) float64 { return t.perThousand(t.cpu.app) }),
		Redis:    medianOf(sound, func(t *trial) float64 { return t.perThousand(t.cpu.redis) }),
	}
	total := func(t *trial) float64 { return t.perThousand(t.cpu.asterisk + t.cpu.app + t.cpu.redis) }
	r.total = medianOf(sound, total)
	r.CPUSpread = extremes(sound, total)
	r.P99Spread = extremes(sound, func(t *trial) float64 { return ms(percentile(t.keys, 99)) })
	r.RSS = medianOf(sound, func(t *trial) float64 { return t.rssMB })
}

func (t *trial) perThousand(used time.Duration) float64 {
	return used.Seconds() / float64(max(t.attempted, 1)) * 1000
}

func quantilesOf(trials []*trial, times func(*trial) []time.Duration) quantiles {
	at := func(p float64) float64 {
		return rounded(medianOf(trials, func(t *trial) float64 { return ms(percentile(times(t), p)) }), 2)
	}
	return quantiles{at(50), at(95), at(99)}
}

func medianOf(trials []*trial, figure func(*trial) float64) float64 {
	var all []float64
	for _, t := range trials {
		all = append(all, figure(t))
	}
	return rounded(median(all), 3)
}

func extremes(trials []*trial, figure func(*trial) float64) [2]float64 {
	e := [2]float64{math.Inf(1), math.Inf(-1)}
	for _, t := range trials {
		e[0], e[1] = min(e[0], figure(t)), max(e[1], figure(t))
	}
	e[0], e[1] = rounded(e[0], 3), rounded(e[1], 3)
	return e
}

func median(all []float64) float64 {
	if len(all) == 0 {
		return 0
	}
	all = slices.Sorted(slices.Values(all))
	n := len(all)
	return (all[(n-1)/2] + all[n/2]) / 2
}

// percentile is the nearest-rank one; 0 of nothing.
func percentile(times []time.Duration, p float64) time.Duration {
	if len(times) == 0 {
		return 0
	}
	times = slices.Sorted(slices.Values(times))
	return times[max(0, int(math.Ceil(p/100*float64(len(times))))-1)]
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func rounded(x float64, digits int) float64 {
	scale := math.Pow10(digits)
	return math.Round(x*scale) / scale
}
