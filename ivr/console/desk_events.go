package console

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

const (
	// keepAlive is the longest silence of the stream of events: proxies cut silent
	// ones off, and the page knows by it that we are there.
	keepAlive = 10 * time.Second
	// calm is the shortest time between two pushes: a busy floor changes more often
	// than anybody can read.
	calm = 100 * time.Millisecond
	// patience is how long a browser may take no bytes before it counts as gone.
	patience = 10 * time.Second
)

// deskEvents is GET /desk/events: server-sent events with the regions that look
// different from what the page has, as HTML.
type deskEvents struct{ deskPages }

// floorEvent is one push. Now is our clock in ms since 1970, for the timers.
type floorEvent struct {
	Now     int64             `json:"now"`
	Regions map[string]string `json:"regions"`
}

// stream is one page's.
type stream struct {
	deskPages
	w     http.ResponseWriter
	r     *http.Request
	tab   string
	sent  map[string]string
	notes taskNotes
}

func (h deskEvents) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if len(r.FormValue("tab")) > mostName {
		h.sentence(w, r, http.StatusBadRequest, "refused.unknown")
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	s := &stream{deskPages: h.deskPages, w: w, r: r, tab: r.FormValue("tab"), sent: map[string]string{}}
	_ = s.live(r.Context()) // the page has gone, or opens another one
}

// live pushes until the page is gone. The first push holds everything.
func (s *stream) live(ctx context.Context) error {
	changed := s.Desk.Watch(ctx, who(s.r.Context()).page(s.tab))
	silence := time.NewTicker(keepAlive)
	defer silence.Stop()
	if err := s.write("retry: 1000\n\n"); err != nil {
		return err
	}
	for {
		if err := s.push(ctx); err != nil {
			return err
		}
		if err := pause(ctx, calm); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case _, open := <-changed:
			if !open {
				return nil
			}
		case now := <-silence.C:
			// Hours change without anything happening, so it is looked at as well.
			if err := s.write(fmt.Sprintf(": alive\nevent: clock\ndata: %d\n\n", now.UnixMilli())); err != nil {
				return err
			}
		}
	}
}

func (s *stream) push(ctx context.Context) error {
	screen, err := s.screen(ctx, s.r, s.tab, &s.notes)
	if err != nil {
		return err
	}
	event := floorEvent{screen.Now.UnixMilli(), map[string]string{}}
	for _, region := range deskRegions() {
		html, err := s.render(screen.Lang, region, screen)
		if err != nil {
			return err
		}
		if s.sent[region] != html {
			event.Regions[region], s.sent[region] = html, html
		}
	}
	if len(event.Regions) == 0 {
		return nil
	}
	data, err := json.Marshal(event)
	if err != nil {
		return err
	}
	return s.write("event: floor\ndata: " + string(data) + "\n\n")
}

func (s *stream) write(text string) error {
	control := http.NewResponseController(s.w)
	_ = control.SetWriteDeadline(time.Now().Add(patience)) // a test's recorder has none
	if _, err := s.w.Write([]byte(text)); err != nil {
		return err
	}
	return control.Flush()
}

// pause waits, unless ctx ends before.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
