package console

import (
	"fmt"
	"time"
)

// Command is what an agent wants. Only the fields of its verb are set.
type Command struct {
	Verb Verb
	// Page is the page it comes from: another log-in or another tab is another one.
	Page string
	// Task is the one the page shows.
	Task   string
	To     Target
	Reason string        // of pause and close
	Code   string        // of finish
	Note   string        // of finish
	By     time.Duration // of extend
	// Extension, of login: work with the office telephone, not with the browser's.
	Extension bool
}

// Target is where a transfer or a consultation goes: exactly one is set.
type Target struct{ Agent, Queue, Destination string }

// Verb is a kind of command.
type Verb string

// The verbs. Login makes the page the agent's desk, also when another one is.
const (
	DoLogin      Verb = "login"
	DoLogout     Verb = "logout"
	DoReady      Verb = "ready"
	DoPause      Verb = "pause"
	DoReject     Verb = "reject"
	DoRejoin     Verb = "rejoin"
	DoHold       Verb = "hold"
	DoResume     Verb = "resume"
	DoHangUp     Verb = "hangup"
	DoTransfer   Verb = "transfer"
	DoConsult    Verb = "consult"
	DoSwap       Verb = "swap"
	DoComplete   Verb = "complete"
	DoCancel     Verb = "cancel"
	DoConference Verb = "conference"
	DoFinish     Verb = "finish"
	DoExtend     Verb = "extend"
	DoClose      Verb = "close"
)

// verbs are all there are.
func verbs() []Verb {
	return []Verb{DoLogin, DoLogout, DoReady, DoPause, DoReject, DoRejoin, DoHold, DoResume, DoHangUp, DoTransfer,
		DoConsult, DoSwap, DoComplete, DoCancel, DoConference, DoFinish, DoExtend, DoClose}
}

// DeskRefusal is why an agent's wish was not granted; nothing has changed. The
// page says each in words.
type DeskRefusal string

// The refusals, in the words of the rules of the desk.
const (
	RefusedNotLoggedIn   DeskRefusal = "not_logged_in"
	RefusedOtherDesk     DeskRefusal = "other_desk"
	RefusedNoCall        DeskRefusal = "no_call"
	RefusedOnCall        DeskRefusal = "on_call"
	RefusedNotAnswered   DeskRefusal = "not_answered"
	RefusedThirdParty    DeskRefusal = "third_party"
	RefusedSelf          DeskRefusal = "self"
	RefusedUnknownTarget DeskRefusal = "unknown_target"
	RefusedTargetBusy    DeskRefusal = "target_busy"
	RefusedTargetClosed  DeskRefusal = "target_closed"
	RefusedLoop          DeskRefusal = "loop"
	RefusedNoCode        DeskRefusal = "no_code"
	RefusedDetached      DeskRefusal = "detached"
	RefusedUnknown       DeskRefusal = "unknown" // the page offers what there is no more
)

func (r DeskRefusal) Error() string { return fmt.Sprintf("refused: %s", string(r)) }
