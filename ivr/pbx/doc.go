// Package pbx is the line's telephone: it turns Asterisk's events into inputs of
// calls, and the effects of calls into orders to Asterisk. Nothing outside this
// package knows ARI.
//
// # Events
//
// Phone.Run keeps one websocket for the Stasis application of its slot and hands
// what happens to a Handler. For each call a Handler sees Arrived once, then
// Inputs in the order of their happening, then ivr.HungUp once and nothing more.
// HungUp also follows Hangup and Fallback. A Record that is open when its caller
// hangs up ends with RecordEnded before HungUp.
//
// When the websocket is lost, Asterisk keeps the callers and what they hear but
// drops the events of that time. Run reconnects, finds what changed (Arrived for
// unknown channels, HungUp for vanished ones) and calls Connected; the owner of
// each call that goes on then asks Truth for what its open effects have come to.
// A connection that is open but silent is found by a heartbeat within 9 s.
//
// When another process opens a websocket for the same application, this one is
// told by Replaced and orders nothing more.
//
// # Orders
//
// The methods of Phone named like effects perform them. They are called by the
// call's own goroutine, one after the other, and return when Asterisk has
// accepted the order; a slow one holds up no other call. A context without a
// deadline gets five seconds. While the websocket is away they wait for it.
//
// What an effect promises to come to always arrives as an Input, also when the
// order fails: PlayEnded{Failed}, RecordEnded{Failed}, TransferChanged{failed}.
// The error returned beside it is for the log. There are two exceptions, after
// which no input follows: ErrLost (the websocket did not come back in time; Truth
// will tell) and ErrReplaced. A caller who is already gone is no error: HungUp is
// on its way or was handed over.
//
// IDs of playbacks, recordings and bridges are the ID of their effect; the leg of
// a transfer is "leg-" and that ID.
//
// # The desk
//
// Agents' telephones are called by RingLeg and hung up by DropLeg; Config.Legs hears
// what becomes of them. Who hears whom is said by Arrange as a whole, and Asterisk
// is brought to it: hold, consultation and conference are done on one bridge for a
// task, "talk-" and its ID, never by asking a telephone to negotiate again. A leg's
// channel is "leg-" and its ID. All of this is found in Asterisk by these names, so
// whoever takes a slot over says the same again and goes on.
//
// Telephones in browsers are Devices: SIP over websocket at /ws of Asterisk's HTTP
// server, which the daemon passes on. Asterisk keeps them in memory (sorcery.conf);
// they are enrolled at log-in with a secret of their own and expelled at log-out. An
// INVITE to a telephone tells by X-Infolinia-Task what it is called for, and by
// X-Infolinia-Auto: yes (Call-Info: answer-after=0 for one on a table) that it is to
// answer by itself.
//
// # Two ways to Asterisk
//
// The orders that come with every call and that Asterisk carries out at once (play,
// stop, hang up) go as requests over the websocket of the events. Asterisk works
// these off one after the other, so a stop and the play after it are sent without
// a wait in between, and arrive in this order. Everything that may wait for a
// prompt's end or for a channel (answer, record, create, addChannel, variable), and
// every question, goes by HTTP, because it would hold up the others. By HTTP go
// also all orders while the websocket owes an answer for over a second. The event
// filter has to let the answers through.
//
// # Why not ari/v5's client
//
// The types and the event decoder are ari/v5's. Its REST client takes no context,
// no transport and hides the status of reads; its event bus panics on types it
// does not know and never reports a replaced application. So requests and the
// websocket are our own.
package pbx
