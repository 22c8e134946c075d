package main

// trend is how one figure went through the two loads of a soak.
type trend struct {
	What   string  `json:"what"`
	First  float64 `json:"first"`  // median of the first load, once it was warm
	Grew   float64 `json:"grew"`   // within that time, by the line of least squares
	Second float64 `json:"second"` // median of the second load
	Flat   bool    `json:"flat"`   // grew by at most a twentieth, or by less than noise
	NoMore bool    `json:"no_more"`

	daemon bool // the line's own
}

// Within these a figure is flat whatever it is: garbage waits for its collection,
// and calls come and go between two looks.
const (
	flatPart  = 0.05
	flatMB    = 3
	flatCount = 20
)

func trends(looks []look) []*trend {
	return []*trend{
		trendOf("MB", looks, flatMB, true, func(l look) float64 { return l.Daemon }),
		trendOf("descriptors", looks, flatCount, true, func(l look) float64 { return l.Files }),
		trendOf("goroutines", looks, flatCount, true, func(l look) float64 { return l.Goroutines }),
		trendOf("MB of asterisk", looks, flatMB, false, func(l look) float64 { return l.Asterisk }),
		trendOf("descriptors of asterisk", looks, flatCount, false, func(l look) float64 { return l.AsterFiles }),
		// Redis keeps ended calls for an hour, so it grows for that long.
		trendOf("MB of redis", looks, flatMB, false, func(l look) float64 { return l.Redis }),
	}
}

func trendOf(what string, looks []look, noise float64, daemon bool, figure func(look) float64) *trend {
	x := &trend{What: what, daemon: daemon}
	var loads [3][]look
	for _, l := range looks {
		loads[l.Load] = append(loads[l.Load], l)
	}
	first := loads[1][len(loads[1])/warmUp:]
	x.First, x.Second = medianFigure(first, figure), medianFigure(loads[2], figure)
	x.Grew = rounded(slope(first, figure)*float64(len(first)), 2)
	most := max(flatPart*x.First, noise)
	x.Flat = len(first) > 0 && x.Grew <= most
	x.NoMore = len(loads[2]) > 0 && x.Second <= x.First+most
	return x
}

func medianFigure(looks []look, figure func(look) float64) float64 {
	var all []float64
	for _, l := range looks {
		all = append(all, figure(l))
	}
	return rounded(median(all), 2)
}

// slope is the growth from one look to the next, by least squares.
func slope(looks []look, figure func(look) float64) float64 {
	n := float64(len(looks))
	if n < 2 {
		return 0
	}
	var sx, sy, sxx, sxy float64
	for i, l := range looks {
		x, y := float64(i), figure(l)
		sx, sy, sxx, sxy = sx+x, sy+y, sxx+x*x, sxy+x*y
	}
	return (n*sxy - sx*sy) / (n*sxx - sx*sx)
}
