package ivr

import (
	"math"
	"testing"
	"time"
)

func TestAVariableHoldsNothingThatCannotBeSaved(t *testing.T) {
	odd := time.Date(2026, time.June, 10, 8, 0, 0, 0, time.FixedZone("", 24*60*60))
	for _, x := range []any{math.Inf(1), math.Inf(-1), math.NaN(), []any{1, math.NaN()}, odd} {
		if v, ok := ValueOf(x); ok {
			t.Errorf("%v became %v", x, v)
		}
	}
	if v, ok := ValueOf(2.5); !ok || v.Any() != 2.5 {
		t.Error(v, ok)
	}
}
