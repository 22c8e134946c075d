// Package site runs the whole line on one machine: an own Redis, Asterisk and
// the daemon. It starts them in order, starts again what dies, and stops exactly
// what it started.
package site
