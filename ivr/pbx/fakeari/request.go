package fakeari

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
)

// request performs a request that came over a websocket; the next one comes only
// after it, its answer has to pass the event filter, and it is allowed what the
// login of the websocket is, all as in Asterisk.
func (s *Server) request(ctx context.Context, a *app, ws *socket, login http.Header, text []byte) {
	var q struct {
		Type        string
		RequestID   string `json:"request_id"`
		Method, URI string
		Body        string `json:"message_body"`
	}
	answer := map[string]any{"type": "RESTResponse", "transaction_id": ""}
	err := json.Unmarshal(text, &q)
	r, wrong := http.NewRequestWithContext(ctx, q.Method, "/ari/"+q.URI, strings.NewReader(q.Body))
	if err != nil || wrong != nil || q.Type != "RESTRequest" {
		answer["status_code"] = http.StatusBadRequest
	} else {
		r.Header = login.Clone()
		status, body, answered := s.perform(r)
		if !answered {
			return
		}
		answer["request_id"], answer["uri"] = q.RequestID, q.URI
		answer["status_code"], answer["reason_phrase"] = status, http.StatusText(status)
		if text, err := json.Marshal(body); err == nil && body != nil {
			answer["content_type"], answer["message_body"] = "application/json", string(text)
		}
	}
	sent, err := json.Marshal(answer)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil && !s.muted && a.hears("RESTResponse") {
		ws.send(sent)
	}
}
