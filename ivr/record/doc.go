// Package record keeps, in SQL, what calls came to: for the reports, for the agent
// who asks whether this number called before, and beside it the accounts of those
// who may log in. SQLite needs nothing, and serves all daemons of one machine;
// several machines share one PostgreSQL. The tables are the same, and so are the
// tests.
//
// # From event to row
//
// What happens is saved in the store's stream of events, together with the state
// of the call or the floor it belongs to. A Follower reads it and Apply writes it,
// in one transaction; only then is it acknowledged. So every event arrives, and any
// may arrive twice, or, with two followers, in another order. That changes nothing:
// the rows of a call or task are a function of the set of its events, which is
// kept in the table events, each under a key made of its content:
//
//	calls         from the notes answer, article, queue, connect, transfer, callback, end, reopened
//	queue_stays   from ENTERQUEUE or CALLBACK until the event that ends the stay
//	legs          agents' phones that rang: CONNECT, RINGNOANSWER, RINGCANCELED
//	wrap_ups      WRAPUP, the only place where a note is kept
//	agent_states  AGENTSTATE
//
// The other events of queue_log are in events too.
//
// # What is not kept
//
// Of a caller there is the HMAC of the number, never the number. Keys, values and
// spoken text are left out before anything is written. Prune deletes what is older
// than the settings allow: notes, HMACs, and what agents did.
//
// # Figures
//
// The clock starts when a caller enters a queue. With T and the short limit of a
// report, the figures are
//
//	service level  answered within T / (answered + abandoned - abandoned within the short limit)
//	ASA            sum of the waits of those answered / answered
//	AHT            (talk + hold + wrap-up) / handled
//	occupancy      (on calls + in wrap-up) / (the same + available)
//	containment    calls that got their answer and asked for no agent / calls that ended
//
// and Asterisk's two service levels, answered within T / answered, and (answered +
// abandoned) within T / (answered + abandoned). Where there is nothing to divide by
// there is no figure: neither 0 nor 100 %. Callers who leave by key, after the
// longest wait or because nobody is there are neither answered nor abandoned.
package record
