package pbx

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/CyCoreSystems/ari/v5"
)

// stage is an arrangement in Asterisk's terms: channels instead of members.
type stage struct {
	p                     *Phone
	s                     *scene
	bridge                string
	caller                *call // nil when he is gone
	talks                 bool  // the caller is together with somebody
	together, music, ring []string
	class                 string
	others                []string // channels that may still hear something
}

func (p *Phone) stage(a Arrangement, s *scene) *stage {
	st := &stage{p: p, s: s, bridge: BridgeOf(a.Task), caller: p.call(a.Call), class: a.Class}
	channels := func(members []string) (list []string) {
		for _, m := range members {
			switch {
			case m != TheCaller:
				list = append(list, legPrefix+m)
			case st.caller != nil:
				list = append(list, st.caller.channel)
			}
		}
		return list
	}
	st.together, st.music, st.ring = channels(a.Together), channels(a.Music), channels(a.Ring)
	if c := st.caller; c != nil {
		st.talks = slices.Contains(st.together, c.channel)
	}
	st.others = p.legsOf(a.Task)
	for channel := range s.sounds {
		st.others = append(st.others, channel)
	}
	return st
}

// set does what is missing.
func (st *stage) set(ctx context.Context) error {
	var b ari.BridgeData
	exists, err := st.p.exists(ctx, "/bridges/%s", st.bridge, &b)
	if err != nil {
		return err
	}
	for _, channel := range b.ChannelIDs {
		// One by one, also when all go: then each is out when Asterisk answers, which
		// the end of a bridge would only begin.
		if !slices.Contains(st.together, channel) {
			if err := st.takeOut(ctx, channel); err != nil {
				return err
			}
		}
	}
	if err := st.tune(ctx, b.ChannelIDs); err != nil {
		return err
	}
	if len(st.together) > 0 {
		return st.join(ctx, exists, b.ChannelIDs)
	}
	if exists {
		err = st.p.rest.do(ctx, remove("/bridges/%s", st.bridge), nil)
	}
	if code(err) == http.StatusNotFound {
		return nil
	}
	return err
}

func (st *stage) takeOut(ctx context.Context, channel string) error {
	err := st.p.rest.do(ctx, post("/bridges/%s/removeChannel", st.bridge).with("channel", channel), nil)
	if absent(err) || code(err) == http.StatusUnprocessableEntity || code(err) == http.StatusNotFound {
		return nil // 422: no longer in it
	}
	return err
}

// absent tells whether an order to a bridge failed because the channel is gone.
func absent(err error) bool {
	return code(err) == http.StatusBadRequest || gone(err) && code(err) != http.StatusNotFound
}

// join lets in those who are missing, the caller last: only he may keep us waiting.
func (st *stage) join(ctx context.Context, exists bool, inside []string) error {
	if !exists {
		err := st.p.rest.do(ctx, post("/bridges/%s", st.bridge).with("type", "mixing", "name", st.p.cfg.App), nil)
		if err != nil && code(err) != http.StatusConflict {
			return err
		}
	}
	missing := slices.DeleteFunc(slices.Clone(st.together), func(ch string) bool { return slices.Contains(inside, ch) })
	if st.talks && slices.Contains(missing, st.caller.channel) {
		channel := st.caller.channel
		missing = append(slices.DeleteFunc(missing, func(ch string) bool { return ch == channel }), channel)
	}
	var failed []error
	for _, channel := range missing {
		if st.caller != nil && channel == st.caller.channel {
			failed = append(failed, st.free(ctx))
		}
		err := st.p.rest.do(ctx, post("/bridges/%s/addChannel", st.bridge).with(
			"channel", channel, "inhibitConnectedLineUpdates", "true"), nil)
		if err != nil && !absent(err) {
			failed = append(failed, err)
		}
	}
	if len(failed) == 0 { // who is in it already; else it was tried just now
		failed = append(failed, st.free(ctx))
	}
	return errors.Join(failed...)
}

// free takes the dialplan's time limit off a caller who talks: it is for one who is
// alone with the machine, and would end the talk.
func (st *stage) free(ctx context.Context) error {
	if !st.talks || st.s.freed {
		return nil
	}
	err := st.p.rest.do(ctx, post("/channels/%s/variable", st.caller.channel).with(
		"variable", "TIMEOUT(absolute)", "value", "0"), nil)
	st.s.freed = err == nil
	if gone(err) {
		return nil
	}
	return err
}
