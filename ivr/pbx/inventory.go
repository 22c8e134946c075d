package pbx

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/CyCoreSystems/ari/v5"
)

// Inventory is what an Asterisk has of a line, at a moment.
type Inventory struct {
	// Callers are the calls whose channel is in one of the applications.
	Callers []Guest
	// Legs are the effects whose leg of a transfer is there, and the desk's legs.
	Legs []string
	// Bridges are the effects that a bridge was made for, with its channels; of the
	// desk's tasks as BridgeOf names them.
	Bridges map[string][]string
}

// Guest is a caller in an application.
type Guest struct{ Call, Channel, App string }

// Inventory lists what is in some applications, whoever serves them. It needs no
// Run.
func (p *Phone) Inventory(ctx context.Context, apps []string) (Inventory, error) {
	inv := Inventory{Bridges: map[string][]string{}}
	if err := p.introduce(ctx); err != nil {
		return inv, fmt.Errorf("look into asterisk: %w", err)
	}
	for _, name := range apps {
		var app ari.ApplicationData
		err := p.rest.do(ctx, get("/applications/%s", name), &app)
		if code(err) == http.StatusNotFound {
			continue // nobody has ever served it
		}
		if err != nil {
			return inv, fmt.Errorf("look into asterisk: %w", err)
		}
		for _, id := range app.ChannelIDs {
			if leg, ok := strings.CutPrefix(id, legPrefix); ok {
				inv.Legs = append(inv.Legs, leg)
				continue
			}
			in, err := p.inside(ctx, id)
			if err != nil {
				return inv, fmt.Errorf("look into asterisk: %w", err)
			}
			if in {
				inv.Callers = append(inv.Callers, Guest{p.callID(id), id, name})
			}
		}
	}
	var bridges []ari.BridgeData
	if err := p.rest.do(ctx, get("/bridges"), &bridges); err != nil {
		return inv, fmt.Errorf("look into asterisk: %w", err)
	}
	for _, b := range bridges {
		if slices.Contains(apps, b.Name) {
			inv.Bridges[b.ID] = b.ChannelIDs
		}
	}
	return inv, nil
}

// Plays tells whether Asterisk knows a playback. It needs no Run.
func (p *Phone) Plays(ctx context.Context, id string) (bool, error) {
	return p.exists(ctx, "/playbacks/%s", id, nil)
}

// Records tells whether Asterisk is recording. It needs no Run.
func (p *Phone) Records(ctx context.Context, id string) (bool, error) {
	return p.exists(ctx, "/recordings/live/%s", id, nil)
}

// introduce asks for Asterisk's system name, which call ids begin with.
func (p *Phone) introduce(ctx context.Context) error {
	var info ari.AsteriskInfo
	if err := p.rest.do(ctx, get("/asterisk/info").with("only", "config"), &info); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.system = info.ConfigInfo.Name
	return nil
}
