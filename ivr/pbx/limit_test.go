package pbx

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestTheTimeLimitOfACallerIsPutOffBesideHisPrompt(t *testing.T) {
	talking(t, func(t *testing.T, k *talk) {
		k.ok(k.phone.PlayFiles(t.Context(), k.id, "p1", files("long")))
		k.phone.Limit(k.id, 55*time.Minute)
		k.ok(k.phone.StopPlay(t.Context(), k.id, "p1"))
		synctest.Wait()
		if n := k.count("POST /channels/" + k.id + "/variable"); n != 1 {
			t.Errorf("ordered %d times", n)
		}
	})
}
