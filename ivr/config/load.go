package config

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/confmap"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"
)

//go:embed defaults.yaml
var defaultsYAML []byte

//go:embed local.yaml
var localYAML []byte

// Source says where the settings are read from.
type Source struct {
	// File is the settings file. Empty means INFOLINIA_CONFIG, else
	// infolinia.yaml in Dir where there is one.
	File string
	// Dir is what relative paths start from; empty means the working directory.
	Dir string
	// Environ is the environment, as os.Environ gives it.
	Environ []string
}

// Loaded is checked settings with where each of them came from.
type Loaded struct {
	Config
	layers []layer
	// made and missing are the generated secrets there are and are not.
	made, missing []string
}

// layer is one source of settings; later ones win.
type layer struct {
	name   string
	values *koanf.Koanf
}

// Load reads and checks the settings. An error lists every problem at once.
func Load(src Source) (*Loaded, error) {
	dir, err := filepath.Abs(src.Dir)
	if err != nil {
		return nil, fmt.Errorf("load settings: %w", err)
	}
	all := settings()
	given, err := givenLayers(all, src, dir)
	if err != nil {
		return nil, err
	}
	base, err := defaultLayers(profileOf(given))
	if err != nil {
		return nil, err
	}
	l := &Loaded{layers: append(base, given...)}
	p := &problems{}
	for _, given := range given {
		p.addUnknown(all, given)
	}
	merged := koanf.New(".")
	for _, layer := range l.layers {
		if err := merged.Merge(layer.values); err != nil {
			return nil, fmt.Errorf("load settings from %s: %w", layer.name, err)
		}
	}
	l.made, l.missing = resolveSecrets(merged, all, dir, p)
	decode(merged, all, &l.Config, p)
	if err := p.err(); err != nil {
		return nil, err
	}
	l.complete(dir, p)
	l.check(p)
	if err := p.err(); err != nil {
		return nil, err
	}
	return l, nil
}

// givenLayers reads what the operator wrote: the file, then the environment.
func givenLayers(all []setting, src Source, dir string) ([]layer, error) {
	var layers []layer
	path, required := settingsFile(src, dir)
	fromFile := koanf.New(".")
	switch err := fromFile.Load(file.Provider(path), yaml.Parser()); {
	case err == nil:
		layers = append(layers, layer{name: filepath.Base(path), values: fromFile})
	case errors.Is(err, fs.ErrNotExist) && !required:
	default:
		return nil, fmt.Errorf("load settings from %s: %w", path, err)
	}
	fromEnv := koanf.New(".")
	err := fromEnv.Load(env.Provider(".", env.Opt{
		Prefix:      prefix,
		EnvironFunc: func() []string { return src.Environ },
		TransformFunc: func(name, value string) (string, any) {
			if name == fileVariable {
				return "", nil
			}
			path, ok := pathOf(all, name)
			if !ok {
				return name, value // an unknown name, which addUnknown reports
			}
			if s, _ := find(all, path); isList(s.typ) {
				return path, splitList(value)
			}
			return path, value
		},
	}), nil)
	if err != nil {
		return nil, fmt.Errorf("load settings from the environment: %w", err)
	}
	return append(layers, layer{name: "environment", values: fromEnv}), nil
}

// settingsFile is the file to read, and whether it was asked for by name.
func settingsFile(src Source, dir string) (path string, required bool) {
	path = src.File
	for _, e := range src.Environ {
		if v, ok := strings.CutPrefix(e, fileVariable+"="); ok && path == "" {
			path = v
		}
	}
	if path == "" {
		return filepath.Join(dir, "infolinia.yaml"), false
	}
	return absolute(dir, path), true
}

// profileOf is the profile the operator chose; what it may be is checked later.
func profileOf(given []layer) string {
	profile := Local
	for _, l := range given {
		if l.values.Exists("profile") {
			profile = l.values.String("profile")
		}
	}
	return profile
}

func defaultLayers(profile string) ([]layer, error) {
	sources := []struct {
		name string
		yaml []byte
	}{{"default", defaultsYAML}, {"default of the local profile", localYAML}}
	if profile != Local {
		sources = sources[:1]
	}
	var layers []layer
	for _, s := range sources {
		raw, err := yaml.Parser().Unmarshal(s.yaml)
		if err != nil {
			return nil, fmt.Errorf("load settings: %w", err)
		}
		values := koanf.New(".")
		if err := values.Load(confmap.Provider(raw, ""), nil); err != nil {
			return nil, fmt.Errorf("load settings: %w", err)
		}
		layers = append(layers, layer{name: s.name, values: values})
	}
	return layers, nil
}

func splitList(value string) []string {
	parts := strings.Split(value, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return slices.DeleteFunc(parts, func(s string) bool { return s == "" })
}

// origin names the layer that a setting's value comes from.
func (l *Loaded) origin(path string) string {
	name := ""
	for _, layer := range l.layers {
		if layer.values.Exists(path) {
			name = layer.name
		}
	}
	return name
}

// absolute is a path as it is meant in dir.
func absolute(dir, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}

// varDir is the var directory before all settings are decoded.
func varDir(merged *koanf.Koanf, dir string) string { return absolute(dir, merged.String("var")) }
