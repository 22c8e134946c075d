package flow

import "infolinia/ivr"

// AwaitsKey tells whether a call waits for a key with nothing being said.
func AwaitsKey(c *ivr.Call) bool {
	_, armed := c.Timers[timerKey]
	return armed && c.Speech == nil
}
