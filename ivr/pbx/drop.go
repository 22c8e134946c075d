package pbx

import (
	"context"
	"fmt"
)

func hangupLeg(id string, elsewhere bool) request {
	reason := "normal"
	if elsewhere {
		reason = "answered_elsewhere"
	}
	return remove("/channels/%s", legPrefix+id).with("reason", reason).atOnce()
}

// DropLeg hangs a leg up, at whatever stage it is. elsewhere tells the telephone
// that the call was answered by another one, so that it is not shown as missed. It is
// tried until it has come about; a leg that is gone, or never was, is no error.
func (p *Phone) DropLeg(ctx context.Context, id string, elsewhere bool) error {
	if err := p.ready(ctx); err != nil {
		return err
	}
	p.mu.Lock()
	d := p.desk[id]
	p.mu.Unlock()
	if d != nil {
		d.mu.Lock()
		d.dropped, d.elsewhere = true, elsewhere
		d.mu.Unlock()
	}
	p.rid(hangupLeg(id, elsewhere))
	if d != nil {
		d.given.set() // after the order: whoever sees it hangs up again what was only being made
	}
	return nil
}

// Legs tells which legs of a task are there, "ringing" or "up", whoever called
// them; those left out are gone. They are followed from then on as if this process
// had called them.
func (p *Phone) Legs(ctx context.Context, task string, ids []string) (map[string]string, error) {
	if err := p.ready(ctx); err != nil {
		return nil, err
	}
	there := map[string]string{}
	for _, id := range ids {
		var ch foundChannel
		found, err := p.exists(ctx, "/channels/%s", legPrefix+id, &ch)
		if err != nil {
			return nil, fmt.Errorf("look for leg %s: %w", id, err)
		}
		if !found {
			continue
		}
		there[id] = "ringing"
		if ch.State == "Up" {
			there[id] = "up"
		}
		if d, fresh := p.takeLeg(id, task); fresh {
			p.start(func(ctx context.Context) { p.resumeLeg(ctx, d, p.cfg.Ring) })
		}
	}
	return there, nil
}
