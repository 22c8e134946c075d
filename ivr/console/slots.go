package console

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// Slots tells of the slots a daemon serves.
type Slots interface {
	// Alive fails when calls are not moved any more. It ends with ctx.
	Alive(ctx context.Context) error
	// Slots are those served now, with their calls when these are wanted.
	Slots(ctx context.Context, calls bool) []SlotReport
}

// SlotReport is what a daemon tells of a slot it serves.
type SlotReport struct {
	App   string `json:"app"`   // the Stasis application
	Slot  string `json:"slot"`  // as the store calls it
	Epoch int64  `json:"epoch"` // of the lease
	// Ours: orders may be given for its calls at this moment.
	Ours  bool         `json:"ours"`
	Calls []CallReport `json:"calls,omitempty"`
}

// CallReport is how a live call stands in its daemon.
type CallReport struct {
	ID    string `json:"call"`
	Seq   uint64 `json:"seq"`
	Ended bool   `json:"ended,omitempty"`
	Dirty bool   `json:"dirty,omitempty"` // its saved state is behind
	// Open are the effects whose end it waits for.
	Open []string `json:"open,omitempty"`
	// Armed are its timers that run, Due those that its state waits for.
	Armed int `json:"armed"`
	Due   int `json:"due"`
	// Mute: it did not answer in time; nothing else is known of it.
	Mute bool `json:"mute,omitempty"`
}

// alive answers 200 while calls are moved.
func (c Control) alive(w http.ResponseWriter, r *http.Request) {
	if err := c.Slots.Alive(r.Context()); err != nil {
		writeJSON(w, http.StatusServiceUnavailable, refusal{Error: err.Error()})
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (c Control) slots(w http.ResponseWriter, r *http.Request) {
	writeJSON(w, http.StatusOK, c.Slots.Slots(r.Context(), r.URL.Query().Has("calls")))
}

// Alive asks whether the daemon moves calls, for at most as long as ctx lasts. The
// error is ErrAbsent without a daemon.
func (c *Client) Alive(ctx context.Context) error { return c.ask(ctx, "alive", nil) }

// Slots are those the daemon serves, with their calls when these are wanted. The
// error is ErrAbsent without a daemon.
func (c *Client) Slots(ctx context.Context, calls bool) ([]SlotReport, error) {
	what := "slots"
	if calls {
		what += "?calls"
	}
	var slots []SlotReport
	return slots, c.ask(ctx, what, &slots)
}

// ask reads what the daemon tells into out, unless that is nil.
func (c *Client) ask(ctx context.Context, what string, out any) error {
	resp, err := c.send(ctx, http.MethodGet, what)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		var r refusal
		_ = json.NewDecoder(resp.Body).Decode(&r)
		return fmt.Errorf("%s: %s: %s", what, resp.Status, r.Error)
	}
	if out == nil {
		return nil
	}
	if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
		return fmt.Errorf("%s: answer of the daemon: %w", what, err)
	}
	return nil
}
