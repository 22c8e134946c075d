package pbx

import (
	"context"
	"strconv"
	"time"
)

// Limit begins the dialplan's time limit of a caller anew: who waits in a queue is not
// to be sent to the fallback for it. It is ordered beside everything else, because a
// prompt that plays to him would hold it up.
func (p *Phone) Limit(callID string, limit time.Duration) {
	seconds := strconv.Itoa(int(limit.Round(time.Second).Seconds()))
	p.start(func(ctx context.Context) {
		err := p.order(ctx, callID, func(ch string) request {
			return post("/channels/%s/variable", ch).with("variable", "TIMEOUT(absolute)", "value", seconds)
		})
		if err != nil && ctx.Err() == nil {
			p.cfg.Log.Warn().Err(err).Str("call", callID).Msg("the time limit of a call that waits in a queue is not put off")
		}
	})
}
