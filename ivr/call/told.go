package call

import (
	"time"

	"github.com/rs/zerolog"
)

// told bounds what is logged of a trouble that all calls have at once, as a disk
// that is full or a store that is away: the metrics count each case.
type told struct{ prompts, saves, orders zerolog.BurstSampler }

func newTold() told {
	return told{
		prompts: zerolog.BurstSampler{Burst: 1, Period: time.Minute},
		saves:   zerolog.BurstSampler{Burst: 1, Period: time.Minute},
		orders:  zerolog.BurstSampler{Burst: 10, Period: time.Minute},
	}
}
