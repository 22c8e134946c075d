package speech

import "math"

// biquad is a second-order filter in direct form II transposed, a0 = 1.
type biquad struct{ b0, b1, b2, a1, a2 float64 }

func (f biquad) apply(x []float64) []float64 {
	y := make([]float64, len(x))
	var s1, s2 float64
	for i, v := range x {
		out := f.b0*v + s1
		s1 = f.b1*v - f.a1*out + s2
		s2 = f.b2*v - f.a2*out
		y[i] = out
	}
	return y
}

// kWeighting returns the two filters of ITU-R BS.1770-4 (tables 1 and 2) for
// any sampling rate. The recommendation gives coefficients for 48 kHz; these
// are the analogue filters behind them, so that 48 kHz gives its tables.
func kWeighting(rate float64) (shelf, highpass biquad) {
	const gain, shelfHz, shelfQ = 3.999843853973347, 1681.974450955533, 0.7071752369554196
	k := math.Tan(math.Pi * shelfHz / rate)
	vh := math.Pow(10, gain/20)
	vb := math.Pow(vh, 0.4996667741545416)
	a0 := 1 + k/shelfQ + k*k
	shelf = biquad{
		b0: (vh + vb*k/shelfQ + k*k) / a0,
		b1: 2 * (k*k - vh) / a0,
		b2: (vh - vb*k/shelfQ + k*k) / a0,
		a1: 2 * (k*k - 1) / a0,
		a2: (1 - k/shelfQ + k*k) / a0,
	}
	const highHz, highQ = 38.13547087602444, 0.5003270373238773
	k = math.Tan(math.Pi * highHz / rate)
	a0 = 1 + k/highQ + k*k
	highpass = biquad{b0: 1, b1: -2, b2: 1, a1: 2 * (k*k - 1) / a0, a2: (1 - k/highQ + k*k) / a0}
	return shelf, highpass
}

// integrated is the loudness of one channel in LUFS by EBU R 128: K-weighted,
// in blocks of 400 ms that overlap by three quarters, gated at -70 LUFS and
// then at 10 LU below the mean of what is left. What is shorter than a block
// is measured as one, without gates. Silence is minus infinity.
func integrated(samples []float64, rate int) float64 {
	shelf, highpass := kWeighting(float64(rate))
	weighted := highpass.apply(shelf.apply(samples))
	step := rate / 10
	if len(weighted) < 4*step {
		return loudness(meanSquare(weighted))
	}
	var quarters, powers []float64 // of 100 ms, of whole blocks
	for from := 0; from+step <= len(weighted); from += step {
		quarters = append(quarters, meanSquare(weighted[from:from+step]))
		if n := len(quarters); n >= 4 {
			powers = append(powers, mean(quarters[n-4:]))
		}
	}
	absolute := gate(powers, -70)
	return loudness(mean(gate(absolute, loudness(mean(absolute))-10)))
}

// gate keeps the blocks louder than a threshold in LUFS.
func gate(powers []float64, threshold float64) []float64 {
	var kept []float64
	for _, p := range powers {
		if loudness(p) > threshold {
			kept = append(kept, p)
		}
	}
	return kept
}

// loudness is BS.1770's formula for one channel of weight 1.
func loudness(power float64) float64 { return -0.691 + 10*math.Log10(power) }

func meanSquare(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v * v
	}
	return sum / float64(max(len(x), 1))
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(max(len(x), 1))
}
