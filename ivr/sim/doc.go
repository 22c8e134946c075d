// Package sim is a caller without a telephone: a virtual clock, a script in, a
// transcript out. It performs the effects of the flow engine as a script says
// (look-ups, agents, transfers) and tells what the caller experiences.
//
// Beside the lines of the language's description a script may hold
//
//	ahead info 3 40s      three callers wait before this one, each is answered after 40 s (without a time: none is)
//	agents info 1 lost 20s    an agent answers, and his telephone is lost after 20 s
package sim
