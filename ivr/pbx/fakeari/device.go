package fakeari

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// configure makes, changes, shows or removes one SIP object. Needs s.mu.
func (s *Server) configure(r *http.Request, object string) (int, any) {
	fields, there := s.config[object]
	switch {
	case r.Method == http.MethodPut:
		var body struct {
			Fields []struct{ Attribute, Value string }
		}
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			return refuse(http.StatusBadRequest, err.Error())
		}
		if !there {
			fields = map[string]string{}
			s.config[object] = fields
		}
		for _, f := range body.Fields {
			fields[f.Attribute] = f.Value
		}
	case !there:
		return notFound("Object")
	case r.Method == http.MethodDelete:
		delete(s.config, object)
		return done()
	}
	list := []map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		list = append(list, map[string]string{"attribute": name, "value": fields[name]})
	}
	return http.StatusOK, list
}

// endpoints needs s.mu.
func (s *Server) endpoints() (int, any) {
	list := []map[string]any{}
	for _, object := range slices.Sorted(maps.Keys(s.config)) {
		if name, ok := strings.CutPrefix(object, "endpoint/"); ok {
			list = append(list, map[string]any{"technology": "PJSIP", "resource": name, "state": "offline", "channel_ids": []string{}})
		}
	}
	return http.StatusOK, list
}

// Device gives the secret of an enrolled telephone; false when there is none.
func (s *Server) Device(name string) (secret string, enrolled bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, endpoint := s.config["endpoint/"+name]
	_, aor := s.config["aor/"+name]
	auth, ok := s.config["auth/"+name]
	return auth["password"], endpoint && aor && ok
}

// Forget loses all enrolled telephones, as a restart of Asterisk does.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.config)
}
