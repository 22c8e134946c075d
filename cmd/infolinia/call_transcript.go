package main

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"infolinia/ivr/caller"
)

// callTranscript tells a call while it goes on: times are seconds since the
// answer, or since the INVITE before it.
type callTranscript struct {
	out    io.Writer
	json   *json.Encoder // nil for people
	to     string
	key    caller.Key // last one pressed, until a prompt follows it
	dialed time.Time
}

func newCallTranscript(out io.Writer, o callOrder) *callTranscript {
	t := &callTranscript{out: out, to: o.To}
	if o.asJSON {
		t.json = json.NewEncoder(out)
		t.json.SetEscapeHTML(false)
	}
	return t
}

// callLine is one event as JSON.
type callLine struct {
	Event    string   `json:"event"`
	At       float64  `json:"at_ms"`
	Name     *string  `json:"name,omitempty"`
	Also     []string `json:"also,omitempty"`
	Complete *bool    `json:"complete,omitempty"`
	Key      string   `json:"key,omitempty"`
}

func (t *callTranscript) event(e caller.Event) {
	if t.json != nil {
		line := callLine{Event: string(e.Kind), At: float64(e.Since.Microseconds()) / 1000, Key: e.Key.Key}
		switch e.Kind {
		case caller.PromptEnds:
			line.Complete = &e.Heard.Complete
			fallthrough
		case caller.PromptBegins:
			line.Name, line.Also = &e.Heard.Name, e.Heard.Also
		}
		_ = t.json.Encode(line)
		return
	}
	fmt.Fprintf(t.out, "%8.3f  %s\n", e.Since.Seconds(), t.words(e))
}

func (t *callTranscript) words(e caller.Event) string {
	switch e.Kind {
	case caller.Calling:
		t.dialed = e.At
		return "calling " + t.to
	case caller.Answered:
		return fmt.Sprintf("answered after %s", millis(e.At.Sub(t.dialed)))
	case caller.PromptBegins:
		return "hears " + soundName(e.Heard) + t.afterKey(e.Heard)
	case caller.PromptEnds:
		if e.Heard.Name == "" || e.Heard.Complete {
			return "heard " + soundName(e.Heard) + " to its end"
		}
		return fmt.Sprintf("heard %s, cut after %.2f s", e.Heard.Name, e.Heard.Length.Seconds())
	case caller.KeySent:
		t.key = e.Key
		return "presses " + e.Key.Key
	case caller.KeyReceived:
		return "the line pressed " + e.Key.Key
	case caller.Over:
		if e.End.ByUs {
			return "hung up"
		}
		return "the line hung up"
	}
	return string(e.Kind)
}

// afterKey tells how long a prompt took to follow the last key.
func (t *callTranscript) afterKey(h caller.Heard) string {
	if t.key.Key == "" || h.At.Before(t.key.Until) {
		return ""
	}
	took := fmt.Sprintf(", %s after key %s", millis(h.At.Sub(t.key.Until)), t.key.Key)
	t.key = caller.Key{}
	return took
}

// verdict tells how it went and returns what the command ends with.
func (t *callTranscript) verdict(c *caller.Call, code exitCode, err error) error {
	result := "as expected"
	if err != nil {
		result = err.Error()
	}
	if t.json != nil {
		report := struct {
			Event  string `json:"event"`
			To     string `json:"to"`
			Exit   int    `json:"exit"`
			Result string `json:"result"`
			*caller.Report
		}{Event: "report", To: t.to, Exit: int(code), Result: result}
		if c != nil {
			r := c.Report()
			report.Report = &r
		}
		_ = t.json.Encode(report)
	} else {
		fmt.Fprintln(t.out, result)
	}
	if code == 0 {
		return nil
	}
	return code
}

func soundName(h caller.Heard) string {
	if h.Name == "" {
		return "an unknown sound"
	}
	return h.Name
}

func millis(d time.Duration) string {
	return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
}
