package pbx

import (
	"context"
	"strings"
	"time"

	"github.com/CyCoreSystems/ari/v5"
)

// deadAfter is how long a telephone that cannot be reached may send nothing, until
// it counts as gone.
const deadAfter = 10 * time.Second

// pulse is what was last heard of an answered leg's telephone.
type pulse struct {
	packets int
	at      time.Time
}

// dead tells whether the telephone of an answered leg is gone without a word, with
// the network or its power: it has sent nothing for a while, and Asterisk's own
// OPTIONS do not reach it. Neither alone proves that: telephones may send no silence,
// and one that cannot be reached for a moment may still talk. What is not known is
// no death. Browsers' telephones are left out: they have Asterisk's rtp_timeout,
// and a call of theirs outlives its websocket.
func (p *Phone) dead(ctx context.Context, x *leg, last *pulse) bool {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	var sound struct {
		Received int `json:"rxcount"`
	}
	if err := p.rest.do(ctx, get("/channels/%s/rtp_statistics", x.channel), &sound); err != nil {
		return false
	}
	if sound.Received != last.packets || last.at.IsZero() {
		*last = pulse{sound.Received, time.Now()}
		return false
	}
	return time.Since(last.at) >= deadAfter && p.unreachable(ctx, x)
}

// unreachable tells whether Asterisk says that the telephone of a leg is away.
func (p *Phone) unreachable(ctx context.Context, x *leg) bool {
	var ch ari.ChannelData
	if err := p.rest.do(ctx, get("/channels/%s", x.channel), &ch); err != nil {
		return false
	}
	name, sip := strings.CutPrefix(ch.Name, "PJSIP/")
	i := strings.LastIndexByte(name, '-') // of the number of the channel
	if !sip || i < 0 || strings.HasPrefix(name, DevicePrefix) {
		return false
	}
	var endpoint struct{ State string }
	err := p.rest.do(ctx, get("/endpoints/PJSIP/%s", name[:i]), &endpoint)
	return err == nil && endpoint.State == "offline"
}
