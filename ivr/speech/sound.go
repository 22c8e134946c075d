package speech

import (
	"context"
	"encoding/binary"
	"math"
	"strconv"
)

const (
	narrow = 8000  // Hz, A-law
	wide   = 16000 // Hz, linear
)

// sound is a finished clip in the two forms that Asterisk gets.
type sound struct {
	alaw  []byte // 8 kHz
	sln16 []byte // 16 kHz, 16 bit, little endian
}

// finish makes a clip of any WAV: one channel, without rumble below the
// telephone's band, at the given tempo (1 leaves it), trimmed, at the target
// loudness, its peaks limited. errNoSound when there is nothing to hear.
func finish(ctx context.Context, wav []byte, tempo, lufs float64) (sound, error) {
	effects := []string{"highpass", "100"}
	if tempo != 1 {
		effects = append(effects, "tempo", "-s", strconv.FormatFloat(tempo, 'f', 3, 64))
	}
	// 6 dB of headroom, so that the resampling of a loud recording does not clip.
	args := append([]string{"-V1", "-t", "wav", "-v", "0.5", "-",
		"-t", "f32", "-r", strconv.Itoa(wide), "-c", "1", "-"}, effects...)
	raw, _, err := run(ctx, wav, "sox", args...)
	if err != nil {
		return sound{}, err
	}
	samples, err := trim(fromFloats(raw), wide)
	if err != nil {
		return sound{}, err
	}
	return master(ctx, samples, lufs)
}

// master brings samples at 16 kHz to the target loudness, as it is measured
// where callers hear it, at 8 kHz, and encodes both forms.
func master(ctx context.Context, samples []float64, lufs float64) (sound, error) {
	raw, _, err := run(ctx, toFloats(samples), "sox", "-V1", "-t", "f32", "-r", strconv.Itoa(wide), "-c", "1", "-",
		"-t", "f32", "-r", strconv.Itoa(narrow), "-")
	if err != nil {
		return sound{}, err
	}
	telephone := fromFloats(raw)
	level := integrated(telephone, narrow)
	if math.IsInf(level, 0) || math.IsNaN(level) {
		return sound{}, errNoSound
	}
	gain, leveled := level8k(telephone, lufs-level, lufs)
	alaw, _, err := run(ctx, toFloats(leveled), "sox", "-V1", "-D", "-t", "f32", "-r", strconv.Itoa(narrow), "-c", "1", "-",
		"-t", "al", "-")
	if err != nil {
		return sound{}, err
	}
	return sound{alaw: alaw, sln16: toShorts(limit(scale(samples, gain), wide))}, nil
}

// level8k raises x by so many dB, limits it, and raises it a little more as long
// as the limiter took away what was missing to the target: some engines speak
// with high peaks. It returns the gain it has come to.
func level8k(x []float64, db, lufs float64) (gain float64, leveled []float64) {
	for range 4 {
		gain = math.Pow(10, db/20)
		leveled = limit(scale(x, gain), narrow)
		missing := lufs - integrated(leveled, narrow)
		if missing < 0.1 {
			break
		}
		db += missing
	}
	return gain, leveled
}

// trim cuts the silence around speech: what is 40 dB below the loudest 10 ms.
// It leaves 30 ms before, so that no soft consonant is lost, and ends with 200
// ms, the pause between two sentences played one after the other.
func trim(x []float64, rate int) ([]float64, error) {
	frame := rate / 100
	loudest := 0.0
	for i := 0; i+frame <= len(x); i += frame {
		loudest = max(loudest, meanSquare(x[i:i+frame]))
	}
	if loudest < 1e-7 { // -70 dBFS: a recording of nothing
		return nil, errNoSound
	}
	first, last := -1, 0
	for i := 0; i+frame <= len(x); i += frame {
		if meanSquare(x[i:i+frame]) > loudest*1e-4 {
			if first < 0 {
				first = i
			}
			last = i + frame
		}
	}
	from := max(first-3*frame, 0)
	to := min(last+10*frame, len(x)) // 100 ms of decay, then nothing
	y := make([]float64, last+20*frame-from)
	copy(y, x[from:to])
	fade(y[:frame], false)
	fade(y[max(to-from-3*frame, 0):to-from], true)
	return y, nil
}

// fade raises x from silence, or lowers it to silence.
func fade(x []float64, out bool) {
	for i := range x {
		g := float64(i) / float64(len(x))
		if out {
			g = 1 - g
		}
		x[i] *= g
	}
}

func scale(x []float64, gain float64) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = v * gain
	}
	return y
}

func fromFloats(raw []byte) []float64 {
	x := make([]float64, len(raw)/4)
	for i := range x {
		x[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:])))
	}
	return x
}

func toFloats(x []float64) []byte {
	raw := make([]byte, 0, 4*len(x))
	for _, v := range x {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(float32(v)))
	}
	return raw
}

func toShorts(x []float64) []byte {
	raw := make([]byte, 0, 2*len(x))
	for _, v := range x {
		v = min(max(math.Round(v*32768), math.MinInt16), math.MaxInt16)
		raw = binary.LittleEndian.AppendUint16(raw, uint16(int16(v)))
	}
	return raw
}
