package speech

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// sine is a tone of so many dBFS (peak) and seconds.
func sine(rate int, hz, dbfs, seconds float64) []float64 {
	x := make([]float64, int(seconds*float64(rate)))
	peak := math.Pow(10, dbfs/20)
	for i := range x {
		x[i] = peak * math.Sin(2*math.Pi*hz*float64(i)/float64(rate))
	}
	return x
}

func within(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > tolerance {
		t.Errorf("%s: got %.3f, want %.3f within %.3f", what, got, want, tolerance)
	}
}

func TestTheWeightingFiltersAreThoseOfBS1770(t *testing.T) {
	shelf, highpass := kWeighting(48000)
	for what, pair := range map[string][2]float64{
		"b0": {shelf.b0, 1.53512485958697}, "b1": {shelf.b1, -2.69169618940638}, "b2": {shelf.b2, 1.19839281085285},
		"a1": {shelf.a1, -1.69065929318241}, "a2": {shelf.a2, 0.73248077421585},
		"high a1": {highpass.a1, -1.99004745483398}, "high a2": {highpass.a2, 0.99007225036621},
	} {
		within(t, what, pair[0], pair[1], 1e-9)
	}
}

// One channel of a stereo reference: EBU Tech 3341 gives two equal channels,
// which are 3.01 LU louder than one.
const oneOfTwo = -3.01

func TestReferenceSignalsMeasureAsEBUTech3341Says(t *testing.T) {
	for _, rate := range []int{48000, wide, narrow} {
		within(t, "case 1", integrated(sine(rate, 1000, -23, 5), rate), -23+oneOfTwo, 0.1)
		within(t, "case 2", integrated(sine(rate, 1000, -33, 5), rate), -33+oneOfTwo, 0.1)
	}
	steps := func(levels ...float64) []float64 { // level and seconds in turn
		var x []float64
		for i := 0; i < len(levels); i += 2 {
			x = append(x, sine(narrow, 1000, levels[i], levels[i+1])...)
		}
		return x
	}
	for what, x := range map[string][]float64{
		"case 3": steps(-36, 10, -23, 60, -36, 10),
		"case 4": steps(-72, 10, -36, 10, -23, 60, -36, 10, -72, 10),
		"case 5": steps(-26, 20, -20, 20.1, -26, 20),
	} {
		within(t, what, integrated(x, narrow), -23+oneOfTwo, 0.1)
	}
}

func TestAPromptShorterThanABlockIsMeasuredAsAWhole(t *testing.T) {
	within(t, "150 ms", integrated(sine(narrow, 1000, -20, 0.15), narrow), -20+oneOfTwo, 0.3)
	if got := integrated(make([]float64, narrow), narrow); !math.IsInf(got, -1) && !math.IsNaN(got) {
		t.Errorf("silence measures %v", got)
	}
}

func TestNoTruePeakPassesTheCeiling(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-3, 3), 1, 400).Draw(t, "x")
		y := limit(x, narrow)
		if peak := slices.Max(y); peak > ceiling+1e-9 {
			t.Fatalf("a sample of %v", peak)
		}
	})
	// Between its samples a tone of a quarter of the rate is 3 dB higher.
	tone := make([]float64, narrow)
	for i := range tone {
		tone[i] = math.Sin(math.Pi/2*float64(i) + math.Pi/4)
	}
	within(t, "peak between samples", slices.Max(truePeaks(tone)), 1, 0.02)
	within(t, "limited", slices.Max(truePeaks(limit(tone, narrow))), ceiling, 0.01)
}

func TestWhatIsBelowTheCeilingStaysAsItIs(t *testing.T) {
	x := sine(narrow, 440, -6, 0.5)
	if !slices.Equal(limit(x, narrow), x) {
		t.Error("a quiet tone was changed")
	}
}
