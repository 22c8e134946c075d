package sim

import (
	"encoding/json"
	"fmt"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/flow"
	"infolinia/ivr/hours"
)

// Line is what a session runs: a program and the content that is current.
type Line struct {
	Program *flow.Program
	Content ivr.Content
}

// Session is one simulated call. It is not safe for concurrent use.
type Session struct {
	// Emit is given each event as it happens.
	Emit func(Event)
	// Restore saves and restores the call between every two inputs.
	Restore bool
	// Length is how long a part of a prompt takes to say; nil: flow.Estimate.
	Length func(ivr.Part) time.Duration
	// AskLookup is asked for the answer of a look-up that has none; ok false or
	// nil: that is an error of the script.
	AskLookup func(name string, input map[string]string) (a Answer, ok bool)

	clock   clock
	skew    time.Duration // how far the clock on the wall has been set
	line    Line
	program *flow.Program // of the call, once it is on
	call    ivr.Call
	started time.Time
	from    string // "anonymous", or a number
	lang    string
	inbox   []ivr.Input
	err     error

	answers   map[string]Answer
	agents    map[string]Agents
	transfers map[string]TransferPlan
	services  map[string]bool

	playing   string // ID of the open Play
	recording string // ID of the open Record
	recordAt  time.Time
	talkUntil time.Time                // the caller speaks until then
	spoke     time.Duration            // in the open recording, to the end of the last words
	lengths   map[string]time.Duration // of recordings
	stays     map[string]*stay         // in queues, by the ID of the Enqueue
	ahead     map[string]Ahead         // by queue
	reports   int
}

// New is a session on a line at a moment of virtual time. The caller's number
// is known until From says otherwise.
func New(line Line, at time.Time) *Session {
	return &Session{
		Emit: func(Event) {}, line: line, clock: clock{now: at}, from: "+48000000000",
		answers: map[string]Answer{}, agents: map[string]Agents{}, transfers: map[string]TransferPlan{},
		services: map[string]bool{"sms": true, "callback": true, "report": true},
		lengths:  map[string]time.Duration{}, stays: map[string]*stay{}, ahead: map[string]Ahead{},
	}
}

// Started tells whether the call has come in.
func (s *Session) Started() bool { return s.program != nil }

// Ended tells whether the call is over.
func (s *Session) Ended() bool { return s.call.Ended }

// Now is the virtual time.
func (s *Session) Now() time.Time { return s.clock.now }

// State is the call as it stands.
func (s *Session) State() ivr.Call { return s.call.Clone() }

// Program is the version the call runs on.
func (s *Session) Program() *flow.Program { return s.program }

// World is the snapshot the next step would see.
func (s *Session) World() *ivr.World {
	services := ivr.Services{
		SMS: s.services["sms"], Callback: s.services["callback"], Report: s.services["report"], Queue: true,
	}
	return hours.World(s.line.Content, ivr.Warsaw(), s.clock.now.Add(s.skew), services)
}

// Call is the arrival of the call.
func (s *Session) Call() error {
	if s.Started() {
		return fmt.Errorf("the call has already come in")
	}
	s.program, s.started = s.line.Program, s.clock.now
	for queue, a := range s.agents {
		a.since = s.started
		s.agents[queue] = a
	}
	s.call = s.program.New("sim", ivr.Caller{Known: s.from != "anonymous"})
	return s.input(ivr.Arrived{Lang: s.lang})
}

// Wait lets time pass, up to and with what is due at its last moment.
func (s *Session) Wait(d time.Duration) error {
	until := s.clock.now.Add(d)
	s.runUntil(until, true)
	s.clock.now = until
	return s.err
}

// keyGap is the time between two keys of one Press.
const keyGap = 100 * time.Millisecond

// Press presses keys, the first one now; each comes before whatever else is due
// at its moment.
func (s *Session) Press(keys string) error {
	for i := range len(keys) {
		if i > 0 {
			at := s.clock.now.Add(keyGap)
			s.runUntil(at, false)
			s.clock.now = at
		}
		if s.Ended() || s.err != nil {
			return s.err
		}
		if err := s.input(ivr.Key{Digit: keys[i]}); err != nil {
			return err
		}
	}
	return nil
}

// Speak lets the caller talk for a while.
func (s *Session) Speak(d time.Duration) error {
	s.talkUntil = s.clock.now.Add(d)
	s.hearTalk()
	return s.Wait(d)
}

// Settle lets time pass until the line waits for a key with nothing being said,
// or the call has ended.
func (s *Session) Settle() error {
	forever := s.clock.now.Add(100 * 365 * 24 * time.Hour)
	for s.err == nil && !s.Ended() && !flow.AwaitsKey(&s.call) {
		do, ok := s.clock.next(forever, true)
		if !ok {
			break
		}
		do()
	}
	return s.err
}

// Hangup is the caller's.
func (s *Session) Hangup() error {
	if s.Ended() {
		return nil
	}
	return s.input(ivr.HungUp{})
}

// Publish makes a new line live: content is always current, the program is for
// calls to come.
func (s *Session) Publish(line Line) { s.line = line }

func (s *Session) runUntil(until time.Time, inclusive bool) {
	for s.err == nil {
		do, ok := s.clock.next(until, inclusive)
		if !ok {
			return
		}
		do()
	}
}

// input takes the call a step further, and whatever follows at once.
func (s *Session) input(in ivr.Input) error {
	s.deliver(in)
	return s.drain()
}

// deliver puts an input behind those that wait already.
func (s *Session) deliver(in ivr.Input) { s.inbox = append(s.inbox, in) }

func (s *Session) drain() error {
	for len(s.inbox) > 0 && s.err == nil {
		in := s.inbox[0]
		s.inbox = s.inbox[1:]
		if s.Restore {
			s.restore(true)
		}
		next, effects := s.program.Step(s.call, in, s.World())
		s.call = next
		for _, e := range effects {
			s.perform(e)
		}
	}
	return s.err
}

// restore replaces the call by what would have been saved of it. What only
// memory holds survives when keepSecrets is set.
func (s *Session) restore(keepSecrets bool) {
	saved, err := json.Marshal(s.call)
	if err != nil {
		s.err = fmt.Errorf("save the call: %w", err)
		return
	}
	before := s.call
	s.call = ivr.Call{}
	if err := json.Unmarshal(saved, &s.call); err != nil {
		s.err = fmt.Errorf("restore the call: %w", err)
		return
	}
	if keepSecrets {
		s.call.Sensitive, s.call.SecretDigits, s.call.SecretBuffer = before.Sensitive, before.SecretDigits, before.SecretBuffer
	}
}

// Crash is the death of the process: the call is resumed from its saved state.
// Prompts, recordings and talks go on; timers and look-ups are gone with it.
func (s *Session) Crash() error {
	if !s.Started() || s.Ended() {
		return s.err
	}
	s.restore(false)
	s.clock.cancel(func(id string) bool { return ownedByProcess(id) })
	return s.input(ivr.Resumed{})
}
