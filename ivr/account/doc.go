// Package account knows who may log in to the line's pages and do what there.
//
// Passwords are kept as argon2id in the PHC string format, with the parameters of
// RFC 9106 for a machine that has other things to do; a log-in with older ones
// writes the hash anew. Rules for passwords are those of NIST SP 800-63B: at
// least twelve characters, none of the well-known ones, and nothing about capitals
// and digits.
//
// A log-in is a session: 256 random bits in the browser's cookie, of which only the
// SHA-256 is kept. It ends by itself when nobody has used it for a while (idle) and
// at the latest after a working day (absolute); by logging out; and with all others
// of the account when the password is changed, or the account is disabled or
// removed. What an account may do is read again every minute.
//
// Attempts to log in are counted by login and by address, for all instances
// together. Whoever has no account costs as much time as whoever mistyped.
//
// While the store does not answer, nobody logs in, but those who were known here to
// be logged in go on: an agent in a call must be able to end it.
package account
