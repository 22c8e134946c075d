// Package sim is a caller without a telephone: a virtual clock, a script in, a
// transcript out. It performs the effects of the flow engine as a script says
// (look-ups, agents, transfers) and tells what the caller experiences.
package sim
