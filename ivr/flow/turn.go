package flow

import (
	"fmt"
	"strings"
	"time"

	"infolinia/ivr"
)

// turn is one Step in the making.
type turn struct {
	p       *Program
	w       *ivr.World
	c       *ivr.Call
	effects []ivr.Effect
	ids     int

	next    Target          // where to go; empty: stay
	signals []signal        // for the node, in order
	reason  string          // of the call's end, where it is no usual one
	leaving ivr.LeaveReason // why a queue is left, where it is for no failure
}

// run goes on until the call waits for something or has ended.
func (t *turn) run() {
	for !t.c.Ended {
		switch {
		case t.next != "":
			target := t.next
			t.next, t.signals = "", nil
			t.follow(target)
		case len(t.signals) > 0:
			in := t.signals[0]
			t.signals = t.signals[1:]
			t.dispatch(in)
		default:
			return
		}
	}
}

// dispatch gives a signal to the node, unless a way out is already laid.
func (t *turn) dispatch(in signal) {
	exit := t.c.Visit.Exit
	if exit != "" {
		switch in.(type) {
		case said, keys:
			t.goTo(Target(exit))
		}
		return
	}
	kind := t.kind()
	if kind == nil {
		t.internalError("node " + t.c.Node + " is not in this version")
		return
	}
	kind.on(t, in)
}

func (t *turn) do(e ivr.Effect)       { t.effects = append(t.effects, e) }
func (t *turn) note(n ivr.Note)       { t.do(n) }
func (t *turn) goTo(target Target)    { t.next = target }
func (t *turn) manners() Manners      { return t.p.Nodes[t.c.Node].Manners }
func (t *turn) phase(p string)        { t.c.Visit.Phase = p }
func (t *turn) inPhase(p string) bool { return t.c.Visit.Phase == p }

// id makes the id of an effect of this step.
func (t *turn) id(kind string) string {
	t.ids++
	return fmt.Sprintf("%s.%d.%s%d", t.c.ID, t.c.Seq, kind, t.ids)
}

// exit takes a case of the node, else its "failed", else error.internal.
func (t *turn) exit(cases Cases, name string) {
	target, ok := cases.target(name)
	if !ok {
		t.internalError("node " + t.c.Node + " has no case for " + name)
		return
	}
	t.goTo(target)
}

// sayAndExit is exit after a last sentence.
func (t *turn) sayAndExit(p Prompt, cases Cases, name string) {
	target, ok := cases.target(name)
	if !ok {
		t.exit(cases, name)
		return
	}
	t.sayAndGo(p, target)
}

func (c Cases) target(name string) (Target, bool) {
	if target, ok := c[name]; ok {
		return target, true
	}
	target, ok := c["failed"]
	return target, ok
}

// maxDepth is how many flows may be called inside each other.
const maxDepth = 8

func (t *turn) call(flow string, next Target) {
	f := t.p.Flows[flow]
	if f == nil {
		t.internalError("flow " + flow + " is not in this version")
		return
	}
	if len(t.c.Frames) > maxDepth {
		t.internalError("flows call each other too deep")
		return
	}
	t.c.Frames = append(t.c.Frames, ivr.Frame{Flow: flow, Return: string(next)})
	t.goTo(Target(f.Start))
}

// follow moves the call stack to the target and enters its node.
func (t *turn) follow(target Target) {
	c := t.c
	for target == Return {
		if len(c.Frames) < 2 {
			t.internalError("return without a call")
			return
		}
		top := len(c.Frames) - 1
		target = Target(c.Frames[top].Return)
		c.Frames = c.Frames[:top]
	}
	flow, _, _ := strings.Cut(string(target), ".")
	t.unwindTo(flow)
	t.enter(string(target))
}

// unwindTo makes flow the innermost one: by going back to it when it is on the
// stack, else in place of the innermost.
func (t *turn) unwindTo(flow string) {
	frames := t.c.Frames
	for i := len(frames) - 1; i >= 0; i-- {
		if frames[i].Flow == flow {
			t.c.Frames = frames[:i+1]
			return
		}
	}
	frames[len(frames)-1].Flow = flow
}

func (t *turn) enter(id string) {
	c := t.c
	if q, ok := t.kind().(*QueueUp); ok && id == c.Node && q.keepsPlace(t) {
		q.waitOn(t)
		return
	}
	t.release()
	t.dropSpeech()
	t.cancelTimers()
	n := t.p.Nodes[id]
	if n == nil {
		t.internalError("node " + id + " is not in this version")
		return
	}
	if c.Steps++; c.Steps > t.p.Limits.MaxStepsWithoutInput {
		t.internalError("too many steps without a key")
		return
	}
	if t.rowIsFull(n) {
		t.goTo(n.Manners.MaxExceeded)
		return
	}
	c.Node, c.Visit = id, ivr.Visit{}
	c.SecretDigits, c.SecretBuffer = "", nil
	t.note(ivr.Note{Event: "enter", Node: id})
	if n.Outcome != "" {
		t.setOutcome(n.Outcome)
	}
	t.inMachine(true)
	if n.Manners.Flush {
		c.Buffer = nil
	}
	n.Kind.enter(t)
}

func (t *turn) setOutcome(o ivr.Outcome) { t.c.Outcome, t.c.Answered = o, false }

// internalError goes where the line's error.internal leads; the second time, or
// where it leads nowhere, no flow runs any more and the dialplan takes over.
func (t *turn) internalError(reason string) {
	c := t.c
	c.Internal++
	c.Steps = 0
	t.note(ivr.Note{Event: "error", Node: c.Node, Reason: reason})
	t.release()
	t.dropSpeech()
	t.cancelTimers()
	e := t.p.Events["error.internal"]
	if c.Internal > 1 || e.Goto == "" {
		t.setOutcome(ivr.OutcomeError)
		t.next, t.signals = "", nil
		c.Ended, c.Timers = true, nil
		c.SecretDigits, c.SecretBuffer, c.Sensitive = "", nil, nil
		t.note(ivr.Note{Event: "end", By: "line", Node: c.Node, Outcome: c.Outcome})
		t.do(ivr.Fallback{Number: t.p.Destinations[t.p.Fallback]})
		return
	}
	t.sayAndGo(e.Prompt, e.Goto)
}

// sayAndGo says a last thing in the current node and leaves it.
func (t *turn) sayAndGo(p Prompt, target Target) {
	t.c.Visit.Exit = string(target)
	t.say(ivr.Segment{Lines: lines(p), BargeIn: true})
}

// back enters the last menu of the trail; in a menu, the one before it; from the
// keying of a number in a queue, the queue. It tells whether there was one.
func (t *turn) back() bool {
	c := t.c
	if q, ok := t.kind().(*QueueUp); ok && q.keepsPlace(t) {
		t.goTo(Target(c.Node))
		return true
	}
	trail := c.Trail
	if n := len(trail); n > 0 && trail[n-1].Node == c.Node {
		trail = trail[:n-1]
	}
	if len(trail) == 0 {
		return false
	}
	last := trail[len(trail)-1]
	c.Trail = trail
	c.Frames = append([]ivr.Frame(nil), last.Frames...)
	t.goTo(Target(last.Node))
	return true
}

// keepOnTrail puts the current menu on the trail, cutting back to it when it
// is already there.
func (t *turn) keepOnTrail() {
	c := t.c
	for i, s := range c.Trail {
		if s.Node == c.Node {
			c.Trail = c.Trail[:i]
			break
		}
	}
	c.Trail = append(c.Trail, ivr.Stop{Node: c.Node, Frames: append([]ivr.Frame(nil), c.Frames...)})
}

// inMachine starts or stops the clock of max_call.
func (t *turn) inMachine(on bool) {
	c := t.c
	switch running := !c.MachineSince.IsZero(); {
	case on && !running:
		c.MachineSince = t.w.Now
		if left := t.p.Limits.MaxCall - c.Machine; !c.MaxCallOver {
			t.arm(timerMaxCall, max(left, time.Millisecond))
		}
	case !on && running:
		c.Machine += t.spent()
		c.MachineSince = time.Time{}
		t.disarm(timerMaxCall)
	}
}

// spent is the time in the machine since its clock was started. What the clock on
// the wall cannot have measured, because it was set meanwhile, counts as nothing:
// else the call would be over its limit at once.
func (t *turn) spent() time.Duration {
	d := t.w.Now.Sub(t.c.MachineSince)
	if d < 0 || d > t.p.Limits.MaxCall {
		return 0
	}
	return d
}
