package caller

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pion/rtp"
)

// within bounds a test's waiting.
func within(t testing.TB, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}

// phone answers on a free port of loopback.
func phone(t *testing.T, o PhoneOptions) *Phone {
	t.Helper()
	o.Listen = "127.0.0.1:0"
	p, err := Answer(within(t, 5*time.Second), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// pair is a call over loopback, seen from both ends.
func pair(t *testing.T, p *Phone, o Options) (ours, theirs *Call) {
	t.Helper()
	o.To = p.URI()
	ours, err := Dial(within(t, 5*time.Second), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ours.Hangup() })
	theirs, err = p.Next(within(t, 5*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	return ours, theirs
}

func TestACallHearsPromptsAndItsKeysArrive(t *testing.T) {
	t.Parallel()
	clips := map[string][]byte{
		"greeting": speech(1, 24000), "menu": speech(2, 16000), "answer": speech(3, 8000),
	}
	ours, theirs := pair(t, phone(t, PhoneOptions{}), Options{Index: indexed(t, clips)})
	ctx := within(t, 20*time.Second)

	barge, cut := context.WithCancel(ctx)
	said := make(chan error, 1)
	go func() { said <- theirs.Speak(barge, clips["greeting"]) }()
	if _, err := ours.Hear(ctx, "greeting"); err != nil {
		t.Fatal(err)
	}
	if err := ours.Press(ctx, "1"); err != nil {
		t.Fatal(err)
	}
	if _, err := theirs.AwaitKeys(ctx, 1); err != nil {
		t.Fatal(err)
	}
	cut()
	if err := <-said; !errors.Is(err, context.Canceled) {
		t.Fatalf("cut prompt: %v", err)
	}
	if err := theirs.Speak(ctx, clips["menu"]); err != nil {
		t.Fatal(err)
	}
	if h, err := ours.HearEnd(ctx, "greeting"); err != nil || h.Complete {
		t.Fatalf("greeting: %+v, %v", h, err)
	}
	if h, err := ours.HearEnd(ctx, "menu"); err != nil || !h.Complete {
		t.Fatalf("menu: %+v, %v", h, err)
	}
	if err := ours.Press(ctx, "0*#99"); err != nil {
		t.Fatal(err)
	}
	if got, err := theirs.AwaitKeys(ctx, 6); err != nil || got != "10*#99" {
		t.Fatalf("keys received: %q, %v", got, err)
	}
	if err := theirs.Hangup(); err != nil {
		t.Fatal(err)
	}
	if end := ours.End(); end.ByUs || end.Err != nil {
		t.Errorf("end of our call: %+v", end)
	}
	if end := theirs.End(); !end.ByUs || end.Err != nil {
		t.Errorf("end of their call: %+v", end)
	}

	r := ours.Report()
	var keys strings.Builder
	for _, k := range r.Keys {
		keys.WriteString(k.Key)
	}
	if keys.String() != "10*#99" || r.HungUp != "them" || r.FirstSound == nil || r.Answer <= 0 {
		t.Errorf("report: %+v", r)
	}
	first := r.Keys[0]
	if first.Prompt == nil || *first.Prompt != "menu" || *first.ToPrompt < 0 {
		t.Errorf("what key 1 led to: %+v", first)
	}
	if took := first.End - first.At; took < 40 { // what ITU-T Q.24 lets a receiver ask for
		t.Errorf("key 1 took %v ms", took)
	}
}

func TestPacketsLostOnTheWayDoNotHideAPrompt(t *testing.T) {
	t.Parallel()
	clips := map[string][]byte{"a": speech(1, 8000), "b": speech(2, 8000)}
	ours, theirs := pair(t, phone(t, PhoneOptions{}), Options{Index: indexed(t, clips)})
	ours.mu.Lock()
	ours.drop = func(h *rtp.Header) bool { return h.SequenceNumber%7 == 3 || h.SequenceNumber%50 < 4 }
	ours.mu.Unlock()
	ctx := within(t, 20*time.Second)
	for _, name := range []string{"a", "b"} {
		if err := theirs.Speak(ctx, clips[name]); err != nil {
			t.Fatal(err)
		}
		if h, err := ours.HearEnd(ctx, name); err != nil || !h.Complete {
			t.Fatalf("%s: %+v, %v", name, h, err)
		}
	}
}

func TestWhatACallerSaysIsRecordedAtTheOtherEnd(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "message.wav")
	message := speech(5, 9600)
	clips := map[string][]byte{"message": message}
	p := phone(t, PhoneOptions{Record: path, Index: indexed(t, clips), Play: Tone(440, 400*time.Millisecond)})
	ours, theirs := pair(t, p, Options{})
	ctx := within(t, 20*time.Second)
	if err := ours.Speak(ctx, message); err != nil {
		t.Fatal(err)
	}
	if _, err := theirs.HearEnd(ctx, "message"); err != nil {
		t.Fatal(err)
	}
	if h, err := ours.HearEnd(ctx, ""); err != nil || h.Name != "" {
		t.Errorf("the tone: %+v, %v", h, err)
	}
	if err := ours.Hangup(); err != nil {
		t.Fatal(err)
	}
	if end := theirs.End(); end.ByUs || end.Err != nil {
		t.Errorf("end of their call: %+v", end)
	}
	recorded, err := LoadSound(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(canonical(recorded), canonical(message)) {
		t.Errorf("the recording of %d bytes does not hold the message", len(recorded))
	}
}

// canonical makes the two codes of zero one: PCM does not tell them apart.
func canonical(alaw []byte) string {
	return strings.ReplaceAll(string(alaw), "\x55", "\xD5")
}

func TestRefusalsAndSilenceAreToldApart(t *testing.T) {
	t.Parallel()
	dial := func(to string, ring time.Duration) error {
		c, err := Dial(within(t, 5*time.Second), Options{To: to, Ring: ring})
		if err == nil {
			c.Hangup()
		}
		return err
	}
	var refused *Refused
	if err := dial(phone(t, PhoneOptions{Behaviour: SayBusy}).URI(), 0); !errors.As(err, &refused) || !refused.Busy() {
		t.Errorf("busy: %v", err)
	}
	if err := dial(phone(t, PhoneOptions{Behaviour: Decline}).URI(), 0); !errors.As(err, &refused) || refused.Status != 603 {
		t.Errorf("declined: %v", err)
	}
	if err := dial(phone(t, PhoneOptions{Behaviour: KeepRing}).URI(), 300*time.Millisecond); !errors.Is(err, ErrNoAnswer) {
		t.Errorf("rang for ever: %v", err)
	}
	if err := dial("sip:1@127.0.0.1:9", 300*time.Millisecond); !errors.Is(err, ErrNoAnswer) {
		t.Errorf("nobody there: %v", err)
	}
	if err := dial("tel:1", 0); err == nil {
		t.Error("no SIP URI was dialled")
	}
}

func TestWaitingEndsWithTheCallAndTellsWhatWasHeard(t *testing.T) {
	t.Parallel()
	clips := map[string][]byte{"a": speech(1, 4000)}
	ours, theirs := pair(t, phone(t, PhoneOptions{}), Options{Index: indexed(t, clips)})
	ctx := within(t, 20*time.Second)
	if err := theirs.Speak(ctx, clips["a"]); err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	if _, err := ours.Hear(short, "b"); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "heard: a") {
		t.Errorf("wait for what does not come: %v", err)
	}
	if err := theirs.Hangup(); err != nil {
		t.Fatal(err)
	}
	if _, err := ours.Hear(ctx, "b"); !errors.Is(err, ErrOver) {
		t.Errorf("after the end: %v", err)
	}
	if err := ours.Press(ctx, "1"); !errors.Is(err, ErrOver) {
		t.Errorf("press after the end: %v", err)
	}
	if err := ours.Press(ctx, "1x"); err == nil || errors.Is(err, ErrOver) {
		t.Errorf("press x: %v", err)
	}
}

func TestEventsComeInTheOrderOfTheCall(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var kinds []Kind
	ours, theirs := pair(t, phone(t, PhoneOptions{}), Options{OnEvent: func(e Event) {
		mu.Lock()
		defer mu.Unlock()
		if e.Kind != FirstSound { // may come at any time
			kinds = append(kinds, e.Kind)
		}
	}})
	ctx := within(t, 20*time.Second)
	if err := ours.Press(ctx, "5"); err != nil {
		t.Fatal(err)
	}
	if err := theirs.Press(ctx, "6"); err != nil {
		t.Fatal(err)
	}
	if _, err := ours.AwaitKeys(ctx, 1); err != nil {
		t.Fatal(err)
	}
	ours.Hangup()
	mu.Lock()
	defer mu.Unlock()
	want := []Kind{Calling, Answered, KeySent, KeyReceived, Over}
	if d := cmp.Diff(want, kinds); d != "" {
		t.Error(d)
	}
}

// settle waits until there are no more goroutines than before, and fails the
// test with their stacks when there are.
func settle(t *testing.T, before int) {
	t.Helper()
	deadline := time.After(5 * time.Second)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for runtime.NumGoroutine() > before {
		select {
		case <-tick.C:
		case <-deadline:
			buf := make([]byte, 1<<16)
			t.Fatalf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, buf[:runtime.Stack(buf, true)])
		}
	}
}

func openFiles(t *testing.T) int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

func TestNothingIsLeftOfACall(t *testing.T) {
	before, files := runtime.NumGoroutine(), openFiles(t)
	for range 3 {
		p, err := Answer(within(t, 5*time.Second), PhoneOptions{Listen: "127.0.0.1:0"})
		if err != nil {
			t.Fatal(err)
		}
		ours, err := Dial(within(t, 5*time.Second), Options{To: p.URI()})
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := p.Next(within(t, 5*time.Second))
		if err != nil {
			t.Fatal(err)
		}
		ours.Hangup()
		<-theirs.Ended()
		second, err := Dial(within(t, 5*time.Second), Options{To: p.URI()})
		if err != nil {
			t.Fatal(err)
		}
		p.Close() // hangs the second call up
		if end := second.End(); end.ByUs {
			t.Errorf("second call: %+v", end)
		}
		if _, err := Dial(within(t, 5*time.Second), Options{To: "sip:1@127.0.0.1:9", Ring: 50 * time.Millisecond}); err == nil {
			t.Fatal("somebody answered")
		}
	}
	settle(t, before)
	if now := openFiles(t); now > files {
		t.Errorf("%d files open, %d before", now, files)
	}
}

func TestAPhoneThatIsPickedUpByHandRingsUntilThen(t *testing.T) {
	t.Parallel()
	p := phone(t, PhoneOptions{Behaviour: ByHand})
	ctx := within(t, 20*time.Second)
	lifted := make(chan error, 1)
	go func() { lifted <- p.PickUp(ctx) }()
	ours, theirs := pair(t, p, Options{})
	if err := <-lifted; err != nil {
		t.Fatal(err)
	}
	if err := theirs.Press(ctx, "7"); err != nil {
		t.Fatal(err)
	}
	if got, err := ours.AwaitKeys(ctx, 1); got != "7" || err != nil {
		t.Error(got, err)
	}
	short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	if err := p.PickUp(short); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("nothing rings, and it is picked up: %v", err)
	}
}

func TestAPhoneThatIsCutOffSaysNothingMore(t *testing.T) {
	t.Parallel()
	p := phone(t, PhoneOptions{})
	ours, theirs := pair(t, p, Options{})
	ctx := within(t, 20*time.Second)
	p.CutOff()
	for len(ours.Lately(300*time.Millisecond)) > 0 {
		if ctx.Err() != nil {
			t.Fatal("it sends on")
		}
	}
	select {
	case <-ours.Ended():
		t.Error("it hung up")
	default:
	}
	_ = theirs
}
