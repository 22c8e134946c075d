package desk

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"infolinia/ivr"
)

// The names of entries on the board are one of these and an ID.
const (
	taskEntry  = "task:"
	agentEntry = "agent:"
	laneEntry  = "lane:"
)

// change is a commit that makes one floor of another; empty tells that they are
// the same.
func change(from, to Floor) (c ivr.BoardCommit, empty bool, err error) {
	c = ivr.BoardCommit{From: from.Seq, Set: map[string][]byte{}}
	for _, err := range []error{
		differ(&c, taskEntry, from.Tasks, to.Tasks),
		differ(&c, agentEntry, from.Agents, to.Agents),
		differ(&c, laneEntry, from.Queues, to.Queues),
	} {
		if err != nil {
			return c, false, err
		}
	}
	return c, len(c.Set)+len(c.Delete) == 0, nil
}

func differ[T any](c *ivr.BoardCommit, kind string, from, to map[string]*T) error {
	for id, now := range to {
		before := from[id]
		if before == now {
			continue
		}
		value, err := json.Marshal(now)
		if err != nil {
			return fmt.Errorf("write %s%s: %w", kind, id, err)
		}
		if before != nil {
			if old, err := json.Marshal(before); err == nil && bytes.Equal(old, value) {
				continue
			}
		}
		c.Set[kind+id] = value
	}
	for id := range from {
		if to[id] == nil {
			c.Delete = append(c.Delete, kind+id)
		}
	}
	return nil
}

// Read is the floor of a whole board. Entries that cannot be read are left out and
// named in the error, which comes beside the others.
func Read(s ivr.BoardState) (Floor, error) {
	s.Whole = true
	return merge(Floor{}, s)
}

// merge is the floor after what the board says. Entries that cannot be read are
// left out and named in the error, which comes beside the others: a newer release
// may have written them.
func merge(f Floor, s ivr.BoardState) (Floor, error) {
	g := Floor{Seq: s.Seq, Tasks: map[string]*Task{}, Agents: map[string]*Agent{}, Queues: map[string]*Lane{}}
	if !s.Whole {
		maps.Copy(g.Tasks, f.Tasks)
		maps.Copy(g.Agents, f.Agents)
		maps.Copy(g.Queues, f.Queues)
	}
	for _, name := range s.Gone {
		kind, id := splitEntry(name)
		switch kind {
		case taskEntry:
			delete(g.Tasks, id)
		case agentEntry:
			delete(g.Agents, id)
		case laneEntry:
			delete(g.Queues, id)
		}
	}
	var bad error
	for name, value := range s.Entries {
		var err error
		switch kind, id := splitEntry(name); kind {
		case taskEntry:
			err = read(g.Tasks, id, value)
		case agentEntry:
			err = read(g.Agents, id, value)
		case laneEntry:
			err = read(g.Queues, id, value)
		}
		if err != nil {
			bad = fmt.Errorf("read %s: %w", name, err)
		}
	}
	return g, bad
}

func splitEntry(name string) (kind, id string) {
	i := strings.IndexByte(name, ':') + 1
	return name[:i], name[i:]
}

func read[T any](into map[string]*T, id string, value []byte) error {
	v := new(T)
	if err := json.Unmarshal(value, v); err != nil {
		return err
	}
	into[id] = v
	return nil
}
