package ivr

import "time"

// Strategy is how a queue chooses among the agents who are free.
type Strategy string

// The strategies of a queue.
const (
	LongestIdle Strategy = "longest-idle" // who has been free for longest
	RingAll     Strategy = "ring-all"     // all at once, the first to answer wins
	FewestCalls Strategy = "fewest-calls" // who has answered fewest calls today
	Linear      Strategy = "linear"       // the first free one in the order of logins
)

// WhenClosing is what becomes of callers who wait when the queue's hours end.
type WhenClosing string

// What a closing queue does with those who wait.
const (
	CloseDrain     WhenClosing = "drain"     // they are served
	CloseCallback  WhenClosing = "callback"  // they are called back, keeping their place
	CloseVoicemail WhenClosing = "voicemail" // they take the branch `closed`
)

// Queue is what staff say of a queue in queues.yaml. What is not said there has
// the value named here.
type Queue struct {
	Name  string
	Title Texts  // what agents read; nil: the name
	Hours string // named hours; empty: always open
	// Strategy is LongestIdle unless said otherwise.
	Strategy Strategy
	// Skills are what an agent must have, with the wait after which it is no longer
	// asked for; NeverRelaxed: always. LanguageSkill stands for the caller's language.
	Skills map[string]time.Duration
	// Priority: callers of a queue with a higher one go first; 0.
	Priority   int
	MaxWaiting int           // callers at once; 30
	MaxWait    time.Duration // then the branch `timeout`; 20 min
	// RingTimeout is how long one offer rings; 20 s.
	RingTimeout time.Duration
	// MaxMissed offers in a row put an agent on a break; 2.
	MaxMissed int
	// WrapUp is how long an agent has for notes after a talk; 30 s.
	WrapUp   time.Duration
	Announce []string // position, wait
	// AnnounceEvery is the longest time without an announcement, where there is
	// Announce or Comfort; 45 s.
	AnnounceEvery time.Duration
	// Comfort is said before the place when nothing else is to be announced; a named
	// prompt of the line; empty: built in.
	Comfort       string
	CallbackAfter time.Duration // 0: never offered
	WhenClosing   WhenClosing   // CloseDrain
	// MaxBreakWait is how long callers wait while all who are logged in are on a
	// break, before the branch `unavailable`; 5 min.
	MaxBreakWait time.Duration
	// Music names a class of music on hold; empty: default.
	Music string
	// CallbackTries and CallbackDelay: how often a resident is called back who does
	// not answer, and after which pause; 3 and 10 min.
	CallbackTries int
	CallbackDelay time.Duration
}

// LanguageSkill is the skill of speaking the caller's language: a pl, uk or en
// among the skills of an agent.
const LanguageSkill = "language"

// NeverRelaxed is the wait of a skill that is always asked for.
const NeverRelaxed = time.Duration(-1)

// QueueEvent is what happened to a caller in a queue or to an agent, for the
// record. Its names are those of Asterisk's queue_log. It never holds a number.
type QueueEvent struct {
	Event string    `json:"event"`
	At    time.Time `json:"t"`
	Task  string    `json:"task,omitempty"`
	Call  string    `json:"call,omitempty"`
	Queue string    `json:"queue,omitempty"`
	Agent string    `json:"agent,omitempty"` // login
	// Caller is the HMAC of the caller's number, with ENTERQUEUE.
	Caller   string        `json:"caller,omitempty"`
	Lang     string        `json:"lang,omitempty"`
	Position int           `json:"position,omitempty"` // at ENTERQUEUE the one got, at ABANDON and EXIT… the last one
	Wait     time.Duration `json:"wait,omitempty"`     // since entering the queue, ns
	Ring     time.Duration `json:"ring,omitempty"`     // of the offer
	Talk     time.Duration `json:"talk,omitempty"`     // of the agent with the caller, without Hold
	Hold     time.Duration `json:"hold,omitempty"`
	Wrap     time.Duration `json:"wrap,omitempty"`   // with WRAPUP
	State    string        `json:"state,omitempty"`  // with AGENTSTATE: the one entered
	Reason   string        `json:"reason,omitempty"` // of a break, a transfer that failed, a callback given up
	To       string        `json:"to,omitempty"`     // of a transfer
	Code     string        `json:"code,omitempty"`   // with WRAPUP
	Note     string        `json:"note,omitempty"`   // with WRAPUP: what the agent wrote
}

// The events of queues and agents. Beyond those of queue_log: AGENTSTATE, WRAPUP
// and the three of callbacks.
const (
	EnterQueue       = "ENTERQUEUE"
	QueueConnect     = "CONNECT"
	CompleteAgent    = "COMPLETEAGENT"
	CompleteCaller   = "COMPLETECALLER"
	QueueAbandon     = "ABANDON"
	ExitWithTimeout  = "EXITWITHTIMEOUT"
	ExitWithKey      = "EXITWITHKEY"
	ExitEmpty        = "EXITEMPTY" // nobody is there, or the queue closed
	RingNoAnswer     = "RINGNOANSWER"
	RingCanceled     = "RINGCANCELED"
	AgentPause       = "PAUSE"
	AgentUnpause     = "UNPAUSE"
	AgentLogin       = "AGENTLOGIN"
	AgentLogoff      = "AGENTLOGOFF"
	BlindTransfer    = "BLINDTRANSFER"
	AttendedTransfer = "ATTENDEDTRANSFER"
	AgentStateChange = "AGENTSTATE"
	WrapUpDone       = "WRAPUP"
	CallbackAsked    = "CALLBACK"
	CallbackTried    = "CALLBACKTRY"
	CallbackClosed   = "CALLBACKCLOSED" // with a reason
)
