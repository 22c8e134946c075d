package pbx

import (
	"context"
	"fmt"
	"time"
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
