package desk

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"infolinia/ivr"
)

// trouble is a random day in an office whose processes die between any two steps,
// whose store goes away and loses data, and whose people do anything.
type trouble struct {
	*office
	chance
	procs   []*process        // by number; nil: dead
	callers map[string]string // live calls, by ID: their slot
	queued  map[string]string // what each is queued as, by call
	gone    map[string]string // tasks whose caller has hung up, and their slot
	entered int
	log     []string
}

const troubledRuns = 100

func TestWhateverBreaksNobodyIsLeftInAQueueOrOnALine(t *testing.T) {
	first, last := uint64(1), uint64(troubledRuns)
	if seed, err := strconv.ParseUint(os.Getenv("INFOLINIA_SEED"), 10, 64); err == nil {
		first, last = seed, seed
	}
	for seed := first; seed <= last; seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			inOffice(t, func(t *testing.T, o *office) { troubledRun(o, seed) })
		})
	}
}

func troubledRun(o *office, seed uint64) {
	x := &trouble{
		office: o, chance: chance{rand.New(rand.NewPCG(seed, 0))}, procs: []*process{nil, nil},
		callers: map[string]string{}, queued: map[string]string{}, gone: map[string]string{},
	}
	x.heal()
	for range 60 {
		x.happen()
		wait(time.Duration(x.IntN(3)) * time.Duration(x.IntN(3000)) * time.Millisecond)
		x.look()
	}
	x.goHome()
	if o.t.Failed() {
		o.t.Logf("what happened:\n%s", strings.Join(x.log, "\n"))
	}
}

func (x *trouble) note(format string, args ...any) {
	x.log = append(x.log, fmt.Sprintf(format, args...))
}

// alive is some process that lives.
func (x *trouble) alive() *process {
	living := slices.DeleteFunc(slices.Clone(x.procs), func(p *process) bool { return p == nil })
	if len(living) == 0 {
		return nil
	}
	return living[x.IntN(len(living))]
}

func (x *trouble) happen() {
	switch n := x.IntN(40); {
	case n < 9:
		x.call()
	case n < 19:
		x.leg()
	case n < 32:
		x.agentDoes()
	case n < 33:
		x.die(x.IntN(2))
	case n < 36:
		x.dieSoon(x.IntN(2))
	case n < 38:
		x.heal()
	case n < 39:
		away := x.IntN(2) == 0
		x.note("store away: %t", away)
		x.store.set(map[bool]error{true: errAway}[away])
	default:
		if x.store.gone() == nil && slices.ContainsFunc(x.procs, (*process).well) { // else nobody remembers
			x.note("flush")
			x.store.flush()
			wait(time.Second)
		}
	}
}

// call lets somebody call, hang up, or press a key.
func (x *trouble) call() {
	call := x.one(slices.Sorted(maps.Keys(x.callers))...)
	slot := x.callers[call]
	if call != "" && x.IntN(3) > 0 {
		task := x.queued[call]
		x.note("%s hangs up", call)
		delete(x.callers, call)
		x.gone[task] = slot
		x.leaveAll()
		return
	}
	x.entered++
	call = fmt.Sprintf("c%d", x.entered)
	slot = x.one(hall, annex)
	x.callers[call], x.queued[call] = slot, call+".q"
	x.note("%s calls", call)
	x.enqueue(call)
}

// enqueue tells the desk of a call again, as a call that is restored does.
func (x *trouble) enqueue(call string) {
	slot := x.callers[call]
	holder := x.holder(slot)
	if holder == nil {
		return
	}
	queue := "office"
	if call[len(call)-1]%2 == 0 {
		queue = "all"
	}
	x.beside(func(ctx context.Context) {
		if err := holder.Enqueue(ctx, slot, &ivr.Call{ID: call, Lang: "pl"}, ivr.Enqueue{ID: x.queued[call], Queue: queue}); err == RefusedDetached {
			return // the flow takes its branch
		}
	})
}

func (x *trouble) holder(slot string) *process {
	x.phone.mu.Lock()
	defer x.phone.mu.Unlock()
	return x.phone.holders[slot]
}

// beside runs what may never be answered, because its process dies.
func (x *trouble) beside(do func(ctx context.Context)) {
	ctx, cancel := context.WithTimeout(x.t.Context(), 5*time.Second)
	go func() {
		defer cancel()
		do(ctx)
	}()
	synctest.Wait()
}

// leaveAll says of everybody who has hung up that he has, as long as somebody may
// not know.
func (x *trouble) leaveAll() {
	for _, task := range slices.Sorted(maps.Keys(x.gone)) {
		if holder := x.holder(x.gone[task]); holder != nil {
			x.beside(func(ctx context.Context) { holder.LeaveQueue(ctx, task, ivr.LeftByHangup) })
		}
	}
}

// leg lets a phone be answered or put down.
func (x *trouble) leg() {
	x.phone.mu.Lock()
	id := x.one(slices.Sorted(maps.Keys(x.phone.legs))...)
	up := id != "" && x.phone.legs[id].up
	x.phone.mu.Unlock()
	switch {
	case id == "":
	case !up && x.IntN(4) > 0:
		x.note("%s is answered", id)
		x.phone.answer(id)
	case up && x.IntN(2) > 0:
	case up:
		x.note("%s hangs up", id)
		x.phone.hangUp(id, []LegCause{LegHungUp, LegLost}[x.IntN(2)])
	default:
		x.note("%s is not answered", id)
		x.phone.hangUp(id, []LegCause{LegBusy, LegNoAnswer, LegFailed}[x.IntN(3)])
	}
	synctest.Wait()
}

func (x *trouble) agentDoes() {
	p := x.alive()
	if p == nil {
		return
	}
	agent, other := x.one("anna", "jan", "ewa"), x.one("anna", "jan", "ewa")
	task := ""
	if a := p.Floor().Agents[agent]; a != nil && a.Owed != nil {
		task = a.Owed.Task
	}
	to := []Target{{Agent: other}, {Queue: "office"}, {Destination: "mayor"}}[x.IntN(3)]
	in := []Input{
		LogIn{Agent: agent, Name: agent, Session: "s-" + agent, Endpoint: "PJSIP/" + agent, System: "m", Browser: true},
		Ready{Agent: agent}, Ready{Agent: agent}, Ready{Agent: agent}, Pause{Agent: agent, Reason: "lunch"}, Reject{Agent: agent},
		HangUp{Agent: agent}, HangUp{Agent: agent}, SetHold{Agent: agent, On: x.IntN(2) == 0}, Consult{Agent: agent, To: to},
		TransferTo{Agent: agent, To: to}, Swap{Agent: agent}, Complete{Agent: agent}, Conference{Agent: agent},
		Finish{Agent: agent, Task: task, Code: "done"}, Finish{Agent: agent, Task: task, Code: "done"},
		Rejoin{Agent: agent, Session: "s-" + agent}, Gone{Agent: agent, Session: "s-" + agent},
	}[x.IntN(18)]
	x.note("%T%+v", in, in)
	x.beside(func(ctx context.Context) { p.Do(ctx, in) })
}

func (x *trouble) die(n int) {
	if p := x.procs[n]; p != nil {
		x.note("process %d ends", n)
		x.procs[n] = nil
		p.kill()
	}
}

// dieSoon ends a process between two of its next words with the store and Asterisk.
func (x *trouble) dieSoon(n int) {
	p := x.procs[n]
	if p == nil {
		return
	}
	left := x.IntN(25)
	x.note("process %d ends after %d words", n, left)
	p.faults.mu.Lock()
	p.faults.die = func() bool { left--; return left < 0 }
	p.faults.mu.Unlock()
}

// well tells whether a process will not end by itself.
func (p *process) well() bool {
	if p == nil {
		return false
	}
	p.faults.mu.Lock()
	defer p.faults.mu.Unlock()
	return !p.faults.dead && p.faults.die == nil
}

// heal starts what is dead, gives it the slots that nobody holds, and calls that
// are there ask where they stand.
func (x *trouble) heal() {
	for n, p := range x.procs {
		if p != nil && p.faults.at() != nil {
			x.die(n)
		}
		if x.procs[n] == nil {
			x.note("process %d begins", n)
			x.procs[n] = x.process()
		}
	}
	for i, slot := range []string{hall, annex} {
		if x.holder(slot) == nil {
			x.procs[i].hold(slot)
		}
	}
	x.leaveAll()
	for _, call := range slices.Sorted(maps.Keys(x.callers)) {
		x.enqueue(call)
	}
}

// look fails when an agent is heard by two callers.
func (x *trouble) look() {
	x.phone.mu.Lock()
	defer x.phone.mu.Unlock()
	talks := map[string]string{}
	for _, task := range slices.Sorted(maps.Keys(x.phone.bridges)) {
		b := x.phone.bridges[task]
		if !slices.Contains(b.Together, TheCaller) {
			continue
		}
		for _, id := range b.Together {
			l := x.phone.legs[id]
			if l == nil || l.Endpoint == "" {
				continue
			}
			if before := talks[l.Endpoint]; before != "" {
				x.t.Errorf("%s talks in %s and in %s", l.Endpoint, before, task)
			}
			talks[l.Endpoint] = task
		}
	}
}

// goHome ends the day: everything works again, everybody hangs up and logs off.
func (x *trouble) goHome() {
	x.note("the day ends")
	x.store.set(nil)
	for _, p := range x.procs {
		if p != nil {
			p.faults.mu.Lock()
			p.faults.die = nil
			p.faults.mu.Unlock()
		}
	}
	x.heal()
	wait(3 * time.Second)
	for call, slot := range x.callers {
		x.gone[x.queued[call]] = slot
	}
	clear(x.callers)
	x.leaveAll()
	wait(3 * time.Second)
	for range 3 { // rings and wrap-ups run out
		wait(2 * time.Minute)
		x.leaveAll()
	}
	for _, agent := range []string{"anna", "jan", "ewa"} {
		x.beside(func(ctx context.Context) { x.procs[0].Do(ctx, LogOut{Agent: agent, Session: "s-" + agent}) })
	}
	wait(2 * time.Minute)
	x.assertHome()
}

func (x *trouble) assertHome() {
	for _, p := range x.procs {
		x.quiet(p)
		for _, a := range p.Floor().Agents {
			if a.State != Offline || a.Task != "" {
				x.t.Errorf("%s is still %+v", a.Login, *a)
			}
		}
		if p.Detached() {
			x.t.Error("still detached")
		}
	}
}
