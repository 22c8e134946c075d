package config

import (
	"fmt"
	"io"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// Print writes the effective settings as YAML, secrets masked, each with where
// it comes from.
func (l *Loaded) Print(w io.Writer) error {
	return l.printGroup(w, reflect.ValueOf(l.Config), "", 0)
}

func (l *Loaded) printGroup(w io.Writer, v reflect.Value, path string, depth int) error {
	if v.Kind() == reflect.Map {
		for _, key := range slices.Sorted(maps.Keys(stringKeys(v))) {
			if err := l.printOne(w, v.MapIndex(reflect.ValueOf(key)), key, path, depth); err != nil {
				return err
			}
		}
		return nil
	}
	for i := range v.NumField() {
		name := v.Type().Field(i).Tag.Get("koanf")
		if name == "-" {
			continue
		}
		if err := l.printOne(w, v.Field(i), name, path, depth); err != nil {
			return err
		}
	}
	return nil
}

func (l *Loaded) printOne(w io.Writer, v reflect.Value, name, path string, depth int) error {
	path = strings.TrimPrefix(path+"."+name, ".")
	indent := strings.Repeat("  ", depth)
	key, err := scalar(name)
	if err != nil {
		return err
	}
	if isGroupType(v.Type()) {
		if v.Kind() == reflect.Map && v.Len() == 0 {
			_, err := fmt.Fprintf(w, "%s%s: {}\n", indent, key)
			return err
		}
		if _, err := fmt.Fprintf(w, "%s%s:\n", indent, key); err != nil {
			return err
		}
		return l.printGroup(w, v, path, depth+1)
	}
	shown := v.Interface()
	if path == "redis.url" || path == "records.dsn" {
		shown = withoutPassword(v.String())
	}
	value, err := scalar(shown)
	if err != nil {
		return fmt.Errorf("print %s: %w", path, err)
	}
	_, err = fmt.Fprintf(w, "%s%s: %s  # %s\n", indent, key, value, l.sourceOf(path))
	return err
}

// withoutPassword is an address, or path, as it may be shown.
func withoutPassword(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Query().Has("password") {
		return Secret(address).String()
	}
	return u.Redacted()
}

// sourceOf says where a value comes from, and of a secret that it was made up.
func (l *Loaded) sourceOf(path string) string {
	switch {
	case slices.Contains(l.missing, path):
		return "made by the first make run"
	case slices.Contains(l.made, path):
		return "generated, " + secretFile(l.Var, path)
	}
	return l.origin(path)
}

func isGroupType(typ reflect.Type) bool {
	group := false
	walk(typ, "", func(path string, _ reflect.Type) { group = group || path != "" })
	return group || typ.Kind() == reflect.Map
}

func stringKeys(v reflect.Value) map[string]bool {
	keys := map[string]bool{}
	for _, k := range v.MapKeys() {
		keys[k.String()] = true
	}
	return keys
}

// scalar is a value on one line of YAML.
func scalar(v any) (string, error) {
	out, err := yaml.MarshalWithOptions(v, yaml.Flow(true))
	return strings.TrimSpace(string(out)), err
}
