package pbx

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/CyCoreSystems/ari/v5"
)

// TheCaller stands for the channel of an Arrangement's Call.
const TheCaller = "caller"

// Arrangement is who of a task hears what. Its members are TheCaller and ids of
// legs. A leg that is named nowhere hears nothing; a caller who is named nowhere
// goes on with what his call lets him hear.
type Arrangement struct {
	Task, Call string
	Together   []string // hear each other; empty: nobody does
	Music      []string
	Ring       []string // hear a ringing tone
	Class      string   // of the music; empty: Asterisk's default
}

// empty: nothing is left to be arranged.
func (a Arrangement) empty() bool { return len(a.Together)+len(a.Music)+len(a.Ring) == 0 }

// sound is what a channel hears while it is alone.
type sound struct {
	music, ring bool
	class       string
}

// scene is what was last arranged for a task.
type scene struct {
	turn   chan struct{}    // holds a token while somebody arranges
	sounds map[string]sound // by channel; a missing one is unknown
	freed  bool             // the dialplan's time limit is off
	used   time.Time        // last; needs Phone.mu
}

// BridgeOf is the bridge of a task's talk.
func BridgeOf(task string) string { return "talk-" + task }

// Arrange brings Asterisk to an arrangement, from wherever it is: what is so
// already is left alone, also after another process has arranged it. Who leaves a
// talk is out before somebody else is let in. While the caller is together with
// somebody his keys are no inputs, and the dialplan's time limit is off. A prompt
// that still plays to him holds Arrange up until it is stopped or over, and nothing
// else. A member who is gone is left out. After an error some of it may have been
// done; the same again does the rest.
func (p *Phone) Arrange(ctx context.Context, a Arrangement) error {
	if err := p.ready(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, arrangeTimeout)
	defer cancel()
	s := p.scene(a.Task)
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return fmt.Errorf("arrange %s: %w", a.Task, ctx.Err())
	}
	st := p.stage(a, s)
	if st.talks {
		p.setTalking(st.caller, true)
	}
	err := st.set(ctx)
	if !st.talks {
		p.setTalking(st.caller, false)
	}
	if err != nil {
		return fmt.Errorf("arrange %s: %w", a.Task, err)
	}
	if a.empty() {
		p.dropScene(a.Task)
	}
	return nil
}

// arrangeTimeout lets the prompt of a caller who is being connected be stopped late.
const arrangeTimeout = 2 * orderTimeout

func (p *Phone) scene(task string) *scene {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.scenes[task]
	if s == nil {
		s = &scene{turn: make(chan struct{}, 1), sounds: map[string]sound{}}
		p.scenes[task] = s
	}
	s.used = time.Now()
	return s
}

func (p *Phone) dropScene(task string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.scenes, task)
}

func (p *Phone) setTalking(c *call, on bool) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.transfer == nil { // whose talk it is otherwise
		c.talking = on
	}
}

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
			st.free(ctx)
		}
		err := st.p.rest.do(ctx, post("/bridges/%s/addChannel", st.bridge).with(
			"channel", channel, "inhibitConnectedLineUpdates", "true"), nil)
		if err != nil && !absent(err) {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

// free takes the dialplan's time limit off the caller: it is for one who is alone
// with the machine.
func (st *stage) free(ctx context.Context) {
	if st.s.freed {
		return
	}
	err := st.p.rest.do(ctx, post("/channels/%s/variable", st.caller.channel).with(
		"variable", "TIMEOUT(absolute)", "value", "0"), nil)
	st.s.freed = err == nil
}
