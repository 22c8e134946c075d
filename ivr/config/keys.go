package config

import (
	"encoding"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// prefix starts the name of every environment variable of ours.
const prefix = "INFOLINIA_"

// fileVariable names the settings file and is no setting itself.
const fileVariable = prefix + "CONFIG"

// wildcard stands in a path for a name the operator chooses: extensions.*.password.
const wildcard = "*"

// setting is one leaf of Config.
type setting struct {
	path  string
	typ   reflect.Type
	index *regexp.Regexp // matches the path of each of its values
	env   *regexp.Regexp // matches its environment variables, the wildcard as a group
}

// settings lists every leaf of Config, by the koanf tags of its fields.
func settings() []setting {
	var all []setting
	walk(reflect.TypeFor[Config](), "", func(path string, typ reflect.Type) {
		parts := strings.Split(path, ".")
		index, env := slices.Clone(parts), slices.Clone(parts)
		for i, part := range parts {
			index[i], env[i] = regexp.QuoteMeta(part), strings.ToUpper(part)
			if part == wildcard {
				index[i], env[i] = `[^.]+`, `(.+)`
			}
		}
		all = append(all, setting{
			path:  path,
			typ:   typ,
			index: regexp.MustCompile(`^` + strings.Join(index, `\.`) + `$`),
			env:   regexp.MustCompile(`^` + prefix + strings.Join(env, `__?`) + `$`),
		})
	})
	return all
}

func walk(typ reflect.Type, path string, leaf func(string, reflect.Type)) {
	switch {
	case reflect.PointerTo(typ).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()):
		leaf(path, typ)
	case typ.Kind() == reflect.Map:
		walk(typ.Elem(), path+"."+wildcard, leaf)
	case typ.Kind() == reflect.Struct:
		for i := range typ.NumField() {
			name := typ.Field(i).Tag.Get("koanf")
			if name == "-" {
				continue
			}
			walk(typ.Field(i).Type, strings.TrimPrefix(path+"."+name, "."), leaf)
		}
	default:
		leaf(path, typ)
	}
}

// variable is the environment variable of a path.
func variable(path string) string {
	return prefix + strings.ToUpper(strings.ReplaceAll(path, ".", "_"))
}

// find returns the setting that a path is a value of.
func find(all []setting, path string) (setting, bool) {
	for _, s := range all {
		if s.index.MatchString(path) {
			return s, true
		}
	}
	return setting{}, false
}

// pathOf translates an environment variable to the path it sets. A setting
// without a wildcard wins over one with.
func pathOf(all []setting, name string) (string, bool) {
	found := ""
	for _, s := range all {
		m := s.env.FindStringSubmatch(name)
		if m == nil {
			continue
		}
		if len(m) == 1 {
			return s.path, true
		}
		found = strings.Replace(s.path, wildcard, strings.ToLower(m[1]), 1)
	}
	return found, found != ""
}

// nearest is the candidate that differs least from a name, or "" when none is near.
func nearest(name string, candidates []string) string {
	best, least := "", max(2, len(name)/3)+1
	for _, c := range candidates {
		if d := distance(name, c); d < least {
			best, least = c, d
		}
	}
	return best
}

// distance is Levenshtein's: the least number of bytes to add, drop or change.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
