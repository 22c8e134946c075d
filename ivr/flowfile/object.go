package flowfile

// field is a key that an object may have.
type field struct {
	key  string
	form form
	need string // why it must be there and what to write; empty: optional
	doc  string // for editors
}

// object is a map with known keys.
type object struct {
	is     string // "a menu"; as messages call it
	fields []field
	bare   bool // may be empty (`info:`)
}

func (f *object) check(s *sink, n *node) {
	if n.kind == null && f.bare || n.kind == unread {
		return
	}
	if n.kind != mapping {
		at := n.at
		if n.kind == null {
			at = n.keyAt()
		}
		s.errorf(at, "%s is %s, but %s is expected: a map such as {%s: …}", n.name(), n.found(), f.is, f.fields[0].key)
		return
	}
	for _, e := range n.entries {
		if known := f.field(e.key.text); known != nil {
			known.form.check(s, e)
		} else {
			s.errorf(e.key.at, "unknown key %q in %s%s", e.key.text, f.is, hint(e.key.text, f.keys()))
		}
	}
	for _, known := range f.fields {
		if known.need != "" && !n.has(known.key) {
			s.errorf(n.keyAt(), "%s lacks %q: %s", subject(n, f.is), known.key, known.need)
		}
	}
}

// subject names a value of an object's form in a message.
func subject(n *node, is string) string {
	if n.parent == nil && n.key == nil {
		return is
	}
	return n.name() + ", " + is + ","
}

func (f *object) field(key string) *field {
	for i := range f.fields {
		if f.fields[i].key == key {
			return &f.fields[i]
		}
	}
	return nil
}

func (f *object) keys() []string {
	keys := make([]string, len(f.fields))
	for i, known := range f.fields {
		keys[i] = known.key
	}
	return keys
}

func (f *object) schema() map[string]any {
	properties, required := map[string]any{}, []string{}
	for _, known := range f.fields {
		p := known.form.schema()
		if known.doc != "" {
			p["description"] = known.doc
		}
		properties[known.key] = p
		if known.need != "" {
			required = append(required, known.key)
		}
	}
	out := map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
	if f.bare {
		out["type"] = []string{"object", "null"}
	}
	if len(required) > 0 {
		out["required"] = required
	}
	return out
}

// mapOf is a map with free keys of one form.
type mapOf struct {
	is    string
	key   scalar
	of    form
	empty bool // may be {}
}

func (f mapOf) check(s *sink, n *node) {
	if n.kind == unread {
		return
	}
	if n.kind != mapping {
		at := n.at
		if n.kind == null {
			at = n.keyAt()
		}
		s.errorf(at, "%s is %s, but %s is expected", n.name(), n.found(), f.is)
		return
	}
	if len(n.entries) == 0 && !f.empty {
		s.errorf(n.at, "%s: the map is empty, but %s is expected", n.name(), f.is)
	}
	for _, e := range n.entries {
		f.checkKey(s, n, e.key)
		f.of.check(s, e)
	}
}

func (f mapOf) checkKey(s *sink, n, key *node) {
	switch {
	case f.key.parse == nil:
	case f.key.parse(key.text) != nil:
		s.errorf(key.at, "the key %q in %s is not %s%s", key.text, n.name(), f.key.expected(), f.key.problem(key.text))
	case key.kind != text:
		s.errorf(key.at, "the key %s in %s is %s; quote it: %q", key.text, n.name(), key.kind, key.text)
	}
}

func (f mapOf) schema() map[string]any {
	out := map[string]any{"type": "object", "additionalProperties": f.of.schema()}
	if f.key.pattern != "" {
		out["propertyNames"] = map[string]any{"pattern": f.key.pattern}
	}
	if !f.empty {
		out["minProperties"] = 1
	}
	return out
}

// tagged is one of several objects, told apart by the value of a key.
type tagged struct {
	is       string
	tag      string
	variants []variant
}

type variant struct {
	name string
	form *object
}

func (f tagged) names() []string {
	names := make([]string, len(f.variants))
	for i, v := range f.variants {
		names[i] = v.name
	}
	return names
}

func (f tagged) check(s *sink, n *node) {
	tag := n.get(f.tag)
	switch {
	case n.kind == unread:
	case n.kind != mapping:
		at := n.at
		if n.kind == null {
			at = n.keyAt()
		}
		s.errorf(at, "%s is %s, but %s is expected: {%s: …}", n.name(), n.found(), f.is, f.tag)
	case tag == nil:
		s.errorf(n.keyAt(), "%s lacks %q: write what kind of %s it is, one of %s", n.name(), f.tag, f.is[2:], join(f.names()))
	case tag.kind != text:
		choice(f.names()...).check(s, tag)
	default:
		for _, v := range f.variants {
			if v.name == tag.text {
				v.form.check(s, n)
				return
			}
		}
		s.errorf(tag.at, "unknown %s %q%s", f.tag, tag.text, hint(tag.text, f.names()))
	}
}

func (f tagged) schema() map[string]any {
	variants := make([]any, len(f.variants))
	for i, v := range f.variants {
		schema := v.form.schema()
		schema["title"] = v.name
		schema["properties"].(map[string]any)[f.tag] = map[string]any{"const": v.name}
		variants[i] = schema
	}
	return map[string]any{
		"type":     "object",
		"required": []string{f.tag},
		"oneOf":    variants,
	}
}
