package caller

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// speech makes A-law that looks like speech to the recogniser: stretches of
// sound with pauses of exact silence between them.
func speech(seed uint64, n int) []byte {
	r := rand.New(rand.NewPCG(seed, 7))
	out := make([]byte, 0, n)
	for len(out) < n {
		for range min(n-len(out), 400+r.IntN(4000)) {
			out = append(out, byte(r.Uint32()))
		}
		for range min(n-len(out), r.IntN(2500)) {
			out = append(out, quiet)
		}
	}
	return out
}

func silence(n int) []byte {
	return slices.Repeat([]byte{quiet}, n)
}

// indexed writes the clips as files and indexes the folder.
func indexed(t testing.TB, clips map[string][]byte) *Index {
	dir := t.TempDir()
	for name, data := range clips {
		path := filepath.Join(dir, name+".alaw")
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	x := NewIndex()
	if _, err := x.AddFolder(dir); err != nil {
		t.Fatal(err)
	}
	return x
}

// listener feeds a recogniser as a network would and keeps what it told.
type listener struct {
	*recogniser
	now   time.Time
	rest  []byte
	begun []Heard
	heard []Heard
}

func listen(x *Index) *listener {
	l := &listener{now: time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)}
	l.recogniser = newRecogniser(x,
		func(h Heard) { l.begun = append(l.begun, h) },
		func(h Heard) { l.heard = append(l.heard, h) })
	return l
}

// play sends data in packets; the bytes that fill none wait for more, as in
// Asterisk. Packets for which lose is true do not arrive.
func (l *listener) play(data []byte, lose func(i int) bool) {
	data = append(l.rest, data...)
	lost := 0
	for i := 0; len(data) >= frameBytes; i++ {
		if lose != nil && lose(i) {
			lost++
		} else {
			l.feed(data[:frameBytes], lost, l.now)
			lost = 0
		}
		data = data[frameBytes:]
		l.now = l.now.Add(frameTime)
	}
	l.rest = slices.Clone(data)
}

func (l *listener) pause(d time.Duration) {
	l.now = l.now.Add(d)
	l.idle(l.now)
}

// names writes what was heard as a short text: a name, "-" when it was cut.
func (l *listener) names() []string {
	var out []string
	for _, h := range l.heard {
		switch {
		case h.Name == "":
			out = append(out, "?")
		case h.Complete:
			out = append(out, h.Name)
		default:
			out = append(out, h.Name+"-")
		}
	}
	return out
}

func expect(t *testing.T, l *listener, want ...string) {
	t.Helper()
	if d := cmp.Diff(want, l.names(), cmpopts.EquateEmpty()); d != "" {
		t.Errorf("heard (-want +got):\n%s", d)
	}
	if len(l.begun) != len(l.heard) {
		t.Errorf("%d prompts began, %d ended", len(l.begun), len(l.heard))
	}
}

func TestPromptsAreKnownWhereverTheyStartInAPacket(t *testing.T) {
	a, b := speech(1, 12345), append(silence(700), speech(2, 20001)...)
	l := listen(indexed(t, map[string][]byte{"pl/a": a, "pl/b": b}))
	l.play(a, nil)
	l.play(b, nil) // begins in the middle of a packet
	l.pause(time.Second)
	l.play(a, nil) // the last bytes of b come only now
	l.pause(time.Second)
	expect(t, l, "pl/a", "pl/b", "pl/a")
	if got := l.heard[1].At.Sub(l.heard[0].At); got != 12345/frameBytes*frameTime {
		t.Errorf("b began %v after a, want %v", got, 12345/frameBytes*frameTime)
	}
	for _, h := range l.heard {
		if h.Offset != 0 {
			t.Errorf("%s began at %v", h.Name, h.Offset)
		}
	}
}

func TestAPromptCutByBargeInIsNotComplete(t *testing.T) {
	a, b := speech(1, 40000), append(silence(400), speech(2, 8000)...)
	l := listen(indexed(t, map[string][]byte{"a": a, "b": b}))
	l.play(a[:16000], nil)
	l.play(b, nil)
	l.pause(time.Second)
	expect(t, l, "a-", "b")
	if got, want := l.heard[1].At.Sub(l.heard[0].At), 2*time.Second; got != want {
		t.Errorf("b began %v after a, want %v", got, want)
	}
	if got := l.heard[0].Length; got < 2*time.Second || got > 2*time.Second+50*time.Millisecond {
		t.Errorf("a was heard for %v", got)
	}
}

func TestAPromptWithAPieceMissingIsOnePrompt(t *testing.T) {
	a := speech(1, 40000)
	l := listen(indexed(t, map[string][]byte{"a": a, "b": speech(2, 8000)}))
	// No gap in the numbers tells of the 500 bytes in the middle.
	l.play(append(slices.Clone(a[:16000]), a[16500:]...), nil)
	l.pause(time.Second)
	expect(t, l, "a")
	if got := l.heard[0].Length; got < 4800*time.Millisecond || got > 5*time.Second {
		t.Errorf("a was heard for %v", got)
	}
	// Broken off for good, and said again.
	l.play(a[:16000], nil)
	l.play(a, nil)
	l.pause(time.Second)
	expect(t, l, "a", "a-", "a")
}

func TestAPromptIsNamedWithinTheFirstAudibleFramesOfIt(t *testing.T) {
	a := speech(1, 40000)
	l := listen(indexed(t, map[string][]byte{"a": a}))
	l.play(a[:480], nil)
	if len(l.begun) != 1 || l.begun[0].Name != "a" {
		t.Fatalf("after three packets: %+v", l.begun)
	}
}

func TestLostPacketsDoNotChangeWhatWasHeard(t *testing.T) {
	clips := map[string][]byte{}
	var names []string
	for i := range 20 {
		name := fmt.Sprintf("p%02d", i)
		names = append(names, name)
		clips[name] = speech(uint64(i), 7000+i*777)
	}
	x := indexed(t, clips)
	rapid.Check(t, func(rt *rapid.T) {
		seed := rapid.Uint64().Draw(rt, "seed")
		rate := rapid.Float64Range(0, 0.2).Draw(rt, "lost")
		r := rand.New(rand.NewPCG(seed, 1))
		l := listen(x)
		var want []string
		for range 4 {
			name := rapid.SampledFrom(names).Draw(rt, "prompt")
			want = append(want, name)
			l.play(clips[name], func(int) bool { return r.Float64() < rate })
			if rapid.Bool().Draw(rt, "pause") {
				l.pause(time.Second)
			}
		}
		l.pause(time.Second)
		var got []string
		for _, h := range l.heard {
			if h.Name != "" {
				got = append(got, h.Name)
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			rt.Fatal(d)
		}
	})
}

func TestOfPromptsThatBeginAlikeTheOneThatWasSaidIsNamed(t *testing.T) {
	stem := speech(1, 16000)
	short := slices.Clone(stem)
	long := append(slices.Clone(stem), speech(2, 8000)...)
	other := append(slices.Clone(stem), speech(3, 8000)...)
	x := indexed(t, map[string][]byte{"short": short, "long": long, "other": other})

	for name, data := range map[string][]byte{"short": short, "long": long, "other": other} {
		l := listen(x)
		l.play(data, nil)
		l.pause(time.Second)
		expect(t, l, name)
		l.play(short, nil)
		l.play(silence(1600), nil)
		l.pause(time.Second)
		expect(t, l, name, "short")
	}
}

func TestTheSameSoundUnderTwoNamesAnswersToBoth(t *testing.T) {
	a := speech(1, 8000)
	l := listen(indexed(t, map[string][]byte{"welcome": a, "greeting": slices.Clone(a)}))
	l.play(a, nil)
	expect(t, l, "greeting")
	if h := l.heard[0]; !h.Is("welcome") || !h.Is("greeting") || h.Is("else") {
		t.Errorf("names of %+v", h)
	}
}

func TestSoundInNoFileIsHeardAsUnknown(t *testing.T) {
	a := speech(1, 8000)
	l := listen(indexed(t, map[string][]byte{"a": a}))
	l.play(silence(4000), nil)
	l.play(speech(9, 4000), nil)
	l.play(a, nil)
	l.play(silence(4000), nil)
	l.pause(time.Second)
	expect(t, l, "?", "a")
}

func TestTonesAreKnownByWhereTheyBeginAndEnd(t *testing.T) {
	beep := append(silence(333), Tone(1000, 400*time.Millisecond)...)
	longer := append(silence(333), Tone(1000, 900*time.Millisecond)...)
	l := listen(indexed(t, map[string][]byte{"beep": beep, "longer": longer}))
	for _, d := range [][]byte{beep, longer, beep, beep} {
		l.play(d, nil)
		l.play(silence(800), nil)
	}
	l.pause(time.Second)
	expect(t, l, "beep", "longer", "beep", "beep")
}

func TestAPromptJoinedInTheMiddleTellsItsOffset(t *testing.T) {
	a := speech(1, 80000)
	l := listen(indexed(t, map[string][]byte{"a": a}))
	l.play(a[24000:], nil)
	expect(t, l, "a")
	if got := l.heard[0].Offset; got != 3*time.Second {
		t.Errorf("offset %v, want 3s", got)
	}
}

func BenchmarkAnHourOfListeningAmongAThousandPrompts(b *testing.B) {
	clips := map[string][]byte{}
	for i := range 1000 {
		clips[fmt.Sprint(i)] = speech(uint64(i), 80000)
	}
	x := indexed(b, clips)
	b.ResetTimer()
	for b.Loop() {
		l := listen(x)
		for i := range 360 {
			l.play(clips[fmt.Sprint(i)], nil)
		}
		if len(l.heard) != 360 {
			b.Fatal(len(l.heard))
		}
	}
}
