package record

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"infolinia/ivr"
)

// The kinds of what an event is about.
const (
	aboutCall  = "call"
	aboutTask  = "task"
	aboutAgent = "agent"
)

// subject is whose event it is.
type subject struct{ kind, id string }

// event is one of the stream as it is recorded. Exactly one of note and queue is set.
type event struct {
	key   string
	entry int64
	subject
	at    time.Time
	name  string
	note  *ivr.Note
	queue *ivr.QueueEvent
}

// recorded are the notes of calls that are kept. The others, keys and spoken
// prompts among them, are not.
func recorded(name string) bool {
	switch name {
	case "answer", "article", "queue", "connect", "transfer", "callback", "kept", "sms", "end", "reopened":
		return true
	}
	return false
}

// readEvent makes of an entry what is recorded of it; nil: nothing.
func readEvent(s ivr.StreamEvent) (*event, error) {
	entry, err := place(s.ID)
	if err != nil {
		return nil, err
	}
	e := &event{entry: entry, at: s.At, name: s.Event}
	if s.At.IsZero() {
		e.at = time.UnixMilli(entry >> placeBits)
	}
	if s.Event == strings.ToUpper(s.Event) {
		s.Seq = 0 // the same event may have been saved again with another change
		e.key = keyOf(s)
		return e, e.readQueueEvent(s)
	}
	e.key = keyOf(s)
	if !recorded(s.Event) {
		return nil, nil
	}
	var note ivr.Note
	if err := json.Unmarshal(s.Data, &note); err != nil {
		return nil, err
	}
	if e.subject = (subject{aboutCall, clean(s.Call)}); e.id == "" {
		return nil, fmt.Errorf("%s is of no call", s.Event)
	}
	e.note = &ivr.Note{
		Event: s.Event, Caller: note.Caller, Node: note.Node, Article: note.Article, Queue: note.Queue,
		To: note.To, By: note.By, Outcome: note.Outcome, Reason: note.Reason,
	}
	return e, nil
}

func (e *event) readQueueEvent(s ivr.StreamEvent) error {
	e.queue = new(ivr.QueueEvent)
	if err := json.Unmarshal(s.Data, e.queue); err != nil {
		return err
	}
	if s.At.IsZero() && !e.queue.At.IsZero() {
		e.at = e.queue.At
	}
	if e.queue.Call == "" {
		e.queue.Call = s.Call
	}
	e.subject = subject{aboutTask, clean(e.queue.Task)}
	if e.name == ivr.AgentStateChange || e.id == "" {
		e.subject = subject{aboutAgent, clean(e.queue.Agent)}
	}
	if e.id == "" {
		return fmt.Errorf("%s is of no task and no agent", s.Event)
	}
	return nil
}

// keyOf is the same for the same event, wherever in the stream it is.
func keyOf(s ivr.StreamEvent) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%d\n%d\n%s\n%s", s.Call, s.Seq, s.At.UnixNano(), s.Event, s.Data))
	return hex.EncodeToString(sum[:16])
}

// body is the event as it is kept to make rows of: without what an agent wrote,
// which is kept once, with the wrap-up.
func (e *event) body() ([]byte, error) {
	if e.note != nil {
		return json.Marshal(e.note)
	}
	kept := *e.queue
	kept.Note, kept.Code = "", ""
	return json.Marshal(kept)
}

// placeBits are those of the number within a millisecond.
const placeBits = 20

// place is an entry's ID as one number that grows like it.
func place(id string) (int64, error) {
	before, after, _ := strings.Cut(id, "-")
	ms, err := strconv.ParseInt(before, 10, 43)
	if err != nil {
		return 0, fmt.Errorf("%q is no ID of an event", id)
	}
	n, err := strconv.ParseInt(after, 10, 63)
	if err != nil {
		return 0, fmt.Errorf("%q is no ID of an event", id)
	}
	return ms<<placeBits | min(n, 1<<placeBits-1), nil
}

// clean takes from a text what PostgreSQL does not store.
func clean(s string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\uFFFD")
}
