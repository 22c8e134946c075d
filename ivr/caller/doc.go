// Package caller is a telephone made of software: it dials the line over SIP,
// presses keys, speaks, records what it hears and tells which prompts those
// were. Trials, monitoring and end-to-end tests are its users; Dial places a
// call and Answer waits for calls as the telephone of an agent would.
//
// A prompt is known by its audio. With A-law from end to end the RTP payload a
// caller gets is the prompt's file byte for byte, so an Index of the files is
// enough to name what is heard, to the byte where it began and ended. A prompt
// that was transcoded, mixed or attenuated on its way is heard as unknown.
//
// Sound is G.711 A-law, 8000 bytes a second, everywhere in this package; a
// frame is 20 ms, 160 bytes. Keys are RFC 4733 telephone events.
package caller

import "time"

const (
	frameBytes = 160
	frameTime  = 20 * time.Millisecond
	byteRate   = 8000
	// quiet is A-law for zero, what a silent caller sends.
	quiet = 0xD5
)

// span is how long n bytes of A-law sound.
func span(n int64) time.Duration {
	return time.Duration(n) * time.Second / byteRate
}

// audible tells whether an A-law byte stands for more than 256 of 32768, about
// -42 dBFS. What is softer may be in any pause and names no prompt.
func audible(b byte) bool {
	return (b^0x55)&0x70 != 0
}
