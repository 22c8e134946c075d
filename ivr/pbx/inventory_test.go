package pbx

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheInventoryListsWhatALineHasInAsterisk(t *testing.T) {
	fake(t, offices, func(t *testing.T, r *rig) {
		menu, talking := r.caller(1), r.caller(2)
		r.ok(r.phone.PlayFiles(t.Context(), menu.ID, menu.ID+".1.play", files("top")))
		effect := talking.ID + ".1.transfer"
		r.ok(r.phone.Transfer(t.Context(), talking.ID, effect, "200"))
		r.wait(t, "transfer "+effect+" answered", 1)

		p := r.rescuer()
		got, err := p.Inventory(t.Context(), []string{app, "infolinia-2"})
		want := Inventory{
			Callers: []Guest{{menu.ID, menu.ID, app}, {talking.ID, talking.ID, app}},
			Legs:    []string{effect},
			Bridges: map[string][]string{effect: {talking.ID, "leg-" + effect}},
		}
		byCall := cmp.Transformer("byCall", func(list []Guest) map[string]Guest {
			all := map[string]Guest{}
			for _, g := range list {
				all[g.Call] = g
			}
			return all
		})
		if diff := cmp.Diff(want, got, byCall); diff != "" || err != nil {
			t.Error(err, diff)
		}
	})
}
