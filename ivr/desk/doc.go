// Package desk distributes callers among agents: the rules of queues, offers,
// talks, transfers and wrap-ups, and the shell that lives by them.
//
// The rules are Step: a floor and something that happened give the next floor and
// the events of the record. It is pure, and everything it decides by is in the Floor,
// so that several processes can share one: the floor is saved as it is, a step made
// on a floor that was not the newest is thrown away and made again. The head of a
// queue and its agent are reserved in the same step, with a deadline, and a Tick
// takes back what nobody answered. WishOf says what the telephones of a task are to
// look like; bringing them there is the shell's matter.
//
// # A task
//
//	        Enter, AskCallback
//	               |
//	               v    an agent fits and is free
//	+---------> waiting ------------------------> offered --+
//	|            |   ^                               |  |   |
//	|            |   +-- all declined, withdrawn ----+  |   |
//	|            |                                      |   |
//	| the leg    +--- key, max_wait, closed,            |   | LegUp
//	| was lost   |    unavailable ------> exited <------+   |
//	| for 15 s,  |                                      |   |
//	| a transfer +--- hang-up --------> abandoned <-----+   |
//	| to a queue                                            |
//	| or agent, one that                                    |
//	| came back                                             |
//	+-------------------------- connected <-----------------+
//	                             |     |
//	    the agent has left: the  |     | either hangs up
//	    caller or the third      |     v
//	    party hangs up           |  wrapping
//	                             |     | a code, or time is up
//	                             v     v
//	                            completed
//
// Completed, abandoned and exited are final. A final task is removed by Forget, or a
// minute later; it stays for as long as an agent writes notes about it. A call back is
// dialled while it is connected to its agent (TalkDialling); who is not reached
// waits again, with NotBefore, and the last try closes it: exited.
//
// # An offer
//
//	pending --- LegUp, the first of them --> accepted  CONNECT
//	   |------- LegUp of another ----------> rescinded RINGCANCELED, answered_elsewhere
//	   |------- the caller is gone --------> canceled  RINGCANCELED, caller
//	   |------- the page is gone, log-out -> canceled  RINGCANCELED, agent
//	   |------- Reject, busy --------------> rejected  RINGNOANSWER, rejected
//	   +------- the deadline, no phone ----> timeout   RINGNOANSWER, no_answer or failed
//
// Only pending ones are kept. An answer to any other changes nothing, and WishOf does
// not name its leg, so it is dropped: nobody is bridged to a caller who is gone.
//
// # An agent
//
//	           LogIn                 Ready
//	offline ----------> available <--------- break
//	   ^                 |  ^   |              ^ ^
//	   |           offer |  |   +--- Pause ----+ |
//	   |                 v  |                    |
//	   |               offered --- missed, ------+
//	   |                 |         page gone     |
//	   |          LegUp  |                       |
//	   |                 v                       |
//	   |              on call --- leg lost ------+
//	   |                 |                       |
//	   |                 v                       |
//	   |              wrap-up --- no code -------+
//	   |                 |
//	   |                 +--- code ---> available, or the break asked for
//	   |
//	   +---- LogOut, from each but on call
//
// # The record
//
// A stay begins with ENTERQUEUE, or CALLBACK, and ends with exactly one of
// COMPLETEAGENT, COMPLETECALLER, ABANDON, EXITWITHTIMEOUT, EXITWITHKEY, EXITEMPTY,
// BLINDTRANSFER, ATTENDEDTRANSFER and CALLBACKCLOSED; it has at most one CONNECT. A
// caller who comes back into a queue begins another stay, whose ENTERQUEUE has a
// reason: transfer, lost, or why a transfer failed (busy, no_answer, failed). So the
// talk and hold of each agent are written once, and a wait is that of its stay. Who
// is turned away at the door has both events as well. After an attended transfer to an
// agent ENTERQUEUE and CONNECT follow at once, with the reason transfer: for
// figures of waiting, leave them out. A wrap-up that ends without a code is a WRAPUP
// with its length; the code that comes later is another one, of no length. Events of
// a call back have no call. Hold is all the time in which the caller heard music: on
// hold, during a consultation, and while the agent's leg was lost.
//
// # Choices
//
// Order. Equal moments go by the task's id. Whoever is kept for one agent gets that
// one before all others do. With ring-all the head of the queue rings
// at all who are free then; who becomes free later joins the next round. Who
// has missed or declined the last offer is asked after those who have not, in every
// strategy, so that a phone does not ring again while a colleague is free. Skills
// relax by the whole wait, transfers included.
//
// Declining. As many rejections in a row as the queue has for misses are a break
// too, by the same name. A Ready, like an answered call, clears both counts. A
// phone that cannot be reached counts as a miss. A break that is asked for while the
// phone rings begins after the ringing.
//
// Nobody there. Only who could ever take a caller counts: at the same Asterisk, serving
// the queue, with the skills that never relax. The wait for agents who are all on a
// break counts from the later of the last one's break and the caller's waiting. A
// queue that has vanished is unavailable, hours that have are closed. Detached,
// nobody is sent away.
//
// Closing. Callers are drained, or exit with `closed`, or with `closing` where the
// queue calls back: then the flow orders a callback with that task's place. Who has
// been talking already is served also after the hours.
//
// Call backs. They count among those who wait, but not for max_waiting. They stay
// when the queue closes or everybody goes. An agent who hangs up before the resident
// answers has made a try. A resident who calls himself gets the place, and the
// call back is held; it is closed when somebody answers him and stands again
// when nobody does, so that whoever calls once more finds the same place again.
// A resident who was reached is a caller like any; when nobody is left for him, he
// is called again.
//
// Lost legs. A leg that was called before the 15 s were over may still be answered,
// within 8 s. In a conference the others go on meanwhile, and for good when nobody
// comes. The leg of a third party has none of this: it leaves. A phone put down in
// a consultation completes the transfer when the third party has answered; before
// that it is a lost leg, so the caller is never dropped by it. During a call an
// agent cannot move to another Asterisk.
//
// Transfers. A blind transfer that nobody answers returns to who sent it, when that
// one is free or still writes notes about this call (they end then); he has 20 s,
// and then the caller is the next in the queue. A caller is transferred at most
// 5 times. A consultation is not an offer of a queue: not to answer it is no miss.
// It asks a queue's free agents by the rules of that queue. Hold is refused while
// there is a third party: swap is what is meant. Hanging up when swapped to the caller
// ends both.
//
// Wrap-up. It may be extended to 15 minutes in all; that after a call back which
// reached nobody is 10 s at most. A queue without wrap-up frees the agent at once and
// still takes the code.
//
// Waiting time. The bands are 1, 2, 3, 5, 10, 15, 20, 30, 45 and 60 minutes, rounded
// up, of the average of handling times the place, shared by the agents at work. The
// average takes a fifth of each new talk.
//
// A slot that is lost for good takes with it who called there and who talked after a
// call back. Call backs that are owed go on at a slot that lives.
//
// Damage. Entries that do not fit together, because a part was lost, are put right
// before anything else: callers wait at the front, agents are on a break.
//
// # The shell
//
// Desk is the shell of one process. The floor lies on a board in the store, entry by
// entry, with a number for where it stands. An input is stepped on the floor this
// process knows and committed with its events, if the board still stands there; else
// the process reads what others have done, and steps again. What several goroutines
// want at once goes in one commit. A commit for a slot is refused once another
// process has its lease.
//
// For the tasks of its slots a process then brings Asterisk to the wish and tells
// the call, each task on its own. It orders what is missing and drops what is not
// wished, so after a takeover it only has to ask first which legs there are.
//
// The store is away when a commit takes longer than 250 ms. Inputs then change the
// floor in this process alone, nothing is offered and nobody let in. They are
// remembered with what they were judged by, and done again on the board when it is
// back. Who asks to be let in is refused after a second only, because most often a store
// that is away just stumbles. A board that has lost data is written anew by whoever
// knows a later one; each process then looks which of its latest inputs the board knows
// by the number of their commit, and does the others again.
package desk
