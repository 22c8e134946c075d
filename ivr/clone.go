package ivr

import (
	"maps"
	"slices"
)

// Clone is a copy that shares nothing mutable with c.
func (c Call) Clone() Call {
	c.Frames = slices.Clone(c.Frames)
	c.Trail = slices.Clone(c.Trail)
	for i := range c.Trail {
		c.Trail[i].Frames = slices.Clone(c.Trail[i].Frames)
	}
	c.Vars = maps.Clone(c.Vars)
	c.Sensitive = maps.Clone(c.Sensitive)
	c.SecretBuffer = slices.Clone(c.SecretBuffer)
	c.Collectors = maps.Clone(c.Collectors)
	c.Reports = maps.Clone(c.Reports)
	c.Buffer = slices.Clone(c.Buffer)
	if c.DropTerm != nil {
		d := *c.DropTerm
		c.DropTerm = &d
	}
	if c.Speech != nil {
		s := *c.Speech
		s.Queue = slices.Clone(s.Queue)
		c.Speech = &s
	}
	c.Cut = slices.Clone(c.Cut)
	c.Timers = maps.Clone(c.Timers)
	return c
}
