package ivr

import (
	"math"
	"testing"
)

func TestAVariableHoldsNoNumberThatCannotBeSaved(t *testing.T) {
	for _, x := range []any{math.Inf(1), math.Inf(-1), math.NaN(), []any{1, math.NaN()}} {
		if v, ok := ValueOf(x); ok {
			t.Errorf("%v became %v", x, v)
		}
	}
	if v, ok := ValueOf(2.5); !ok || v.Any() != 2.5 {
		t.Error(v, ok)
	}
}
