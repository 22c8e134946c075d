package call_test

import (
	"slices"
	"testing"
)

// beginning is how it begins: one process serves, the other stands by.
func beginning(left budget) house {
	return house{
		owners: [2]owner{{role: serving, epoch: 1, vain: never, watch: never}, {lease: never, vain: never, watch: never}},
		known:  true, epoch: 1, beaten: [2]bool{true, true}, left: left,
	}
}

// searched are the beginnings that are searched through, by what may happen.
var searched = map[string]budget{
	"hand-overs": {keys: 2, handOvers: 2, leases: 2},
	"crashes":    {keys: 1, handOvers: 1, leases: 2, crashes: 2, restarts: 1},
	"silence":    {keys: 1, handOvers: 1, leases: 2, aways: 1},
	"stop":       {keys: 1, leases: 1, pauses: 1, aways: 1},
	"stop+crash": {keys: 1, handOvers: 1, leases: 2, pauses: 1, crashes: 1},
	"flush":      {keys: 1, leases: 1, pauses: 1, losses: 1},
}

// orphaned are the houses of which no way leads to one where the call is served:
// what went wrong is over, but for a process that is dead for good.
func (r *rules) orphaned(found []house) (count int, one house) {
	served := map[house]bool{}
	for _, h := range found {
		if h.owners[0].crashed && h.owners[1].crashed {
			continue
		}
		h.left, h.away = budget{leases: never}, false
		var way []house
		for !h.served() && len(way) < 200 && !served[h] {
			way = append(way, h)
			h = r.goOn(h)
		}
		if len(way) == 200 {
			count, one = count+1, way[0]
		}
		for _, passed := range way {
			served[passed] = len(way) < 200
		}
	}
	return count, one
}

// goOn does what comes first of what is to be done; when there is nothing, time
// passes.
func (r *rules) goOn(h house) house {
	best, bestRank := h, len(goOnOrder)
	r.next(&h, func(what action, who int, n house, _ string) {
		n.plain(r)
		n.left = h.left
		if what == asksRenewal && h.owners[who].lease == 0 {
			return // once a tick
		}
		if rank := slices.Index(goOnOrder, what); rank >= 0 && rank < bestRank && n != h {
			best, bestRank = n, rank
		}
	})
	return best
}

var goOnOrder = []action{revive, lands, readsReplaced, renewalBack, asksRenewal, works, savesWhole, releases, look, acquires, opens, tick}

// served tells that a process that lives has the slot, its events and nothing
// left to do.
func (h *house) served() bool {
	if h.socket == nobody || h.away {
		return false
	}
	o := &h.owners[h.socket]
	return !o.paused && o.role == serving && !o.replaced && o.buffer == 0 && o.phase == idle &&
		h.known && h.holder == h.socket && h.epoch == o.epoch && h.saved == o.seq
}

// search tries everything; it gives the way to the first broken promise.
func (r *rules) search(from house) (found []house, broken string, way []string) {
	type step struct {
		from int32
		what action
	}
	from.plain(r)
	found = []house{from}
	steps := []step{{from: -1}}
	seen := map[house]struct{}{from: {}}
	for at := 0; at < len(found) && broken == ""; at++ {
		r.next(&found[at], func(what action, _ int, n house, problem string) {
			if broken != "" {
				return
			}
			if problem != "" {
				broken = problem
				way = append(way, names[what])
				for s := at; s > 0; s = int(steps[s].from) {
					way = append(way, names[steps[s].what])
				}
				slices.Reverse(way)
				return
			}
			n.plain(r)
			if _, ok := seen[n]; !ok {
				seen[n] = struct{}{}
				found, steps = append(found, n), append(steps, step{int32(at), what})
			}
		})
	}
	return found, broken, way
}

func TestNoInterleavingOfTwoOwnersBreaksAPromise(t *testing.T) {
	for name, left := range searched {
		t.Run(name, func(t *testing.T) {
			found, broken, way := allRules.search(beginning(left))
			if broken != "" {
				t.Fatalf("%s: %q", broken, way)
			}
			orphaned, one := allRules.orphaned(found)
			t.Logf("%d states", len(found))
			if orphaned > 0 {
				t.Errorf("in %d of them the call is left to nobody: %+v", orphaned, one)
			}
		})
	}
}

// Each rule is needed: without it the search finds how a promise breaks.
func TestEachRuleOfTheTakeoverIsNeeded(t *testing.T) {
	for name, tc := range map[string]struct {
		among   string
		without func(*rules)
	}{
		"look before each order":                {"hand-overs", func(r *rules) { r.lookBeforeOrder = false }},
		"count a lease from its asking":         {"hand-overs", func(r *rules) { r.countFromAsking = false }},
		"let silence grow old":                  {"stop", func(r *rules) { r.silenceGrowsOld = false }},
		"an unbroken silence":                   {"silence", func(r *rules) { r.unbroken = false }},
		"a silence that a standby has met too":  {"silence", func(r *rules) { r.longSilence = false }},
		"watch while the store answers":         {"silence", func(r *rules) { r.answeredThatLong = false }},
		"watch without a gap":                   {"stop", func(r *rules) { r.gapsCount = false }},
		"watch a slot that the store has lost":  {"flush", func(r *rules) { r.absenceIsWatched = false }},
		"take no slot that has beaten since":    {"hand-overs", func(r *rules) { r.sameBeat = false }},
		"check the epoch":                       {"hand-overs", func(r *rules) { r.saveChecksEpoch = false }},
		"save before perform":                   {"hand-overs", func(r *rules) { r.saveBeforePerform = false }},
		"open the websocket first":              {"hand-overs", func(r *rules) { r.socketFirst = false }},
		"wait until the slot is released":       {"hand-overs", func(r *rules) { r.waitForRelease = false }},
		"work off and save before the release":  {"hand-overs", func(r *rules) { r.workOff = false }},
		"wait for requests before the release":  {"hand-overs", func(r *rules) { r.requestsBack = false }},
		"leave a slot that was given away":      {"hand-overs", func(r *rules) { r.standBack = false }},
		"ask what is done before it is ordered": {"hand-overs", func(r *rules) { r.askWhatIsDone = false }},
	} {
		t.Run(name, func(t *testing.T) {
			r := allRules
			tc.without(&r)
			found, broken, way := r.search(beginning(searched[tc.among]))
			if broken == "" {
				t.Fatalf("nothing breaks in %d states", len(found))
			}
			t.Logf("%s: %q", broken, way)
		})
	}
}
