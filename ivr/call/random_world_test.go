package call_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"infolinia/ivr"
	"infolinia/ivr/call"
	"infolinia/ivr/pbx/fakeari"
	"infolinia/ivr/store"
)

// world is what a run happens in, and what its oracle has seen.
type world struct {
	t        *testing.T
	ari      *fakeari.Server
	versions call.Versions
	voice    call.Voice
	trouble  *trouble
	desk     *desk
	log      zerolog.Logger
	verbose  bool
	begin    time.Time

	mu       sync.Mutex
	mem      *store.Store
	gen      int  // counts the stores: a flushed one is followed by an empty one
	away     bool // the store does not answer
	forgets  bool // the store acknowledges one save and loses it
	lives    []*process
	holding  *process
	takers   []string // who took the slot, in order
	callers  []*caller
	byID     map[string]*caller
	kept     map[string]int // messages by recording
	stale    map[string]int // orders of a process that has lost the slot, by process and call
	problems []string
	trace    []string
}

// caller is a caller with what the oracle knows of his call.
type caller struct {
	*fakeari.Caller
	acked   uint64            // last step known to be saved
	keys    map[uint64]string // of saved steps
	pressed string
	ordered map[string]int // by effect
	reports []string
	faults  int
	lost    bool // steps that were never saved died with their process
	flushed bool // the store lost the call, or Asterisk denied that it had it
}

func (w *world) store() (*store.Store, int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.mem, w.gen
}

// close ends what runs in the world beside the processes.
func (w *world) close() {
	w.ari.Close()
	close(w.desk.over)
}

func (w *world) storeAnswers() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return !w.away
}

func (w *world) setAway(away bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.away = away
}

// flush empties the store.
func (w *world) flush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.mem, w.gen = store.NewMemory(), w.gen+1
	for _, c := range w.callers {
		c.flushed = true
		c.faults++
	}
}

// forgetsOne tells whether the store loses what it is given now.
func (w *world) forgetsOne() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	forgets := w.forgets
	w.forgets = false
	return forgets
}

// lastOwner is the machine that held the slot last; empty: none did yet.
func (w *world) lastOwner() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.holding == nil {
		return ""
	}
	return w.holding.owner
}

func (w *world) holds(p *process) {
	w.mu.Lock()
	w.holding = p
	w.takers = append(w.takers, p.name)
	w.mu.Unlock()
	w.tracef("%s holds the slot", p.name)
}

// holder is who holds the slot in the newest store.
func (w *world) holder(gen int) *process {
	w.mu.Lock()
	p := w.holding
	w.mu.Unlock()
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.gen != gen {
		return nil
	}
	return p
}

func (w *world) tracef(format string, args ...any) {
	if !w.verbose {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trace = append(w.trace, fmt.Sprintf("%8.3f ", time.Since(w.begin).Seconds())+fmt.Sprintf(format, args...))
}

func (w *world) wrong(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.problems = append(w.problems, fmt.Sprintf("%8.3f ", time.Since(w.begin).Seconds())+fmt.Sprintf(format, args...))
}

func (w *world) call(id string) *caller {
	if w.byID[id] == nil {
		w.byID[id] = &caller{keys: map[uint64]string{}, ordered: map[string]int{}}
	}
	return w.byID[id]
}

// blame counts a fault for the calls it names, or for all.
func (w *world) blame(what string) {
	w.tracef("fault: %s", what)
	w.mu.Lock()
	defer w.mu.Unlock()
	named := false
	for id, c := range w.byID {
		if strings.Contains(what, id) {
			c.faults++
			named = true
		}
	}
	for _, c := range w.byID {
		if !named {
			c.faults++
		}
	}
}

// deny notes that Asterisk was heard to deny a caller: his call may have been
// given up, and he begins again. All that is promised is that he is not left.
func (w *world) deny(path string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for id, c := range w.byID {
		c.flushed = c.flushed || strings.Contains(path, id)
	}
}

func (w *world) acknowledged(c *ivr.Call, events []ivr.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	seen := w.call(c.ID)
	seen.acked = max(seen.acked, c.Seq)
	for _, e := range events {
		if e.Event == "key" {
			seen.keys[e.Seq] = e.Digit
		}
	}
}

// ordered looks at an effect that is about to be performed: its step must have
// been saved, unless the store did not answer for it.
func (w *world) ordered(p *process, id, effect string) {
	if p.gate.killed() {
		return
	}
	w.tracef("%s orders %s", p.name, effect)
	_, step := callOf(effect)
	var seq uint64
	_, _ = fmt.Sscan(step, &seq)
	p.mu.Lock()
	unsaved := slices.Contains(p.failed[id], seq)
	p.mu.Unlock()
	w.mu.Lock()
	c := w.call(id)
	early := c.acked < seq && !unsaved
	w.mu.Unlock()
	if early {
		w.wrong("%s: %s is performed before it is saved", p.name, effect)
	}
}

// takenOver notes which calls lose steps: their process is gone, or fenced off,
// with a state that was never saved.
func (w *world) takenOver(saved []*ivr.Call) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for id, c := range w.byID {
		var seq uint64
		for _, s := range saved {
			if s.ID == id {
				seq = s.Seq
			}
		}
		for _, p := range w.lives {
			p.mu.Lock()
			c.lost = c.lost || p.returned[id] > seq
			p.mu.Unlock()
		}
	}
}

func (w *world) reported(id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for call, c := range w.byID {
		if strings.HasPrefix(id, call+".") && !slices.Contains(c.reports, id) {
			c.reports = append(c.reports, id)
		}
	}
}

// asked looks at the number a look-up is asked for: the caller must have
// pressed it.
func (w *world) asked(id, number string) {
	w.mu.Lock()
	pressed := w.call(id).pressed
	w.mu.Unlock()
	if !keyed(number, pressed) {
		w.wrong("%s: asked for %q, pressed was %q", id, number, pressed)
	}
}

// keyed tells whether the keys of part are among those of whole, in any order:
// events can overtake each other.
func keyed(part, whole string) bool {
	for _, k := range part {
		if strings.Count(part, string(k)) > strings.Count(whole, string(k)) {
			return false
		}
	}
	return true
}

// keep moves a message to its box.
func (w *world) keep(id, wav string) error {
	taken := w.ari.Take(id)
	w.tracef("message %s kept: %t", id, taken)
	w.mu.Lock()
	defer w.mu.Unlock()
	if !taken && w.kept[id] == 0 {
		return fmt.Errorf("no recording %s", wav)
	}
	w.kept[id]++
	return nil
}

// rescue stores what callers had said when the last process died before it
// could store it, as the daemon does at its start.
func (w *world) rescue(ctx context.Context, calls []*ivr.Call) {
	known := map[string]*ivr.Call{}
	for _, c := range calls {
		known[c.ID] = c
	}
	mem, _ := w.store()
	for _, id := range w.ari.Stored() {
		callID, _ := callOf(id)
		c := known[callID]
		if c == nil || !c.Ended && c.Visit.Recording == id {
			continue
		}
		path, err := mem.Path(ctx, callID)
		if err != nil {
			w.wrong("path of %s: %v", callID, err)
		}
		discarded := slices.ContainsFunc(path, func(e ivr.Event) bool { return e.Event == "discarded" && e.Recording == id })
		if discarded {
			w.ari.Take(id)
		} else if slices.ContainsFunc(path, func(e ivr.Event) bool { return e.Recording == id }) {
			_ = w.keep(id, id)
		}
	}
}

// judgeRequest looks at a request that reaches Asterisk: a process that has
// lost the slot may only finish what was on its way: for a call one order, with
// the stop of a prompt that goes before it.
func (w *world) judgeRequest(r *http.Request) {
	name, _, _ := r.BasicAuth()
	if r.Method == http.MethodGet || strings.Contains(r.URL.Path, "/events/user/") {
		return
	}
	w.tracef("%s: %s %s", name, r.Method, r.URL)
	w.mu.Lock()
	w.count(r)
	stop := r.Method == http.MethodDelete && strings.Contains(r.URL.Path, "/playbacks/")
	stale := w.holding != nil && w.holding.name != name && !stop
	n := 0
	if stale {
		id := ""
		for known := range w.byID {
			if strings.Contains(r.URL.String(), known) {
				id = known
			}
		}
		w.stale[name+" "+id]++
		n = w.stale[name+" "+id]
	}
	w.mu.Unlock()
	if n > 1 {
		w.wrong("%s has lost the slot and orders for the %dth time: %s %s", name, n, r.Method, r.URL.Path)
	}
}

// count counts the orders of effects that must not be given twice.
func (w *world) count(r *http.Request) {
	q := r.URL.Query()
	effect := q.Get("name") + strings.TrimPrefix(q.Get("channelId"), "leg-")
	if _, id, ok := strings.Cut(r.URL.Path, "/play/"); ok {
		effect = id
	}
	id, _ := callOf(effect)
	if c := w.byID[id]; c != nil && !strings.Contains(r.URL.Path, "/bridges/") {
		c.ordered[effect]++
	}
}
