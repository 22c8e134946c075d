package pbx

import (
	"context"
	"errors"
	"slices"
)

// tune gives everybody who is alone what he shall hear, and stops what those hear
// who are let into the bridge. inside are those who are in it already.
func (st *stage) tune(ctx context.Context, inside []string) error {
	var failed []error
	for _, channel := range st.audience() {
		if slices.Contains(inside, channel) && slices.Contains(st.together, channel) {
			st.s.sounds[channel] = sound{}
			continue
		}
		want := sound{music: slices.Contains(st.music, channel), ring: slices.Contains(st.ring, channel)}
		if want.music {
			want.class = st.class
		}
		has, known := st.s.sounds[channel]
		if st.leftAlone(channel, want, known) {
			continue
		}
		if slices.Contains(st.together, channel) {
			known = false // his call may have let the caller hear something
		}
		err := st.sound(ctx, channel, has, want, known)
		switch {
		case err == nil:
			st.s.sounds[channel] = want
		case gone(err):
			delete(st.s.sounds, channel)
		default:
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

// audience is everybody the arrangement can concern, once.
func (st *stage) audience() []string {
	all := slices.Concat(st.together, st.music, st.ring, st.others)
	slices.Sort(all)
	return slices.Compact(all)
}

// leftAlone: a caller who is named nowhere hears what his call plays, unless we had
// played something to him.
func (st *stage) leftAlone(channel string, want sound, known bool) bool {
	return st.caller != nil && channel == st.caller.channel && !known && want == sound{} &&
		!slices.Contains(st.together, channel)
}

// sound changes what a channel hears. Where that is unknown, everything unwanted is
// stopped.
func (st *stage) sound(ctx context.Context, channel string, has, want sound, known bool) error {
	if known && has == want {
		return nil
	}
	var orders []request
	if !want.music && (!known || has.music) {
		orders = append(orders, remove("/channels/%s/moh", channel))
	}
	if !want.ring && (!known || has.ring) {
		orders = append(orders, remove("/channels/%s/ring", channel))
	}
	if want.music {
		q := post("/channels/%s/moh", channel)
		if want.class != "" {
			q = q.with("mohClass", want.class)
		}
		orders = append(orders, q)
	}
	if want.ring {
		orders = append(orders, post("/channels/%s/ring", channel))
	}
	for _, q := range orders {
		if err := st.p.rest.do(ctx, q, nil); err != nil {
			return err
		}
	}
	return nil
}
