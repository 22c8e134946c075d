package speech

import "math"

// ceiling is the highest true peak of a clip, -1 dBTP as EBU R 128 asks.
const ceiling = 0.8912509381337456 // 10^(-1/20)

// truePeaks estimates for each sample the highest level the analogue signal
// reaches around it, by looking at three points between the samples (four-fold
// oversampling as in BS.1770-4, annex 2) through a windowed sinc.
func truePeaks(x []float64) []float64 {
	const reach = 6 // samples on either side
	peaks := make([]float64, len(x))
	for i, v := range x {
		peaks[i] = math.Abs(v)
	}
	for _, offset := range []float64{0.25, 0.5, 0.75} {
		var taps [2 * reach]float64
		for k := range taps {
			t := float64(k-reach+1) - offset
			taps[k] = math.Sin(math.Pi*t) / (math.Pi * t) * (0.5 + 0.5*math.Cos(math.Pi*t/(reach+1)))
		}
		for i := range x {
			sum := 0.0
			for k, tap := range taps {
				if j := i + k - reach + 1; j >= 0 && j < len(x) {
					sum += tap * x[j]
				}
			}
			peaks[i] = max(peaks[i], math.Abs(sum))
			if i+1 < len(x) {
				peaks[i+1] = max(peaks[i+1], math.Abs(sum))
			}
		}
	}
	return peaks
}

// limit holds the true peaks of x under the ceiling: 5 ms ahead of a peak the
// level begins to give way, and 5 ms after it is back. What is below the
// ceiling everywhere is returned as it is.
func limit(x []float64, rate int) []float64 {
	gains := make([]float64, len(x))
	over := false
	for i, p := range truePeaks(x) {
		gains[i] = 1
		if p > ceiling {
			gains[i], over = ceiling/p, true
		}
	}
	if !over {
		return x
	}
	reach := rate * 5 / 1000
	gains = smooth(lowest(gains, reach), reach)
	y := make([]float64, len(x))
	for i := range x {
		y[i] = x[i] * gains[i]
	}
	return y
}

// lowest takes at each place the least value within reach.
func lowest(x []float64, reach int) []float64 {
	y := make([]float64, len(x))
	var window []int // places of rising values, the least first
	next := 0
	for i := range x {
		for ; next < len(x) && next <= i+reach; next++ {
			for len(window) > 0 && x[window[len(window)-1]] >= x[next] {
				window = window[:len(window)-1]
			}
			window = append(window, next)
		}
		if window[0] < i-reach {
			window = window[1:]
		}
		y[i] = x[window[0]]
	}
	return y
}

// smooth takes at each place the mean within reach. Of values that lowest made
// it never exceeds the original one, since every window holds its place.
func smooth(x []float64, reach int) []float64 {
	sums := make([]float64, len(x)+1)
	for i, v := range x {
		sums[i+1] = sums[i] + v
	}
	y := make([]float64, len(x))
	for i := range x {
		from, to := max(i-reach, 0), min(i+reach+1, len(x))
		y[i] = (sums[to] - sums[from]) / float64(to-from)
	}
	return y
}
