package config

import (
	"encoding"
	"errors"
	"fmt"
	"net/netip"
	"reflect"
	"strings"
	"time"

	"github.com/go-viper/mapstructure/v2"
	"github.com/knadh/koanf/v2"
)

// problems gathers what is wrong, so that all of it is told at once.
type problems struct{ list []error }

func (p *problems) add(path, format string, args ...any) {
	p.list = append(p.list, fmt.Errorf("%s (%s): %s", path, variable(path), fmt.Sprintf(format, args...)))
}

func (p *problems) err() error {
	if len(p.list) == 0 {
		return nil
	}
	return errors.Join(p.list...)
}

// addUnknown reports the names in a layer that are no settings, each with the
// nearest one that is.
func (p *problems) addUnknown(all []setting, l layer) {
	for path := range l.values.All() {
		if _, ok := find(all, path); ok || isGroup(all, path) && isEmptyMap(l.values.Get(path)) {
			continue
		}
		var names []string
		env := strings.HasPrefix(path, prefix)
		for _, s := range all {
			if env {
				names = append(names, variable(s.path))
			} else {
				names = append(names, s.path)
			}
		}
		hint := "infolinia config lists all settings"
		if near := nearest(path, names); near != "" {
			hint = "did you mean " + near + "?"
		}
		p.list = append(p.list, fmt.Errorf("%s in %s: no such setting; %s", path, l.name, hint))
	}
}

// isGroup tells whether path holds settings below it.
func isGroup(all []setting, path string) bool {
	for _, s := range all {
		if strings.HasPrefix(s.path, path+".") {
			return true
		}
	}
	return false
}

func isEmptyMap(v any) bool {
	m, ok := v.(map[string]any)
	return v == nil || ok && len(m) == 0
}

// decode fills cfg from the merged values. Each value is first tried alone, so
// that an error names its setting.
func decode(merged *koanf.Koanf, all []setting, cfg *Config, p *problems) {
	before := len(p.list)
	for path, raw := range merged.All() {
		s, ok := find(all, path)
		if !ok {
			continue
		}
		if raw == nil {
			p.add(path, `no value; write "" for an empty one`)
			continue
		}
		if isText(s.typ) && reflect.TypeOf(raw).Kind() != reflect.String {
			p.add(path, "%v is not text: put it in quotes", raw)
			continue
		}
		if raw == "" && !isText(s.typ) {
			merged.Delete(path) // empty is the zero value of every kind
			continue
		}
		if why := whyNoChoices(raw); s.typ == reflect.TypeFor[[]Choice]() && why != "" {
			p.add(path, "%s", why)
			continue
		}
		if err := into(raw, reflect.New(s.typ).Interface()); err != nil {
			p.add(path, "%q is not %s", fmt.Sprint(raw), expected(s.typ))
		}
	}
	if len(p.list) > before {
		return
	}
	if err := into(merged.Raw(), cfg); err != nil {
		p.list = append(p.list, err)
	}
}

func into(raw, target any) error {
	dec, err := mapstructure.NewDecoder(&mapstructure.DecoderConfig{
		TagName:          "koanf",
		Result:           target,
		WeaklyTypedInput: true, // the environment has text only
		DecodeHook: mapstructure.ComposeDecodeHookFunc(
			mapstructure.StringToTimeDurationHookFunc(),
			mapstructure.TextUnmarshallerHookFunc(),
		),
	})
	if err != nil {
		return err
	}
	return dec.Decode(raw)
}

// isText tells whether a setting's values are words as they stand.
func isText(typ reflect.Type) bool {
	return typ.Kind() == reflect.String
}

func isList(typ reflect.Type) bool {
	return typ.Kind() == reflect.Slice && !reflect.PointerTo(typ).Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

// expected says what a value of a type looks like.
func expected(typ reflect.Type) string {
	switch typ {
	case reflect.TypeFor[time.Duration]():
		return "a duration, as 35m or 90s"
	case reflect.TypeFor[netip.AddrPort]():
		return "an address and port, as 127.0.0.1:5060 or [::1]:5060"
	case reflect.TypeFor[[]netip.Prefix]():
		return "a list of networks, as [10.1.2.0/24]"
	}
	switch typ.Kind() {
	case reflect.Int:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice:
		return "a list"
	}
	return "a value of this kind"
}
