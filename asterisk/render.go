package asterisk

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/template"
	"time"
)

//go:embed etc/*.conf
var templates embed.FS

// Render makes the directories below s.Dir and writes the configuration, readable
// by its owner alone: it holds passwords.
func Render(s Settings) error {
	if err := s.check(); err != nil {
		return err
	}
	for _, dir := range []string{s.Dir, s.EtcDir(), s.LibDir(), filepath.Join(s.LibDir(), "keys"), s.LogDir(), s.RunDir(), s.SpoolDir(), s.RecordingDir()} {
		if err := os.MkdirAll(dir, 0o750); err != nil {
			return fmt.Errorf("render asterisk configuration: %w", err)
		}
	}
	if s.Production {
		// Setgid: what Asterisk records belongs to the group.
		if err := os.Chmod(s.RecordingDir(), 0o770|fs.ModeSetgid); err != nil {
			return fmt.Errorf("render asterisk configuration: %w", err)
		}
	}
	return RenderTo(s.EtcDir(), s)
}

// RenderTo writes the configuration files alone into dir, which exists.
func RenderTo(dir string, s Settings) error {
	if err := s.check(); err != nil {
		return err
	}
	set, err := template.New("etc").
		Option("missingkey=error").
		Funcs(template.FuncMap{
			"quoted":  quoted,
			"seconds": func(d time.Duration) int { return int(d.Seconds()) },
		}).
		ParseFS(templates, "etc/*.conf")
	if err != nil {
		return fmt.Errorf("parse asterisk templates: %w", err)
	}
	for _, t := range set.Templates() {
		if !strings.HasSuffix(t.Name(), ".conf") {
			continue
		}
		var out bytes.Buffer
		if err := t.Execute(&out, s); err != nil {
			return fmt.Errorf("render %s: %w", t.Name(), err)
		}
		if err := replace(filepath.Join(dir, t.Name()), out.Bytes()); err != nil {
			return fmt.Errorf("render asterisk configuration: %w", err)
		}
	}
	return nil
}

// replace writes a whole file or leaves the old one.
func replace(path string, data []byte) error {
	fresh := path + ".new"
	if err := os.Remove(fresh); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.WriteFile(fresh, data, 0o600); err != nil {
		return err
	}
	return os.Rename(fresh, path)
}

// quoted makes a value stand for itself in a configuration file, where ; begins a
// comment.
func quoted(value string) string { return strings.ReplaceAll(value, ";", `\;`) }

// check refuses what Asterisk would read as something else than it was meant: a
// line end anywhere, and in the dialplan and in names of sections also whatever
// ends an argument or is evaluated.
func (s Settings) check() error {
	plain := map[string]string{
		"directory": s.Dir, "ARI password": s.ARI.Password,
		"SIP certificate": s.SIP.Cert, "SIP key": s.SIP.Key, "external address": s.SIP.ExternalAddress,
	}
	strict := map[string]string{"system name": s.SystemName, "ARI user": s.ARI.User, "apology": s.Apology, "fallback": s.Fallback,
		"overload announcement": s.Overload, "announcement to call again": s.CallAgain}
	if t := s.Trunk; t != nil {
		plain["trunk host"], plain["trunk user"], plain["trunk password"] = t.Host, t.User, t.Password
	}
	for _, e := range s.Extensions {
		strict["extension "+e.Number] = e.Number
		strict["trial clerk of extension "+e.Number] = e.TrialClerk
		plain["password of extension "+e.Number] = e.Password
	}
	for values, refused := range map[*map[string]string]string{&plain: "\r\n", &strict: "\r\n;$[]{},|&"} {
		for name, v := range *values {
			if i := strings.IndexAny(v, refused); i >= 0 {
				return fmt.Errorf("asterisk: %s: the character %q cannot stand in Asterisk's configuration", name, v[i])
			}
		}
	}
	if s.Dir == "" || !filepath.IsAbs(s.Dir) {
		return fmt.Errorf("asterisk: the directory %q is not absolute", s.Dir)
	}
	if len(s.RunDir()) > 95 {
		return fmt.Errorf("asterisk: the directory %s is too long for the unix socket in it (at most 95 bytes)", s.RunDir())
	}
	return nil
}
